import { chatroomNotFound, invalidToken, Problem, userNotFound } from '../http/problem'

/**
 * Why an actor may not do something in a room, in the order in which it is looked for. A login whose name is taken has
 * no user; what is always protected is the user of a login.
 */
export type Refusal =
  | 'invalid token'
  | 'name taken'
  | 'no chatroom'
  | 'not you'
  | 'no user'
  | 'token required'
  | 'always protected'
  | 'banned'
  | 'muted'
  | 'archived'
  | 'members only'
  | 'not allowed'
  | 'blocked word'
  | 'link too soon'

/** The problem that a refusal is, told with the names as the request has them. */
export const refusedBecause = (
  refusal: Refusal,
  named: { chatroom?: string; user?: string | undefined },
): Problem => {
  const { chatroom = '', user } = named
  switch (refusal) {
    case 'invalid token':
      return invalidToken('Nobody has this token, or it is not sent as `Authorization: Bearer <token>`.')
    case 'token required':
      return new Problem(
        'token-required',
        `${user === undefined ? 'This' : `"${user}" is protected: this`} needs a token: send it as \`Authorization: Bearer <token>\`.`,
        {
          headers: { 'WWW-Authenticate': 'Bearer realm="parlour"' },
        },
      )
    case 'name taken':
      return new Problem(
        'name-taken',
        'The name of this login is taken, or looks like one that is. Sign a login with another `name`; or have that user ' +
          'renamed or deleted, by its token or the admin. A login never takes over a user.',
      )
    case 'always protected':
      return new Problem('always-protected', 'A user of a login acts only with it, and stays protected.')
    case 'not you':
      return new Problem('not-you', 'The token is that of another user.')
    case 'members only':
      return new Problem('members-only', 'Only members may do this here; a moderator can invite you.')
    case 'not allowed':
      return new Problem('not-allowed', 'Your role in this chatroom does not allow this.')
    case 'banned':
      return new Problem('banned', 'You are banned from this chatroom.')
    case 'muted':
      return new Problem('muted', 'You are muted in this chatroom: you may read, but not post.')
    case 'blocked word':
      return new Problem('blocked-word', 'The message holds a word that is not said in this chatroom.')
    case 'link too soon':
      return new Problem('link-too-soon', 'Who is new in this chatroom waits before posting links.')
    case 'archived':
      return new Problem('archived', 'This chatroom is archived: it can be read, but nothing is added.')
    case 'no chatroom':
      return chatroomNotFound(chatroom)
    case 'no user':
      return userNotFound(user ?? '')
  }
}
