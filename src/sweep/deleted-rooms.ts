import { type SQL, sql } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { batch, type Database } from '../db/client'
import {
  audit,
  deletedRooms,
  files,
  held,
  hooks,
  members,
  reports,
  sanctions,
  webhookCursors,
} from '../db/schema'
import { askHub } from '../notify'
import { type Chore, writesPerRow } from './chore'
import { firstEntryOf, removeStart } from './log-start'

/**
 * The tables with rows of a room, besides those of its log, and the columns of their keys. A new table of rooms goes here: a test compares the list with
 * the schema.
 */
export const roomTables: { table: SQLiteTable; keys: string; index?: string; left?: SQL }[] = [
  { table: held, keys: 'created_at', index: 'held_author' },
  { table: hooks, keys: 'id', index: 'hooks_room' },
  { table: members, keys: 'room_id, ordinal' },
  { table: sanctions, keys: 'room_id, user_id, kind' },
  { table: reports, keys: 'room_id, number' },
  { table: audit, keys: 'room_id, number' },
  { table: webhookCursors, keys: 'webhook_id, stream, room_id' },
  // Given up here. `sweepFiles` removes them with their objects.
  { table: files, keys: 'room_id, id', left: sql`state <> 'deleted'` },
]

const nameOf = (table: SQLiteTable): string => getTableConfig(table).name

const deletePart = (
  db: Database,
  { table, keys, index, left = sql`true` }: (typeof roomTables)[number],
  { roomId, rows, now }: { roomId: number; rows: number; now: number },
) => {
  const columns = sql.raw(keys)
  const from = sql.raw(`${nameOf(table)}${index ? ` indexed by ${index}` : ''}`)
  const chosen = sql`(${columns}) in (select ${columns} from ${from} where room_id = ${roomId} and ${left} limit ${Math.floor(rows / writesPerRow(table))})`
  return table === files
    ? db.update(files).set({ state: 'deleted', expiresAt: now, idempotencyKey: null }).where(chosen)
    : db.delete(table).where(chosen)
}

/** Returns the room that was deleted first, and what is left of it. */
const findDeleted = async (db: Database) => {
  const has = ({ table, left = sql`true` }: (typeof roomTables)[number]) =>
    sql`iif(exists (select 1 from ${table} as t where t.room_id = deleted_rooms.id and ${left}), ${nameOf(table)}, '')`
  const { found } = await batch(db, {
    found: db
      .select({
        id: deletedRooms.id,
        nameKey: deletedRooms.nameKey,
        first: firstEntryOf(sql`deleted_rooms.id`).as('first_entry'),
        tables: sql<string>`concat_ws(' ', ${sql.join(roomTables.map(has), sql`, `)})`.as('tables_left'),
        isNameTaken: sql<number>`exists (select 1 from rooms where name_key = deleted_rooms.name_key)`.as(
          'is_name_taken',
        ),
      })
      .from(deletedRooms)
      .orderBy(deletedRooms.id)
      .limit(1),
  })
  return found[0]
}

/** Removes what is left of deleted rooms: their logs, the other tables' rows, and the storage of their hubs. */
export const sweepDeletedRooms: Chore = async ({ db, now, rows, context }) => {
  const room = await findDeleted(db)
  if (!room) return false
  const { id, nameKey, first, tables, isNameTaken } = room
  if (first !== null) {
    await removeStart(db, { roomId: id, from: first, upTo: Number.MAX_SAFE_INTEGER, rows, now })
    return true
  }
  const next = roomTables.find(({ table }) => tables.split(' ').includes(nameOf(table)))
  if (next) {
    await batch(db, { deleted: deletePart(db, next, { roomId: id, rows, now }) })
    return true
  }
  // A new room of the name has the same hub, which goes on.
  if (nameKey !== null && !isNameTaken) await askHub(context.env, nameKey, (hub) => hub.endStorage(id))
  await batch(db, { done: db.delete(deletedRooms).where(sql`id = ${id}`) })
  return true
}
