import { chatroomNotFound, DomainError, invalidToken, Problem, userNotFound } from '../http/problem'
import type { RoomRequest } from './actor'

/**
 * Why an actor may not do something, in the order in which the reasons are checked. `always protected`: the user of a login can't be opened.
 */
export type Refusal =
  | 'invalid token'
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

/** Names as the request has them, for the words of a problem. */
type Named = { chatroom?: string | undefined; user?: string | undefined; userId?: number }

const problemOf = (refusal: Refusal, { chatroom = '', user, userId }: Named): Problem => {
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
      return userNotFound(user ?? userId ?? '')
  }
}

/** Thrown where an actor may not do something. */
export class Refused extends DomainError {
  readonly refusal: Refusal
  readonly #named: Named

  constructor(refusal: Refusal, named: Named = {}) {
    super(refusal)
    this.refusal = refusal
    this.#named = named
  }

  /** The refusal of a request about a room. */
  static of({ room, actor }: RoomRequest, refusal: Refusal): Refused {
    return new Refused(refusal, { chatroom: room.name, user: actor.user?.name })
  }

  toProblem(): Problem {
    return problemOf(this.refusal, this.#named)
  }
}
