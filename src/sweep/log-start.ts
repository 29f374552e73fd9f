import { type SQL, sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { emptyNumbersOf } from '../db/fragments'
import { changes, messages, reactions, rooms } from '../db/schema'
import { deleteFiles } from '../files/sent-files'
import { deleteMentions } from '../messages/mentions'

/** One piece looks at this many entries at most. */
const LOOK = 1000

/** SQL for the number of the first entry that a room has rows of; null for none. */
export const firstEntryOf = (roomId: SQL): SQL<number | null> => sql`nullif(min(
  ifnull((select min(seq) from messages where room_id = ${roomId}), ${Number.MAX_SAFE_INTEGER}),
  ifnull((select min(seq) from changes where room_id = ${roomId}), ${Number.MAX_SAFE_INTEGER})), ${Number.MAX_SAFE_INTEGER})`

/** SQL for the most rows that are written when a row of `messages` is removed with all that belongs to it. */
export const costOfMessage = sql.raw(
  `1 + (idempotency_key is not null) + 2 * ifnull(json_array_length(mentions), 0) + 3 * ifnull(json_array_length(files), 0)
    + ifnull((select sum(value) from json_each(reactions)), 0)`,
)

type Start = { roomId: number; from: number; upTo: number; rows: number; now: number }

/** Returns the number up to which entries can be removed with so many rows. It is `from` if the first one alone takes more. */
const endOf = async (db: Database, { roomId, from, upTo, rows }: Start): Promise<number> => {
  const inReach = sql`room_id = ${roomId} and seq >= ${from} and seq < ${Math.min(upTo, from + LOOK)}`
  const { found } = await batch(db, {
    found: db
      .select({ last: sql<number | null>`max(seq)`.as('last_seq') })
      .from(
        sql`(select seq, sum(cost) over (order by seq) as total from (
          select seq, ${costOfMessage} as cost from messages where ${inReach}
          union all select seq, 1 from changes where ${inReach}))`,
      )
      .where(sql`total <= ${rows}`),
  })
  const last = found[0]?.last ?? null
  return last === null ? from : last + 1
}

/** Deletes some of the reactions to a message. */
export const shedReactions = (
  db: Database,
  { roomId, seq, rows }: { roomId: number; seq: number; rows: number },
) =>
  db.delete(reactions).where(
    sql`(room_id, target, reaction, user_id) in (
      select room_id, target, reaction, user_id from reactions where room_id = ${roomId} and target = ${seq} limit ${rows})`,
  )

/**
 * Removes entries from the start of a room's log, from the number `from` on and before `upTo`, as many as `rows` allows. The room's `firstSeq` and pins
 * change in the same batch. Returns the number of the first entry that is left.
 */
export const removeStart = async (db: Database, start: Start): Promise<number> => {
  const { roomId, from, rows, now } = start
  // The room's own row.
  const end = await endOf(db, { ...start, rows: rows - 1 })
  if (end === from) {
    await batch(db, { shed: shedReactions(db, { roomId, seq: from, rows }) })
    return from
  }
  const isRemoved = (seq: SQL) => sql`room_id = ${roomId} and ${seq} >= ${from} and ${seq} < ${end}`
  await batch(db, {
    // It counts what the others remove.
    room: db
      .update(rooms)
      .set({
        firstSeq: sql`max(first_seq, ${end})`,
        pinned: sql`(select json_group_array(value) from json_each(rooms.pinned) where value >= ${end})`,
        emptyNumbers: sql`${emptyNumbersOf(sql`rooms.id`)} + (select count(*) from messages where ${isRemoved(sql`seq`)} and text is not null)`,
      })
      .where(sql`id = ${roomId}`),
    reactions: db.delete(reactions).where(isRemoved(sql`target`)),
    mentions: deleteMentions(db, isRemoved(sql`seq`)),
    files: deleteFiles(db, isRemoved(sql`seq`), now),
    changes: db.delete(changes).where(isRemoved(sql`seq`)),
    messages: db.delete(messages).where(isRemoved(sql`seq`)),
  })
  return end
}
