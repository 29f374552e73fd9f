import { type SQL, sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { emptyNumbersOf, lastSeqOf, renewVersion } from '../db/fragments'
import { emptied } from '../db/message-fields'
import { messages, rooms, sweeps } from '../db/schema'
import { deleteFiles } from '../files/sent-files'
import { toName } from '../lib/name'
import { deleteMentions } from '../messages/mentions'
import { firstSince } from '../messages/purge'
import { notify } from '../notify'
import { selectRoom } from '../rooms/store'
import { chatroomView } from '../rooms/view'
import type { Chore, Piece } from './chore'
import { firstEntryOf, removeStart, shedReactions } from './log-start'

const DAY_MILLISECONDS = 86_400_000
/** One piece looks at the rooms with so many ids. */
const LOOK = 1000

/** SQL for the days after which messages of a row of `rooms` are removed; null if they are kept. */
const daysOf = (ofSite: number): SQL =>
  ofSite === 0 ? sql`retention_days` : sql`min(ifnull(retention_days, ${ofSite}), ${ofSite})`

/** SQL for the id of the room that was looked at last. */
const place = sql`ifnull((select place from sweeps where name = 'retention'), 0)`
const isInReach = sql`rooms.id > ${place} and rooms.id <= ${place} + ${LOOK}`
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
    from rooms where ${isInReach} and ${isAsked(retentionDays)} and ${daysOf(retentionDays)} is not null) as place
  where exists (select 1 from messages where room_id = place.id and seq = first_message and created_at < cutoff
    and (seq < last or text is not null or key_hash is not null))`

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
        lastRoom: sql<number>`ifnull((select max(id) from rooms), 0)`.as('last_room'),
      })
      .from(sql`(select 1)`),
    due: db
      .select({
        id: sql<number>`id`.as('due_id'),
        first: firstEntryOf(sql`due.id`).as('first_entry'),
        cut: sql<number>`min(last, ${firstSince(sql`due.id`, sql`cutoff`)})`.as('cut'),
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

/** The most rows that emptying the last entry writes, without its reactions: its own, those in its index, of its mentions and its files, and its room's. */
const ROWS_OF_LAST = 60

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
  const { place, lastRoom, isAsked, due } = await findDue(piece)
  if (!isAsked) return false
  if (!due) {
    const next = place + LOOK >= lastRoom ? 0 : place + LOOK
    const moved = db.insert(sweeps).values({ name: 'retention', place: next })
    const set = { target: sweeps.name, set: { place: next } }
    if (next !== place) await batch(db, { moved: moved.onConflictDoUpdate(set) })
    return next !== 0
  }
  const { id, first, cut } = due
  if (first !== null && first < cut) await removeStart(db, { roomId: id, from: first, upTo: cut, rows, now })
  else {
    const limit = rows - ROWS_OF_LAST
    const shed = shedReactions(db, { roomId: id, seq: cut, rows: limit })
    const { gone } = await batch(db, { gone: shed.returning({ one: sql<number>`1`.as('one') }) })
    if (gone.length === limit) return true
    await emptyLast(db, { roomId: id, seq: cut, now })
  }
  await tellStart(piece, id)
  return true
}
