// Each list of words that the contract, the database and the permissions share.

/**
 * The roles in a room. Only a token or a login makes a user more than a member. `siteModerator` is a moderator of the site, who moderates every
 * room.
 */
export const roles = ['admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest'] as const
export type Role = (typeof roles)[number]

/** The roles in a room that come from the site. */
export const siteRoles = ['siteModerator', 'admin'] as const satisfies readonly Role[]
export type SiteRole = (typeof siteRoles)[number]

/** The roles of users on the site, as requests and answers have them. */
export const userRoles = ['user', 'moderator', 'admin'] as const
export type UserRole = (typeof userRoles)[number]

/** The roles that a moderator or owner can give. */
export const givenRoles = ['member', 'moderator'] as const
export type GivenRole = (typeof givenRoles)[number]

/** The roles of those who are in the room. */
export const memberRoles = ['owner', 'moderator', 'member'] as const
export type MemberRole = (typeof memberRoles)[number]

/**
 * The policies of a site about new rooms: their makers own them; anybody may make one, which belongs to the site; only admins may make
 * rooms.
 */
export const roomPolicies = ['anyone', 'site', 'admin'] as const
export type RoomPolicy = (typeof roomPolicies)[number]

/** The authors whose messages wait for approval. */
export const approvals = ['none', 'newcomers', 'all'] as const
export type Approval = (typeof approvals)[number]

/** The settings of the site that are the defaults of rooms. */
export const sharedSettings = [
  'slowModeSeconds',
  'newcomerLinkSeconds',
  'newcomerMentionSeconds',
  'newcomerReactionSeconds',
  'blockedWords',
  'reactions',
  'approval',
] as const
export type SharedSetting = (typeof sharedSettings)[number]

/** The groups of people that may read or post. */
export const audiences = ['anyone', 'members'] as const
export type Audience = (typeof audiences)[number]

export const sanctionKinds = ['ban', 'mute'] as const
export type SanctionKind = (typeof sanctionKinds)[number]

/** The outcomes of a report, as its author learns of them. */
export const reportOutcomes = ['open', 'messageDeleted', 'authorBanned', 'dismissed'] as const
export type ReportOutcome = (typeof reportOutcomes)[number]

/** The actions that the audit log records. */
export const auditActions = [
  'ban',
  'liftBan',
  'mute',
  'liftMute',
  'remove',
  'makeMember',
  'makeModerator',
  'deleteMessage',
  'purge',
  'pin',
  'unpin',
  'changeSettings',
  'approve',
  'refuse',
  'resolveReport',
  'reopenReport',
  'deleteChatroom',
  'changeRole',
  'changeUser',
  'deleteUser',
  'replaceToken',
  'revokeToken',
  'createHook',
  'replaceHookSecret',
  'deleteHook',
  'addWebhook',
  'changeWebhook',
  'deleteWebhook',
  'stopWebhook',
  'blockFile',
  'unblockFile',
] as const
export type AuditAction = (typeof auditActions)[number]

/** The events that a webhook can be told of. */
export const webhookEvents = ['message', 'edit', 'delete', 'reaction', 'report', 'held', 'ban'] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/** The sources of those events. Each is in order, by itself. */
export const webhookStreams = ['log', 'report', 'held', 'ban'] as const
export type WebhookStream = (typeof webhookStreams)[number]

/** The formats of what a webhook sends. */
export const webhookFormats = ['standard', 'slack', 'discord'] as const
export type WebhookFormat = (typeof webhookFormats)[number]

/** The reasons for which a webhook is switched off: by somebody, by the receiver's 410, or after a day of failures. */
export const webhookStops = ['byHand', 'gone', 'failing'] as const
export type WebhookStop = (typeof webhookStops)[number]
