import { type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { batch, type Database } from '../db/client'
import { audit, formerUsers, held, reports, sanctions, userNetworks } from '../db/schema'
import { deleteHeldFiles } from '../files/sent-files'
import { notExpiredAfter } from '../held/hold'
import { type Chore, writesPerRow } from './chore'

const DAY_MILLISECONDS = 86_400_000
/** A deleted user can be banned by its messages for so many days. */
const FORMER_USER_DAYS = 30
/** A report is kept for so many days after it was resolved. */
export const REPORT_DAYS = 90
/** An entry of an audit log is kept for so many days. */
export const AUDIT_DAYS = 365
/** So many rows of reports and of the audit log are looked at. The last ones of the rooms among them stay. */
const LOOK = 5000

type Expiring = {
  table: SQLiteTable
  keys: string
  /** SQL that selects the keys of expired rows, the oldest first. */
  expired: (now: number) => SQL
  /** The columns that are emptied. Without them, the row is deleted. */
  emptied?: Partial<typeof sanctions.$inferInsert>
  /** Returns the statement that stands before the deletion of rows. */
  before?: (db: Database, where: SQL, now: number) => ReturnType<typeof deleteHeldFiles>
}

/** The last row of a room stays, because the number of the next one comes from it. */
const butTheLast = (table: string, isOld: SQL, time: string): SQL => sql`select room_id, number from (
    select room_id, number from ${sql.raw(table)} where ${isOld} order by ${sql.raw(time)} limit ${LOOK}) as looked
  where number < (select max(number) from ${sql.raw(table)} as t where t.room_id = looked.room_id)`

const daysBefore = (now: number, days: number): number => now - days * DAY_MILLISECONDS

/** The rows that expire. */
export const expiring: Expiring[] = [
  {
    table: held,
    keys: 'created_at',
    expired: (now) =>
      sql`select created_at from held where created_at < ${notExpiredAfter(now)} order by created_at`,
    before: deleteHeldFiles,
  },
  {
    table: formerUsers,
    keys: 'id',
    expired: (now) =>
      sql`select id from former_users where deleted_at < ${daysBefore(now, FORMER_USER_DAYS)} order by deleted_at`,
  },
  {
    table: sanctions,
    keys: 'room_id, user_id, kind',
    expired: (now) =>
      sql`select room_id, user_id, kind from sanctions indexed by sanctions_until where until is not null and until <= ${now} order by until`,
  },
  {
    table: sanctions,
    keys: 'room_id, user_id, kind',
    expired: (now) =>
      sql`select room_id, user_id, kind from sanctions indexed by sanctions_network_until where network_until is not null and network_until <= ${now} order by network_until`,
    emptied: { network: null, networkUntil: null, networkSince: null },
  },
  {
    table: userNetworks,
    keys: 'user_id',
    expired: (now) => sql`select user_id from user_networks where expires_at <= ${now} order by expires_at`,
  },
  {
    table: reports,
    keys: 'room_id, number',
    expired: (now) =>
      butTheLast('reports', sql`resolved_at < ${daysBefore(now, REPORT_DAYS)}`, 'resolved_at'),
  },
  {
    table: audit,
    keys: 'room_id, number',
    expired: (now) => butTheLast('audit', sql`created_at < ${daysBefore(now, AUDIT_DAYS)}`, 'created_at'),
  },
]

/** Deletes rows of a table that have expired, or empties what has expired of them. */
const sweepTable =
  ({ table, keys, expired, emptied, before }: Expiring): Chore =>
  async ({ db, now, rows }) => {
    const limit = Math.floor(rows / writesPerRow(table))
    const where = sql`(${sql.raw(keys)}) in (${expired(now)} limit ${limit})`
    const one = { one: sql<number>`1`.as('one') }
    const { removed } = await batch(db, {
      before: before?.(db, where, now),
      removed: emptied
        ? db.update(table).set(emptied).where(where).returning(one)
        : db.delete(table).where(where).returning(one),
    })
    return removed.length === limit
  }

export const sweepExpired: Chore[] = expiring.map(sweepTable)
