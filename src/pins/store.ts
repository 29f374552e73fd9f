import { eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, roomOf, runAuthorized } from '../auth/authorization'
import { actorId } from '../auth/rules'
import { type Audience, MAX_PINS } from '../contract'
import type { Database } from '../db/client'
import { messages, rooms, users } from '../db/schema'
import { type MessageRow, messageColumns, ownReactions } from '../messages/store'
import { insertAudit } from '../moderation/audit'
import { type RoomRow, roomColumns, selectRoom } from '../rooms/store'

const isPinned = (seq: number): SQL => sql`${seq} in (select value from json_each(rooms.pinned))`

export type Pinned =
  | { outcome: 'stands'; room: RoomRow }
  | { outcome: 'no message' }
  | { outcome: 'too many' }

/** Pins a message, or unpins it. Repeating it changes nothing. */
export const setPin = async (
  db: Database,
  request: RoomRequest,
  { seq, action }: { seq: number; action: 'pin' | 'unpin' },
): Promise<Pinned> => {
  const from = authorize(request, 'moderate')
  const isPinning = action === 'pin'
  const isDue = isPinning
    ? sql`not ${isPinned(seq)} and json_array_length(rooms.pinned) < ${MAX_PINS} and exists (
        select 1 from messages where messages.room_id = rooms.id and messages.seq = ${seq} and deleted_at is null)`
    : isPinned(seq)
  const { auth, message, room } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    audit: insertAudit(db, sql`${from} join rooms on rooms.id = auth.room_id`, {
      action,
      subject: sql`(select author_id from messages where messages.room_id = rooms.id and messages.seq = ${seq})`,
      detail: { seq },
      where: sql`refusal is null and ${isDue}`,
    }),
    changed: db
      .update(rooms)
      .set({
        pinned: isPinning
          ? sql`json_insert(pinned, '$[#]', cast(${seq} as integer))`
          : sql`(select json_group_array(value) from json_each(rooms.pinned) where value <> ${seq})`,
      })
      .where(sql`id = ${roomOf(from)} and ${isDue}`),
    message: db
      .select({ deletedAt: messages.deletedAt })
      .from(messages)
      .where(sql`room_id = ${roomOf(from)} and seq = ${seq}`),
    room: selectRoom(db, sql`rooms.id = ${roomOf(from)}`),
  })
  const [target] = message
  const [row] = room
  if (!row) throw new Error(`the room ${auth.roomId} is gone`)
  if (!target) return { outcome: 'no message' }
  if (!isPinning || row.pinned.includes(seq)) {
    return { outcome: 'stands', room: row }
  }
  return target.deletedAt === null ? { outcome: 'too many' } : { outcome: 'no message' }
}

/** Returns the pinned messages of a room, the last pinned one first. */
export const listPinned = async (
  db: Database,
  request: RoomRequest,
): Promise<{ chatroom: string; readers: Audience; rows: MessageRow[] }> => {
  const from = authorize(request, 'read')
  const { auth, rows: found } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: db
      .select({
        ...messageColumns,
        mine: ownReactions(actorId(request.actor)),
        place: sql<number>`json_each.key`.as('place'),
      })
      // `cross` keeps the order: SQLite would look for each message in the list.
      .from(sql`rooms cross join json_each(rooms.pinned)`)
      .crossJoin(messages)
      .leftJoin(users, eq(users.id, messages.authorId))
      .where(
        sql`rooms.id = ${roomOf(from)} and messages.room_id = rooms.id and messages.seq = json_each.value`,
      ),
  })
  const rows = found.toSorted((a, b) => b.place - a.place)
  return { chatroom: auth.chatroom, readers: auth.readers, rows }
}

/** Unpins the messages of a condition that are deleted, in the rooms of `isRoom`. Returns the rooms that had any pinned. */
export const unpinDeleted = (db: Database, isRoom: SQL, where: SQL = sql`true`) => {
  const isGone = sql`${where} and exists (
    select 1 from messages where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null)`
  return db
    .update(rooms)
    .set({
      pinned: sql`(select json_group_array(value) from json_each(rooms.pinned) where not (${isGone}))`,
    })
    .where(sql`${isRoom} and exists (select 1 from json_each(rooms.pinned) where ${isGone})`)
    .returning(roomColumns)
}
