import { sql } from 'drizzle-orm'
import { batch } from '../db/client'
import { files } from '../db/schema'
import { MAX_OBJECTS } from '../files/remove-objects'
import { type Chore, writesPerRow } from './chore'

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
      .set({ state: 'deleted' })
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
