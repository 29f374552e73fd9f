import type { User } from '../contract/index.ts'
import type { refusal } from './error.ts'
import { type Identity, personOf } from './identity.ts'
import type { Session } from './session.ts'

const userNamed = async (session: Session, name: string): Promise<User | undefined> => {
  const path = `/api/users?name=${encodeURIComponent(name)}`
  const { users } = await session.request<{ users: User[] }>('GET', path, undefined, { as: null })
  return users[0]
}

/** Returns the user of an existing open name. `refuse` makes the error, which has to be of the client's own class. */
export const openUser = async (session: Session, name: string, refuse: typeof refusal): Promise<User> => {
  const user = await userNamed(session, name)
  if (!user) throw refuse(404, 'user-not-found', `There is no user "${name}".`)
  if (user.protected) throw refuse(401, 'token-required', `"${user.name}" is protected.`)
  return user
}

/** Returns the user of an open name as it is now. */
const userOf = (session: Session, { userId, userName }: Identity): Promise<User | undefined> => {
  if (userId === undefined) return userNamed(session, userName)
  return session.request<User>('GET', `/api/users/${userId}`, undefined, { as: null }).catch((error) => {
    if (error.status === 404) return undefined
    throw error
  })
}

/**
 * Returns the identity of an open name that the server refuses under its new name, and stores that. Returns nothing if the user is gone,
 * and throws the refusal if it is not about the user.
 */
export const renamed = async (
  session: Session,
  identity: Identity,
  refused: unknown,
): Promise<Identity | undefined> => {
  const user = await userOf(session, identity)
  if (!user || user.protected) return undefined
  if (user.name === identity.userName) throw refused
  session.identity.update(personOf(user), identity)
  return { ...identity, ...personOf(user) }
}

/** Changes the user who acts. */
export const change = async (
  session: Session,
  changes: { name: string } | { avatar: string | null },
): Promise<User> => {
  // Is refused to somebody without a token: anybody may act under an open name, but not change it from here.
  const before = await session.request<User>('GET', '/api/users/me')
  const user = await session.request<User>('PATCH', `/api/users/${before.id}`, changes)
  session.identity.update(personOf(user), personOf(before))
  return user
}
