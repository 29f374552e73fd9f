import { desc, max, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import { type UserRow, userColumns } from '../auth/store'
import type { Database } from '../db/client'
import { rooms, users } from '../db/schema'
import { nameKey } from '../lib/name-key'
import { type RoomRow, roomColumns } from '../rooms/store'

/**
 * One request looks at this many ids, from that of a row on down. There is no index of parts of names. The next one begins at a row again: ids have gaps, and one may
 * be 3 and the next 10^15.
 */
const LOOK = 2000

type Asked = {
  credential: Credential
  /** A part of the name. */
  q: string | undefined
  /** The id from which the request goes on to smaller ones. */
  cursor: number | undefined
  limit: number
}

type Found<Row> = { rows: Row[]; next: number | undefined }

/** Returns SQL for the id below which rows are looked at. `last` is the largest id. */
const topOf = (last: SQL, { cursor }: Asked): SQL =>
  cursor === undefined ? sql`1 + ${last}` : sql`${cursor}`

/** Returns SQL for whether a row is looked at and its name has the part. */
const isFound = (id: SQLiteColumn, nameKeyColumn: SQLiteColumn, last: SQL, asked: Asked): SQL => {
  const { q } = asked
  const top = topOf(last, asked)
  if (q === undefined) return sql`${id} < ${top}`
  return sql`${id} < ${top} and ${id} >= ${top} - ${LOOK} and instr(${nameKeyColumn}, ${nameKey(q.normalize('NFKC'))})`
}

/** Returns the page of the rows that were found, one more than `limit` at most. `below` is the largest id that was not looked at. */
const pageOf = <Row extends { id: number }>(
  rows: Row[],
  below: number | null,
  { q, limit }: Asked,
): Found<Row> => {
  const page = rows.slice(0, limit)
  if (rows.length > limit) return { rows: page, next: page.at(-1)?.id }
  return { rows: page, next: q !== undefined && below !== null ? below + 1 : undefined }
}

/** Returns the users whose name has a part, the newest first. It may find none and still say where to go on. */
export const searchUsers = async (db: Database, asked: Asked): Promise<Found<UserRow>> => {
  const last = sql`(select max(id) from users)`
  const { rows, rest } = await runOnSite(db, asked.credential, 'review', {
    rows: db
      .select(userColumns)
      .from(users)
      .where(isFound(users.id, users.nameKey, last, asked))
      .orderBy(desc(users.id))
      .limit(asked.limit + 1),
    rest: db
      .select({ below: max(users.id) })
      .from(users)
      .where(sql`${users.id} < ${topOf(last, asked)} - ${LOOK}`),
  })
  return pageOf(rows, rest[0]?.below ?? null, asked)
}

/** Returns the rooms whose name has a part, the newest first. It may find none and still say where to go on. */
export const searchRooms = async (db: Database, asked: Asked): Promise<Found<RoomRow>> => {
  const last = sql`(select max(id) from rooms)`
  const { rows, rest } = await runOnSite(db, asked.credential, 'review', {
    rows: db
      .select(roomColumns)
      .from(rooms)
      .where(isFound(rooms.id, rooms.nameKey, last, asked))
      .orderBy(desc(rooms.id))
      .limit(asked.limit + 1),
    rest: db
      .select({ below: max(rooms.id) })
      .from(rooms)
      .where(sql`${rooms.id} < ${topOf(last, asked)} - ${LOOK}`),
  })
  return pageOf(rows, rest[0]?.below ?? null, asked)
}
