import type { Audience, Role, SiteRole } from '../contract/lists'

/** The kinds of acts in a room. A store names the one that it needs: `authorize(request, 'moderate')`. */
export const actions = [
  'read',
  'report',
  'join',
  /** To send and edit messages, to add reactions, and to show that one types. */
  'post',
  /** To leave the room, or to delete a message of one's own. */
  'withdraw',
  /** To make somebody a member. */
  'invite',
  /** To ban, mute and remove members, to delete and pin messages, and to read the reports, the audit log and the blocked words. */
  'moderate',
  /** To take along all that those who moderate may see. */
  'export',
  /** To make somebody a moderator, or a moderator a member again. */
  'appoint',
  /** To change the settings. */
  'change',
  /** To delete the room. */
  'delete',
] as const
export type Action = (typeof actions)[number]

/** The settings of a room that permissions depend on. A room without an owner belongs to the site. */
export type RoomAccess = { readers: Audience; posters: Audience; isOwned: boolean }

const ofMembers: readonly Action[] = ['read', 'report', 'join', 'post', 'withdraw']
const ofModerators: readonly Action[] = [...ofMembers, 'invite', 'moderate', 'export']

/**
 * Returns whether a role may do something. Guests may join a room in which anyone may read and post. Other rooms take new members
 * by invitation only.
 */
export const can = (role: Role, action: Action, { readers, posters, isOwned }: RoomAccess): boolean => {
  switch (role) {
    case 'admin':
    case 'owner':
      return true
    case 'siteModerator':
      return !isOwned || ofModerators.includes(action)
    case 'moderator':
      return ofModerators.includes(action)
    case 'member':
      return ofMembers.includes(action)
    case 'guest':
      if (action === 'withdraw') return true
      if (action === 'read' || action === 'report') return readers === 'anyone'
      return (action === 'join' || action === 'post') && readers === 'anyone' && posters === 'anyone'
  }
}

/** Returns whether a role moderates any room that it is a role of. */
export const isModerating = (role: Role): boolean =>
  can(role, 'moderate', { readers: 'members', posters: 'members', isOwned: true })

/** The roles that bans and mutes don't hold for, because nobody else could lift them. */
export const unsanctioned: readonly Role[] = ['admin', 'siteModerator', 'owner']

/** Returns whether a role may ban, mute or remove another. Only an admin may do that to an equal. */
export const outranks = (role: Role, other: Role): boolean => {
  switch (role) {
    case 'admin':
      return true
    case 'siteModerator':
    case 'owner':
      return !unsanctioned.includes(other)
    case 'moderator':
      return other === 'member' || other === 'guest'
    case 'member':
    case 'guest':
      return false
  }
}

/** The kinds of acts on the whole site. */
export type SiteAction =
  /** To read the reports of all rooms and what somebody said in them, and to search for people and rooms. */
  | 'review'
  /** To ban somebody from the whole site, and to lift and list these bans. */
  | 'ban'
  /** To change the site's settings, roles and users, and to take all of the site along. */
  | 'administer'

/** Returns whether a role on the site may do something. */
export const canOnSite = (role: SiteRole, action: SiteAction): boolean => {
  switch (role) {
    case 'admin':
      return true
    case 'siteModerator':
      return action === 'review' || action === 'ban'
  }
}
