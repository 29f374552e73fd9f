import { getTableColumns, type Placeholder, type SQL, sql, type Table } from 'drizzle-orm'
import type { Database } from './client'
import { versions } from './schema'

// SQL that several stores share. It names rooms and users by their key and not by their id, so that the statement that does the
// work also looks them up, and a request needs one round trip.

/** Stands in the place of a room's id for the whole site. No room has this id. */
export const SITE = 0

/** The end of a ban that holds until it is lifted, in `users.banned_until`. */
export const FOREVER = Number.MAX_SAFE_INTEGER

/** SQL for `users.banned_until` from all bans from the site that hold for a user: `bans` are these rows of `sanctions`. */
export const bannedUntilOf = (bans: SQL): SQL<number> =>
  sql<number>`ifnull((select max(ifnull(until, ${FOREVER})) from ${bans}), 0)`

export const roomId = (roomKey: string | Placeholder): SQL =>
  sql`(select id from rooms where name_key = ${roomKey})`

export const userId = (userKey: string | Placeholder): SQL =>
  sql`(select id from users where name_key = ${userKey})`

/**
 * SQL for whether a name is taken: by another user, or by a ban in force, also after its user was renamed or deleted. `own` is the user who wants the
 * name. A login whose user was banned and deleted may have the name again, since the ban holds for the login.
 */
export const isNameTaken = (
  key: string | SQL | Placeholder,
  { now, own }: { now: number | SQL; own?: { id: number | SQL } | { subject: string } },
): SQL => {
  const isNotOwn = (table: SQL, id: SQL): SQL =>
    own === undefined
      ? sql`true`
      : 'id' in own
        ? sql`${id} <> ${own.id}`
        : sql`${table}.subject is not ${own.subject}`
  const isBanned = (index: SQL, isName: SQL): SQL => sql`exists (
      select 1 from sanctions indexed by ${index} left join rooms on rooms.id = sanctions.room_id
      where ${isName} and (rooms.id is not null or room_id = ${sql.raw(`${SITE}`)}) and (until is null or until > ${now}) and ${isNotOwn(sql`sanctions`, sql`sanctions.user_id`)})`
  return sql`(
    exists (select 1 from users as other where other.name_key = ${key} and ${isNotOwn(sql`other`, sql`other.id`)})
    or ${isBanned(sql`sanctions_banned_name`, sql`kind = 'ban' and sanctions.name_key = ${key}`)}
    or ${isBanned(sql`sanctions_last_name`, sql`last_name_key = ${key}`)})`
}

/** SQL for a room's number of members: see `rooms.memberOffset`. */
export const memberCount = sql<number>`coalesce((select max(ordinal) from members where room_id = rooms.id), 0) + rooms.member_offset`

/** SQL for the `rooms.memberOffset` after members have left, of whom `leavers` selects the users: one of their ordinals may have been the largest. */
export const memberOffsetWithout = (leavers: SQL, count: SQL = sql`1`): SQL =>
  sql`${memberCount} - ${count} - coalesce((select max(ordinal) from members where room_id = rooms.id and user_id not in ${leavers}), 0)`

/** Returns the select list of an `insert … select` into `table`: for each column in order the given value, or its default. */
export const insertValues = <Row extends Table>(
  table: Row,
  given: { [Key in keyof Row['$inferInsert']]?: SQL | Placeholder | Row['$inferInsert'][Key] },
): SQL =>
  sql.join(
    Object.entries(getTableColumns(table)).map(
      ([key, column]) =>
        sql`${key in given ? given[key as keyof typeof given] : (column.default ?? sql`null`)}`,
    ),
    sql`, `,
  )

/** SQL for the last number of a room's log, 0 while it is empty, from the ends of its two tables' keys. */
export const lastSeqOf = (roomId: SQL): SQL<number> => sql`max(
  ifnull((select max(seq) from messages where room_id = ${roomId}), 0),
  ifnull((select max(seq) from changes where room_id = ${roomId}), 0))`

const newestChange = (roomId: SQL): SQL =>
  sql`from changes where room_id = ${roomId} order by seq desc limit 1`

/**
 * SQL for how many numbers of a room's log hold no message that can be read: see `changes.emptyNumbers`. The newest change knows it, because only
 * messages have come since. It never decreases, so the larger one of the two totals holds. Messages are counted only behind a change that
 * an older version has written.
 */
export const emptyNumbersOf = (roomId: SQL): SQL<number> => sql`max(
  ifnull((select totals.empty_numbers from rooms as totals where totals.id = ${roomId}), 0),
  ifnull((select ifnull(empty_numbers, ${lastSeqOf(roomId)} - (
    select count(*) from messages where room_id = ${roomId} and text is not null)) ${newestChange(roomId)}), 0))`

/** SQL for the next number of a room's log: no counter, no gap, no second statement. */
export const nextSeqOf = (roomId: SQL): SQL => sql`1 + ${lastSeqOf(roomId)}`

/** SQL for the next number of the log of the room in `auth`. */
export const nextSeq = nextSeqOf(sql`auth.room_id`)

/**
 * Renews the version of all names. It stands before each statement that renames or deletes users, in the same batch and under the
 * same condition; `which` selects those users.
 */
export const renewNamesVersion = (db: Database, which: SQL) =>
  renewVersion(db, sql`exists (select 1 from users where ${which})`)

/** Renews that version, and with it that of all pages, if a condition holds. */
export const renewVersion = (db: Database, where: SQL = sql`true`) =>
  db
    .insert(versions)
    .select(sql`select 'names', lower(hex(randomblob(8))) where ${where}`)
    .onConflictDoUpdate({ target: versions.subject, set: { version: sql`excluded.version` } })
