import { type SQL, sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { emptyNumbersOf, lastSeqOf, renewVersion } from '../db/fragments'
import { emptied } from '../db/message-fields'
import { messages, rooms, sweeps } from '../db/schema'
import { deleteFiles } from '../files/sent-files'
import { toName } from '../lib/name'
import { ROWS_OF_MESSAGE } from '../limits/sweep-budget'
import { deleteMentions } from '../messages/mentions'
import { notify } from '../notify'
import { selectRoom } from '../rooms/store'
import { chatroomView } from '../rooms/view'
import type { Chore, Piece } from './chore'
import { firstEntryOf, removeStart, shedReactions } from './log-start'

const DAY_MILLISECONDS = 86_400_000
/** One piece looks at so many rooms. */
const LOOK = 1000
/** One piece looks at so many messages of a room. No piece removes more. */
const LOOK_AT_MESSAGES = 1000

/** SQL for the days after which messages of a row of `rooms` are removed; null if they are kept. */
const daysOf = (ofSite: number): SQL =>
  ofSite === 0 ? sql`retention_days` : sql`min(ifnull(retention_days, ${ofSite}), ${ofSite})`

/** SQL for the id of the room that was looked at last. */
const place = sql`ifnull((select place from sweeps where name = 'retention'), 0)`
/** SQL for the rooms that a piece looks at. Ids have gaps: one may be 3, and the next 10^15. */
const roomsInReach = sql`select * from rooms where id > ${place} order by id limit ${LOOK}`
/** SQL for whether any room removes messages. */
const isAsked = (ofSite: number): SQL =>
  ofSite > 0 ? sql`true` : sql`exists (select 1 from rooms as r where r.retention_days is not null)`

/**
 * SQL for the rooms after that one whose first message is too old. The last entry of a log stays, as a tombstone without a text: such a
 * room has nothing more to remove.
 */
export const dueRooms = ({ now, retentionDays }: Pick<Piece, 'now' | 'retentionDays'>): SQL => sql`
  select id, cutoff, first_message, last from (
    select id, ${now} - ${DAY_MILLISECONDS} * ${daysOf(retentionDays)} as cutoff, ${lastSeqOf(sql`rooms.id`)} as last,
      (select min(seq) from messages where room_id = rooms.id) as first_message
    from (${roomsInReach}) as rooms where ${isAsked(retentionDays)} and ${daysOf(retentionDays)} is not null) as place
  where exists (select 1 from messages where room_id = place.id and seq = first_message and created_at < cutoff
    and (seq < last or text is not null or key_hash is not null))`

/**
 * SQL for the number behind the messages at the start of a log that are too old. It looks at each one, so a message that is young enough stays, also if its time is
 * not in order: so do those behind it, until it is too old itself.
 */
const endOfOld = sql`(select 1 + max(seq) from (
  select seq, max(created_at >= cutoff) over (order by seq) as is_behind from (
    select seq, created_at from messages where room_id = due.id order by seq limit ${LOOK_AT_MESSAGES}))
  where not is_behind)`

/**
 * Returns the first room with messages that are too old, among those after the one that was looked at last. `isAsked` is false if no room removes
 * any.
 */
const findDue = async ({ db, now, retentionDays }: Piece) => {
  const { state, due } = await batch(db, {
    state: db
      .select({
        place: sql<number>`${place}`.as('place_now'),
        isAsked: sql<number>`${isAsked(retentionDays)}`.as('is_asked'),
        next: sql<number>`ifnull((select id from rooms where id > ${place} order by id limit 1 offset ${LOOK - 1}), 0)`.as(
          'next_place',
        ),
      })
      .from(sql`(select 1)`),
    due: db
      .select({
        id: sql<number>`id`.as('due_id'),
        first: firstEntryOf(sql`due.id`).as('first_entry'),
        cut: sql<number>`min(last, ${endOfOld})`.as('cut'),
      })
      .from(sql`(${dueRooms({ now, retentionDays })} limit 1) as due`),
  })
  const [found] = state
  if (!found) throw new Error('a select without a table has one row')
  return { ...found, due: due[0] }
}

/** Takes the text from the last entry of a log, which stays for its number. */
const emptyLast = (db: Database, { roomId, seq, now }: { roomId: number; seq: number; now: number }) => {
  const isLast = sql`room_id = ${roomId} and seq = ${seq}`
  return batch(db, {
    room: db
      .update(rooms)
      .set({
        pinned: sql`(select json_group_array(value) from json_each(rooms.pinned) where value <> ${seq})`,
        emptyNumbers: sql`${emptyNumbersOf(sql`rooms.id`)} + 1`,
      })
      .where(sql`id = ${roomId} and exists (select 1 from messages where ${isLast} and text is not null)`),
    mentions: deleteMentions(db, isLast),
    files: deleteFiles(db, isLast, now),
    message: db.update(messages).set(emptied(now)).where(isLast),
    // No entry and no number tells of it, so all pages get a new version.
    version: renewVersion(db),
  })
}

/** Tells the hub of a room that its log begins later. */
const tellStart = async ({ db, context }: Piece, roomId: number): Promise<void> => {
  const { room } = await batch(db, { room: selectRoom(db, sql`rooms.id = ${roomId}`) })
  const [row] = room
  if (!row) return
  const chatroom = chatroomView(context.env, row)
  notify(context, toName(row.name).key, (hub) => hub.forgetStart(roomId, { type: 'room', chatroom }))
}

/** Removes messages that are too old from the start of a room's log. */
export const sweepOldMessages: Chore = async (piece) => {
  const { db, now, rows } = piece
  const { place, next, isAsked, due } = await findDue(piece)
  if (!isAsked) return false
  if (!due) {
    const moved = db.insert(sweeps).values({ name: 'retention', place: next })
    const set = { target: sweeps.name, set: { place: next } }
    if (next !== place) await batch(db, { moved: moved.onConflictDoUpdate(set) })
    return next !== 0
  }
  const { id, first, cut } = due
  if (first !== null && first < cut) await removeStart(db, { roomId: id, from: first, upTo: cut, rows, now })
  else {
    const limit = rows - ROWS_OF_MESSAGE
    const shed = shedReactions(db, { roomId: id, seq: cut, rows: limit })
    const { gone } = await batch(db, { gone: shed.returning({ one: sql<number>`1`.as('one') }) })
    if (gone.length === limit) return true
    await emptyLast(db, { roomId: id, seq: cut, now })
  }
  await tellStart(piece, id)
  return true
}
