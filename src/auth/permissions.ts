import type { Audience, Role } from '../contract/lists'

/** The kinds of acts in a room. `withdraw`: to leave it, or to delete a message of one's own. */
export const actions = [
  'read',
  'report',
  'join',
  'post',
  'withdraw',
  'invite',
  'moderate',
  'appoint',
  'change',
  'delete',
] as const
export type Action = (typeof actions)[number]

export type RoomAccess = { readers: Audience; posters: Audience }

const ofMembers: readonly Action[] = ['read', 'report', 'join', 'post', 'withdraw']
const ofModerators: readonly Action[] = [...ofMembers, 'invite', 'moderate']

/**
 * Returns whether a role may do something. Guests may join where neither reading nor posting is for members. Other rooms take new
 * members by invitation only.
 */
export const can = (role: Role, action: Action, { readers, posters }: RoomAccess): boolean => {
  switch (role) {
    case 'admin':
    case 'owner':
      return true
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

/** Returns whether a role may ban, mute or remove another. Nobody may do that to an equal. */
export const outranks = (role: Role, other: Role): boolean =>
  role === 'admin' ||
  (role === 'owner' && other !== 'owner') ||
  (role === 'moderator' && (other === 'member' || other === 'guest'))
