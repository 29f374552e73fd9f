// Each list of words that the contract, the database and the permissions share.

/** The roles in a room, the most powerful first. Only a token makes a user more than a member. */
export const roles = ['admin', 'owner', 'moderator', 'member', 'guest'] as const
export type Role = (typeof roles)[number]

/** The roles that a moderator or owner can give. */
export const givenRoles = ['member', 'moderator'] as const
export type GivenRole = (typeof givenRoles)[number]

/** The roles of those who are in the room. */
export const memberRoles = ['owner', 'moderator', 'member'] as const
export type MemberRole = (typeof memberRoles)[number]

/** The groups of people that may read or post. */
export const audiences = ['anyone', 'members'] as const
export type Audience = (typeof audiences)[number]

export const sanctionKinds = ['ban', 'mute'] as const
export type SanctionKind = (typeof sanctionKinds)[number]

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
] as const
export type AuditAction = (typeof auditActions)[number]
