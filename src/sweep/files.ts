import { sql } from 'drizzle-orm'
import { batch } from '../db/client'
import { files, sweeps } from '../db/schema'
import { MAX_OBJECTS } from '../files/remove-objects'
import { type Chore, writesPerRow } from './chore'

/** A run looks at so many files that a message should have. */
const LOOK = 500

/** The row in `sweeps` with the time of the last file that was looked at. */
const PLACE = 'files'
const place = sql`ifnull((select place from sweeps where name = ${PLACE}), 0)`

/** SQL for whether neither a message nor one that waits for approval has a row of `files`. */
const isLost = sql`not iif(files.seq is null,
  exists (select 1 from held indexed by held_author, json_each(held.files)
    where held.room_id = files.room_id and held.author_id = files.user_id and value ->> 'id' = files.id),
  exists (select 1 from messages as m, json_each(m.files) where m.room_id = files.room_id and m.seq = files.seq and value ->> 'id' = files.id))`

/**
 * Gives up files whose message is not there any more. Each way to delete a message gives its files up; this finds those that one has forgotten. A run looks
 * at the next files of the site, and then begins again. Does nothing without the bucket.
 */
export const sweepLostFiles: Chore = async ({ db, now, rows, context }) => {
  if (!context.env.FILES) return false
  // One row is that of the place.
  const limit = Math.min(LOOK, Math.floor((rows - 1) / writesPerRow(files)))
  if (limit < 1) return false
  const { looked } = await batch(db, {
    looked: db
      .select({
        place: sql<number>`${place}`.as('place_now'),
        count: sql<number>`count(*)`.as('file_count'),
        first: sql<number | null>`min(created_at)`.as('first_time'),
        last: sql<number | null>`max(created_at)`.as('last_time'),
        lost: sql<string>`json_group_array(json_array(room_id, id)) filter (where is_lost)`.as('lost_files'),
      })
      .from(sql`(select room_id, id, created_at, ${isLost} as is_lost from files indexed by files_newest
        where state = 'used' and created_at > ${place} order by created_at, id limit ${limit})`),
  })
  const [found] = looked
  if (!found) throw new Error('a select of counts has one row')
  const { count, first, last, lost } = found
  // The next run looks at all files of the last time, of which some may be left.
  const next = count < limit || last === null ? 0 : last === first ? last : last - 1
  const moved = db.insert(sweeps).values({ name: PLACE, place: next })
  const set = { target: sweeps.name, set: { place: next } }
  if (next === found.place && lost === '[]') return false
  await batch(db, {
    moved: next === found.place ? undefined : moved.onConflictDoUpdate(set),
    lost: db
      .update(files)
      .set({ state: 'deleted', expiresAt: now, idempotencyKey: null })
      .where(
        sql`(room_id, id) in (select value ->> 0, value ->> 1 from json_each(${lost})) and state = 'used' and ${isLost}`,
      ),
  })
  return false
}

/**
 * Removes files that nothing has any more, and uploads that no message has named for a day: first the object, and then the row, so that no object is
 * forgotten. Does nothing without the bucket.
 */
export const sweepFiles: Chore = async ({ db, now, rows, context }) => {
  const { FILES } = context.env
  if (!FILES) return false
  const limit = Math.min(MAX_OBJECTS, Math.floor(rows / (1 + writesPerRow(files))))
  const expired = sql`select room_id, id from files where expires_at <= ${now} order by expires_at limit ${limit}`
  const { chosen } = await batch(db, {
    // From here on no message can be sent with them.
    chosen: db
      .update(files)
      .set({ state: 'deleted', idempotencyKey: null })
      .where(sql`(room_id, id) in (${expired})`)
      .returning({ id: files.id, roomId: files.roomId }),
  })
  if (chosen.length === 0) return false
  await FILES.delete(chosen.map(({ id }) => id))
  const removed = JSON.stringify(chosen.map(({ roomId, id }) => [roomId, id]))
  await batch(db, {
    removed: db
      .delete(files)
      .where(
        sql`(room_id, id) in (select value ->> 0, value ->> 1 from json_each(${removed})) and state = 'deleted'`,
      ),
  })
  return chosen.length === limit
}
