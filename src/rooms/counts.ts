import { sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { emptyNumbersOf, lastSeqOf } from '../db/fragments'
import { jsonRows } from '../db/json-rows'
import { prepared } from '../db/prepared-statements'
import type { Name } from '../lib/name'
import { nameKey } from '../lib/name-key'
import { type RoomRow, roomColumns } from './store'

/** So many of the newest entries of a room are searched for a message that is not deleted. */
const MAX_SEARCHED = 50

/** `lastMessageAt` is null in a room without a message, also a deleted one. `askedAs` are the names that were asked for and are the room's. */
export type CountedRoomRow = RoomRow & {
  messageCount: number
  lastMessageAt: number | null
  askedAs: string[]
}

const lastMessage = sql`(select max(seq) from messages where room_id = rooms.id)`

const columns = {
  ...roomColumns,
  messageCount: sql<number>`${lastSeqOf(sql`rooms.id`)} - ${emptyNumbersOf(sql`rooms.id`)}`.as(
    'message_count',
  ),
  // It ends at the first row in most rooms. `ifnull` searches the deleted ones only where it must.
  lastMessageAt: sql<number | null>`ifnull(
    (select created_at from messages where room_id = rooms.id and seq > ${lastMessage} - ${sql.raw(`${MAX_SEARCHED}`)} and text is not null
      order by seq desc limit 1),
    (select created_at from messages where room_id = rooms.id order by seq desc limit 1))`.as(
    'last_message_at',
  ),
}

const statements = prepared<{ keys: string }>()((db, { keys }) => ({
  found: db
    .select({ rows: jsonRows(columns).as('counted') })
    .from(sql`json_each(${keys}) as asked cross join rooms on rooms.name_key = asked.value`),
}))

/** Returns the rooms of these names, in their order and each once, with their numbers of messages. A name without a room is left out. */
export const findCountedRooms = async (db: Database, names: Name[]): Promise<CountedRoomRow[]> => {
  const namesOf = Map.groupBy(names, ({ key }) => key)
  const { found } = await batch(db, statements(db, { keys: JSON.stringify([...namesOf.keys()]) }))
  return (found[0]?.rows ?? []).map((row) => ({
    ...row,
    askedAs: [...new Set(namesOf.get(nameKey(row.name))?.map(({ name }) => name))],
  }))
}
