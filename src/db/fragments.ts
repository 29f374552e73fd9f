import { getTableColumns, type Placeholder, type SQL, sql, type Table } from 'drizzle-orm'
import type { Database } from './client'
import { versions } from './schema'

// Pieces of SQL that several stores share. Rooms and users are named by their key, not by their id, so that
// looking them up is part of the statement that does the work, not a round trip of its own.

export const userId = (userKey: string): SQL => sql`(select id from users where name_key = ${userKey})`

/** A room's number of members: see `rooms.memberOffset`. */
export const memberCount = sql<number>`coalesce((select max(ordinal) from members where room_id = rooms.id), 0) + rooms.member_offset`

/** What `rooms.memberOffset` becomes when a member leaves: its ordinal may have been the largest. */
export const memberOffsetWithout = (leaver: SQL): SQL =>
  sql`${memberCount} - 1 - coalesce((select max(ordinal) from members where room_id = rooms.id and user_id <> ${leaver}), 0)`

/** The select list of an `insert … select` into `table`: a value for each column in order, its default unless given. */
export const insertValues = <Row extends Table>(
  table: Row,
  given: { [Key in keyof Row['$inferInsert']]?: SQL | Placeholder | Row['$inferInsert'][Key] },
): SQL =>
  sql.join(
    Object.entries(getTableColumns(table)).map(
      ([key, column]) => sql`${key in given ? given[key as keyof typeof given] : (column.default ?? null)}`,
    ),
    sql`, `,
  )

/** The log's next number, from the ends of its two tables' keys: no counter, no gap, no second statement. */
export const nextSeq = sql`1 + max(
  coalesce((select max(seq) from messages as m where m.room_id = auth.room_id), 0),
  coalesce((select max(seq) from changes as c where c.room_id = auth.room_id), 0))`

/**
 * A statement that makes another version of all names. It goes ahead of each one by which a user is called something else, or is
 * gone, in the same batch and where the same holds; `which` selects those users.
 */
export const renewNamesVersion = (db: Database, which: SQL) =>
  db
    .insert(versions)
    .select(sql`select 'names', lower(hex(randomblob(8))) where exists (select 1 from users where ${which})`)
    .onConflictDoUpdate({ target: versions.subject, set: { version: sql`excluded.version` } })
