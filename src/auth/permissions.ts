/** What somebody is in a room, the mightiest first. Only a token makes one more than a member. */
export const roles = ['admin', 'owner', 'moderator', 'member', 'guest'] as const
export type Role = (typeof roles)[number]

/** What one may want to do in a room. To withdraw is to leave it, or to take back what one has said: anybody may. */
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

/** Who may read and who may post: anyone, or members only. */
export const audiences = ['anyone', 'members'] as const
export type Audience = (typeof audiences)[number]
export type RoomAccess = { readers: Audience; posters: Audience }

const ofMembers: readonly Action[] = ['read', 'report', 'join', 'post', 'withdraw']
const ofModerators: readonly Action[] = [...ofMembers, 'invite', 'moderate']

/**
 * Who may do what. Guests may come in where neither reading nor posting is for members; a room with a door to keep
 * takes new members by invitation, or it would keep nobody out.
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

/** Whether one may ban, mute or remove the other: nobody does so to an equal. */
export const outranks = (role: Role, other: Role): boolean =>
  role === 'admin' ||
  (role === 'owner' && other !== 'owner') ||
  (role === 'moderator' && (other === 'member' || other === 'guest'))
