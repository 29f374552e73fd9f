import { desc, eq, type Placeholder, sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { prepared } from '../db/prepared-statements'
import { messages, users } from '../db/schema'
import type { Name } from '../lib/name'
import { messageColumns } from '../messages/store'
import { selectRoom } from '../rooms/store'

/** The most messages of a feed, and the newest ones among which they are searched: some may be deleted. */
const MAX_ENTRIES = 50
const MAX_SEARCHED = 100

const isOpen = (key: Placeholder) => sql`rooms.name_key = ${key} and rooms.readers = 'anyone'`

const statements = prepared<{ key: string; rows: number }>()((db, { key, rows }) => {
  const room = sql`(select id from rooms where ${isOpen(key)})`
  return {
    room: selectRoom(db, isOpen(key)),
    entries: db
      .select({
        ...messageColumns,
        originalAt: sql<
          number | null
        >`(select o.created_at from messages as o where o.room_id = messages.room_id and o.seq = messages.reply_to)`.as(
          'original_at',
        ),
      })
      .from(messages)
      .leftJoin(users, eq(users.id, messages.authorId))
      .where(
        sql`messages.room_id = ${room} and messages.text is not null and messages.seq >= (
          select min(seq) from (select seq from messages as m where m.room_id = ${room} order by seq desc limit ${sql.raw(`${MAX_SEARCHED}`)}))`,
      )
      .orderBy(desc(messages.seq))
      .limit(rows),
  }
})

/** Returns a room that anyone may read, with its newest messages, the newest one first. Undefined for any other room, as for one that doesn't exist. */
export const findFeed = async (db: Database, { key }: Name) => {
  const { room, entries } = await batch(db, statements(db, { key, rows: MAX_ENTRIES }))
  const [found] = room
  return found && { room: found, entries }
}

export type FeedRow = NonNullable<Awaited<ReturnType<typeof findFeed>>>
