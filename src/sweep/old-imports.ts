import { type SQL, sql } from 'drizzle-orm'
import { batch } from '../db/client'
import { deletedRooms, importIds, imports } from '../db/schema'
import type { Chore } from './chore'

/** An import is remembered for so many days after its last request. One that is not finished can be continued until then. */
export const IMPORT_DAYS = 30
const DAY_MILLISECONDS = 86_400_000
/** A row is deleted, and a room that was not finished has one among the deleted rooms. */
const ROWS_OF_ID = 2

/** Returns the time before which the last request of an import makes it an old one. */
export const oldImport = (now: number): number => now - IMPORT_DAYS * DAY_MILLISECONDS

/** Removes old imports: their ids first, and with them the rooms whose import never ended. */
export const sweepOldImports: Chore = async ({ db, now, rows }) => {
  const old = sql`(select id from imports where updated_at < ${oldImport(now)} order by updated_at limit 1)`
  const limit = Math.floor(rows / ROWS_OF_ID) - 1
  const chosen: SQL = sql`(import_id, kind, old_id) in (
    select import_id, kind, old_id from import_ids where import_id = ${old} limit ${limit})`
  const { gone, ids } = await batch(db, {
    rooms: db
      .insert(deletedRooms)
      .select(
        sql`select new_id, null, ${now} from import_ids where ${chosen} and kind = 'room' and room is not null`,
      )
      .onConflictDoNothing(),
    ids: db
      .delete(importIds)
      .where(chosen)
      .returning({ one: sql<number>`1`.as('one') }),
    gone: db
      .delete(imports)
      .where(sql`id = ${old} and not exists (select 1 from import_ids where import_id = imports.id)`)
      .returning({ id: imports.id }),
  })
  return gone.length > 0 || ids.length > 0
}
