import { DATA_VERSION, type DataLine, MAX_REACTION_USERS } from '../../src/contract/data-lines.ts'
import { findMentions, MAX_MENTIONS } from '../../src/contract/mentions.ts'
import { normalizeName } from '../../src/contract/name-characters.ts'
import { nameKey } from '../../src/lib/name-key.ts'
import type { Archive, Message, Room, User } from './archive.ts'

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** Returns the members that a text mentions, as the server finds them when a message is stored. */
const mentionsIn = (text: string, members: ReadonlyMap<string, User>): { id: number; name: string }[] => {
  const found = new Set<User>()
  for (const names of findMentions(text)) {
    const keys = names.map((name) => nameKey(normalizeName(name)))
    const member = keys.map((key) => members.get(key)).find(Boolean)
    if (member) found.add(member)
  }
  return [...found].slice(0, MAX_MENTIONS).map(({ id, name }) => ({ id, name }))
}

function* messageLines(
  room: number,
  message: Message,
  members: ReadonlyMap<string, User>,
): Generator<DataLine> {
  const { seq, author, text, at, editedAt, replyTo, reactions } = message
  const mentions = text === null ? [] : mentionsIn(text, members)
  yield {
    type: 'message',
    room,
    seq,
    author: author.id,
    ...(text !== null && { text }),
    createdAt: time(at),
    ...(editedAt !== undefined && { editedAt: time(editedAt) }),
    // The source doesn't tell when it was deleted.
    ...(text === null && { deletedAt: time(at) }),
    ...(replyTo !== undefined && { replyTo }),
    ...(mentions.length > 0 && { mentions }),
  }
  for (const [reaction, users] of reactions ?? [])
    for (let first = 0; first < users.length; first += MAX_REACTION_USERS) {
      const ids = users.slice(first, first + MAX_REACTION_USERS).map((user) => user.id)
      yield { type: 'reaction', room, message: seq, reaction, users: ids }
    }
}

function* roomLines(room: Room, id: number): Generator<DataLine> {
  const { title, topic, archived, createdAt } = room.details
  const members = [...room.members].toSorted(([, one], [, other]) => one - other)
  const [first = 0] = [createdAt, members[0]?.[1]]
    .filter((at) => at !== undefined)
    .toSorted((one, other) => one - other)
  const pinned = room.pinnedSeqs()
  yield {
    type: 'room',
    id,
    name: room.name,
    createdAt: time(first),
    ...(title !== undefined && { title }),
    ...(topic !== undefined && { topic }),
    ...(archived && { archived }),
    ...(pinned.length > 0 && { pinned }),
  }
  for (const [index, [{ id: user }, joinedAt]] of members.entries())
    yield { type: 'member', room: id, ordinal: index + 1, user, joinedAt: time(joinedAt) }

  const byKey = new Map(members.map(([user]) => [nameKey(user.name), user]))
  for (const message of room.messages) yield* messageLines(id, message, byKey)
}

function* linesBeforeEnd({ users, rooms }: Archive): Generator<DataLine> {
  yield { type: 'parlour', version: DATA_VERSION, scope: 'site' }
  for (const { id, name, createdAt, avatar } of users)
    yield {
      type: 'user',
      id,
      name,
      createdAt: time(createdAt),
      protected: true,
      ...(avatar !== undefined && { avatar }),
    }
  for (const [index, room] of rooms.entries()) yield* roomLines(room, index + 1)
}

/**
 * Returns the lines of an export (docs/data.md) with what was converted. The users are protected and have no token, so nobody can write
 * under their names.
 */
export function* linesOf(archive: Archive): Generator<DataLine> {
  let lines = 0
  for (const line of linesBeforeEnd(archive)) {
    lines++
    yield line
  }
  yield { type: 'end', lines, users: archive.users.length, rooms: archive.rooms.length }
}
