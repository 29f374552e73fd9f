import { type SQL, sql } from 'drizzle-orm'
import type { Database, Statements } from '../../db/client'
import { changes, files, messages, reactions } from '../../db/schema'
import { deleteMentions } from '../../messages/mentions'
import type { Changes } from './collect'

/** Removes entries with all that belongs to them. `which` is about the columns `room_id` and the given one. */
const removeEntries = (db: Database, name: string, which: (seq: SQL) => SQL): Statements => ({
  [`${name}Reactions`]: db.delete(reactions).where(which(sql`target`)),
  [`${name}Mentions`]: deleteMentions(db, which(sql`seq`)),
  [`${name}Changes`]: db.delete(changes).where(which(sql`seq`)),
  // Before the messages, which name them. Their bytes may have come: the sweep removes these, and a line that names a file again stores its row anew.
  [`${name}Files`]: db
    .update(files)
    .set({ state: 'deleted', expiresAt: sql`created_at`, idempotencyKey: null })
    .where(
      sql`(room_id, id) in (select room_id, value ->> 'id' from (select room_id, files as sent from messages
        where ${which(sql`seq`)} and files is not null limit -1) cross join json_each(sent))`,
    ),
  [`${name}Messages`]: db.delete(messages).where(which(sql`seq`)),
})

const pairs = (entries: { roomId: number; seq: number }[], isClaimed: SQL): SQL =>
  sql`select value ->> 0 as room, value ->> 1 as first from json_each(iif(${isClaimed}, ${JSON.stringify(
    entries.map(({ roomId, seq }) => [roomId, seq]),
  )}, '[]'))`

/** Returns the statements that remove entries which come again, and those before the starts of logs. */
export const removeOld = (
  db: Database,
  { repeated, starts }: Pick<Changes, 'repeated' | 'starts'>,
  isClaimed: SQL,
): Statements => ({
  ...(repeated.length > 0 &&
    removeEntries(db, 'repeated', (seq) => sql`(room_id, ${seq}) in (${pairs(repeated, isClaimed)})`)),
  ...Object.assign(
    {},
    ...starts.map(({ roomId, seq: first }, index) =>
      removeEntries(
        db,
        `start${index}`,
        (seq) => sql`room_id = ${roomId} and ${seq} < ${first} and ${isClaimed}`,
      ),
    ),
  ),
})
