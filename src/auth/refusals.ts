import { DomainError, Problem } from '../http/problem'
import { chatroomNotFound, invalidToken, unusableUserName, userNotFound } from '../http/problems'
import { time } from '../lib/time'
import type { RoomRequest } from './actor'

/**
 * Why an actor may not do something, in the order in which the reasons are checked. `unusable name`: nobody has it, and a ban keeps it taken. `always protected`: the user of a login, or with a role of the site, can't be opened.
 */
export type Refusal =
  | 'invalid token'
  | 'no chatroom'
  | 'not you'
  | 'no user'
  | 'unusable name'
  | 'token required'
  | 'always protected'
  | 'banned'
  | 'banned from site'
  | 'sanctioned'
  | 'has a role'
  | 'muted'
  | 'archived'
  | 'members only'
  | 'not allowed'
  | 'admins only'
  | 'site staff only'
  | 'blocked word'
  | NewcomerRefusal
  | NetworkRefusal

/** Somebody was banned who used the same network. It ends at a time in milliseconds. */
type NetworkRefusal = `network banned until ${number}`

export const isNetworkRefusal = (refusal: Refusal): refusal is NetworkRefusal =>
  refusal.startsWith('network banned until ')

/** The refusals of something that members may do some time after they have joined. */
type NewcomerRefusal = 'link too soon' | 'file too soon' | 'mention too soon' | 'reaction too soon'

/** The rule for newcomers: so many seconds after joining. `joinedAt` is null for somebody who is no member. */
export type Newcomer = { seconds: number; joinedAt: number | null }

/** Names as the request has them, for the text of a problem. */
type Named = {
  chatroom?: string | undefined
  user?: string | undefined
  userId?: number
  newcomer?: Newcomer | undefined
}

/** Returns when a newcomer may do something. `act` is what is refused, and `instead` what the newcomer can do now. */
const tooSoon = (
  act: string,
  instead: string,
  { chatroom = '', newcomer: { seconds, joinedAt } = { seconds: 0, joinedAt: null } }: Named,
): string =>
  joinedAt === null
    ? `Only members may ${act} in this chatroom, and only ${seconds} seconds after they have joined. Join it (PUT /chatroom/${encodeURIComponent(chatroom)}) and wait, or ${instead}.`
    : `You may ${act} in this chatroom from ${time(joinedAt + 1000 * seconds)} on, which is ${seconds} seconds after you joined. Wait until then, or ${instead}.`

const problemOf = (refusal: Refusal, named: Named): Problem => {
  const { chatroom = '', user, userId } = named
  if (isNetworkRefusal(refusal)) {
    const until = time(Number(refusal.split(' ').at(-1)))
    return new Problem(
      'banned',
      `Somebody was banned who used your network (your internet connection), so new people can't write from it until ${until}. If that was not you: wait, use another connection, send the token of a name that you had before, or ask a moderator to invite you.`,
    )
  }
  switch (refusal) {
    case 'invalid token':
      return invalidToken(
        'No user has this token. Send the token that POST /api/users returned, as `Authorization: Bearer <token>`. For the admin, set ADMIN_TOKEN in .dev.vars, or as a secret of the deployed Worker, and restart the server.',
      )
    case 'token required':
      return new Problem(
        'token-required',
        `${user === undefined ? 'This needs a token.' : `"${user}" is a protected user.`} Send the token as \`Authorization: Bearer <token>\`.`,
        {
          headers: { 'WWW-Authenticate': 'Bearer realm="parlour"' },
        },
      )
    case 'always protected':
      return new Problem(
        'always-protected',
        'This user belongs to a login, or has a role of the site, and stays protected. Leave out `protected`.',
      )
    case 'not you':
      return new Problem(
        'not-you',
        'The token belongs to another user. Leave out `userName`, or send the token of that user.',
      )
    case 'members only':
      return new Problem(
        'members-only',
        'Only members may do this in this chatroom. Ask a moderator to invite you.',
      )
    case 'not allowed':
      return new Problem(
        'not-allowed',
        'Your role in this chatroom does not allow this. Ask its owner, or the admin if nobody owns it.',
      )
    case 'admins only':
      return new Problem(
        'not-allowed',
        'Only an admin of this site may do this. Send ADMIN_TOKEN, or the token of a user whose role is "admin".',
      )
    case 'site staff only':
      return new Problem(
        'not-allowed',
        'Only admins and moderators of this site may do this. Send ADMIN_TOKEN, or the token of a user whose role is "admin" or "moderator".',
      )
    case 'banned from site':
      return new Problem('banned', 'You are banned from this site. Ask an admin or a moderator of the site.')
    case 'sanctioned':
      return new Problem(
        'not-allowed',
        'You are banned or muted, and an erasure would end that. Ask an admin of the site to erase you, or delete the user without `messages=delete`.',
      )
    case 'has a role':
      return new Problem(
        'not-allowed',
        'This user has a role of the site. Take the role first: PATCH /api/users/:id {"role":"user"}',
      )
    case 'banned':
      return new Problem('banned', 'You are banned from this chatroom. Ask a moderator.')
    case 'muted':
      return new Problem(
        'muted',
        'You are muted in this chatroom: you may read, but not post. Ask a moderator.',
      )
    case 'blocked word':
      return new Problem(
        'blocked-word',
        'The text, or a description or a name of a file, has a word that is blocked in this chatroom. Write it without that word.',
      )
    case 'link too soon':
      return new Problem('link-too-soon', tooSoon('post links', 'send the message without the link', named))
    case 'file too soon':
      return new Problem('link-too-soon', tooSoon('send files', 'send the message without files', named))
    case 'mention too soon':
      return new Problem(
        'mention-too-soon',
        tooSoon('mention others', 'send the message without the "@"', named),
      )
    case 'reaction too soon':
      return new Problem('reaction-too-soon', tooSoon('react', 'send a message', named))
    case 'archived':
      return new Problem('archived', 'This chatroom is archived: it can be read, but nothing can be added.')
    case 'no chatroom':
      return chatroomNotFound(chatroom)
    case 'no user':
      return userNotFound(user ?? userId ?? '')
    case 'unusable name':
      return unusableUserName(user ?? '')
  }
}

/** Thrown when an actor may not do something. */
export class Refused extends DomainError {
  readonly refusal: Refusal
  readonly #named: Named

  constructor(refusal: Refusal, named: Named = {}) {
    super(refusal)
    this.refusal = refusal
    this.#named = named
  }

  /** The refusal of a request about a room. */
  static of({ room, actor }: RoomRequest, refusal: Refusal, newcomer?: Newcomer): Refused {
    return new Refused(refusal, { chatroom: room.name, user: actor.user?.name, newcomer })
  }

  toProblem(): Problem {
    return problemOf(this.refusal, this.#named)
  }
}
