import { eq, type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import type { Database } from '../db/client'
import { SITE } from '../db/fragments'
import { messages, rooms, sanctions, users } from '../db/schema'
import { type MessageRow, messageColumns } from '../messages/store'

// There is no index of messages by their author, because each message would cost a row more. The messages are looked for in the rooms that
// the user is a member of, and then in those that it is banned from, a bounded number of messages in each request.

/** One request looks at this many messages in the rooms of a member, where an empty room counts as one, and in one room more. */
const LOOK = 1000

/** The kinds of rooms, in the order in which they are gone through. A cursor begins with the number of one. */
const MEMBER = 0
const BANNED = 1

type SaidRow = { chatroom: string; message: MessageRow }
type Asked = {
  credential: Credential
  userId: number
  /** The kind of rooms, the room, and the number of the message that was looked at last. */
  cursor: string | undefined
  limit: number
}

/** Greater than all ids and numbers. A cursor may hold it. */
const TOP = Number.MAX_SAFE_INTEGER

/** SQL for whether a sanction is a ban from a room that is gone through next. A ban from the whole site has no room. */
const isBan = (userId: number, room: number): SQL =>
  sql`user_id = ${userId} and kind = 'ban' and room_id <= ${room} and room_id > ${SITE}`

/** SQL for the messages of all rooms that the user is a member of, after a place. */
const inRoomsOf = (userId: number, [room = TOP, seq = TOP]: number[]): SQL =>
  sql`select m.room_id as in_room, seq as at_seq, author_id, text
    from members as m left join messages on messages.room_id = m.room_id and seq < iif(m.room_id = ${room}, ${seq}, ${TOP})
    where m.user_id = ${userId} and m.room_id <= ${room}
    order by m.room_id desc, seq desc limit ${LOOK}`

/** SQL for the messages of the one room that is next among those that the user is banned from. */
const inRoomAgainst = (userId: number, [room = TOP, seq = TOP]: number[]): SQL => {
  const banned = sql`(select max(room_id) from sanctions where ${isBan(userId, room)})`
  return sql`select room_id as in_room, seq as at_seq, author_id, text from messages
    where room_id = ${banned} and seq < iif(${banned} = ${room}, ${seq}, ${TOP})
    order by seq desc limit ${LOOK}`
}

/** Selects the user's messages among those that are looked at, and the place of the last one. */
const selectSaid = (db: Database, looked: SQL, { userId, limit }: Asked) =>
  db
    .select({
      ...messageColumns,
      chatroom: sql<string | null>`rooms.name`.as('room_name'),
      roomId: sql<number>`in_room`.as('looked_room'),
      lookedSeq: sql<number | null>`at_seq`.as('looked_seq'),
      isTheirs: sql<number>`is_theirs`.as('said_by_user'),
      isLast: sql<number>`place = ${LOOK}`.as('is_last'),
    })
    .from(
      sql`(select in_room, at_seq, ifnull(author_id = ${userId} and text is not null, false) as is_theirs, row_number() over () as place
        from (${looked})) as looked`,
    )
    .leftJoin(rooms, sql`is_theirs and rooms.id = in_room`)
    .leftJoin(messages, sql`is_theirs and messages.room_id = in_room and messages.seq = at_seq`)
    .leftJoin(users, eq(users.id, messages.authorId))
    .where(sql`is_theirs or place = ${LOOK}`)
    .limit(limit + 1)

type Row = Awaited<ReturnType<typeof selectSaid>>[number]
type Place = [room: number, seq: number]

/** Returns the messages among the rows, `limit` at most, and the place to go on from; undefined if there is nothing more to look at. */
const pageOf = (rows: Row[], limit: number): { said: SaidRow[]; end: Place | undefined } => {
  const theirs = rows.filter(({ isTheirs }) => isTheirs)
  const page = theirs.slice(0, limit)
  const isMore = theirs.length > limit
  const last = isMore ? page.at(-1) : rows.find(({ isLast }) => isLast)
  const said = page.flatMap(({ chatroom, roomId: _, lookedSeq, isTheirs, isLast, ...message }) =>
    chatroom === null ? [] : [{ chatroom, message: message as MessageRow }],
  )
  if (last) return { said, end: [last.roomId, last.lookedSeq ?? 0] }
  // A page without room for a single message.
  return { said, end: isMore ? [TOP, TOP] : undefined }
}

/**
 * Returns a page of what a user said, room by room, without what was deleted. It may find nothing and still say where to go on.
 * Returns undefined where there is no such user.
 */
export const listSaid = async (
  db: Database,
  asked: Asked,
): Promise<{ rows: SaidRow[]; next: string | undefined } | undefined> => {
  const { credential, userId, cursor, limit } = asked
  const [kind = MEMBER, ...place] = cursor?.split('-').map(Number) ?? []
  const from = kind === BANNED ? place : []
  const { user, asMember, asBanned, banned } = await runOnSite(db, credential, 'review', {
    user: db.select({ id: users.id }).from(users).where(eq(users.id, userId)),
    asMember: kind === MEMBER ? selectSaid(db, inRoomsOf(userId, place), asked) : undefined,
    asBanned: selectSaid(db, inRoomAgainst(userId, from), asked),
    banned: db
      .select({ room: sql<number | null>`max(room_id)`.as('banned_room') })
      .from(sanctions)
      .where(isBan(userId, from[0] ?? TOP)),
  })
  if (user.length === 0) return undefined
  const first = pageOf(asMember ?? [], limit)
  if (first.end) return { rows: first.said, next: [MEMBER, ...first.end].join('-') }
  const second = pageOf(asBanned, limit - first.said.length)
  const room = banned[0]?.room ?? null
  const end = second.end ?? (room === null ? undefined : [room - 1, TOP])
  return { rows: [...first.said, ...second.said], next: end && [BANNED, ...end].join('-') }
}
