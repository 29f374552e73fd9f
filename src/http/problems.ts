import { Problem } from './problem'

/** Returns a request that can be sent as it is, to show in a problem. */
const call = (path: string, name: string) => `POST ${path} ${JSON.stringify({ name })}`

export const chatroomNotFound = (name: string) =>
  new Problem(
    'chatroom-not-found',
    `There is no chatroom "${name}" yet. Create it: ${call('/api/chatroom', name)}`,
  )
/** `user`: the name or the id. */
export const userNotFound = (user: string | number) =>
  new Problem(
    'user-not-found',
    typeof user === 'number'
      ? `There is no user with the id ${user}. Find a user by name: GET /api/users?name=danny`
      : `There is no user "${user}" yet. Create it: ${call('/api/users', user)}`,
  )
/** The name of a user whom nobody can create: `POST /api/users` says the same of it. */
export const unusableUserName = (name: string) =>
  new Problem(
    'user-not-found',
    `There is no user "${name}", and the name can not be used. Choose another name.`,
  )
export const messageNotFound = (seq: number) =>
  new Problem('message-not-found', `There is no message ${seq} in this chatroom, or it was deleted.`)

export const invalidToken = (detail: string) =>
  new Problem('invalid-token', detail, {
    headers: { 'WWW-Authenticate': 'Bearer realm="parlour", error="invalid_token"' },
  })

/** `existing` is the name that is in the way; undefined where nobody has it now. */
export const nameTaken = (name: string, existing: string | undefined) => {
  if (existing === undefined)
    return new Problem('name-taken', `The name "${name}" can not be used. Choose another name.`)
  const why = existing === name ? 'is taken' : `looks like "${existing}", which is taken`
  return new Problem(
    'name-taken',
    `The name "${name}" ${why}. Choose another name. If it is yours already, go on without creating it.`,
  )
}
