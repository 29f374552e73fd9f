import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database } from '../../db/client'
import { rawStatement } from '../../db/raw-statement'
import {
  audit,
  blockedFiles,
  changes,
  files,
  formerUsers,
  held,
  hooks,
  members,
  mentions,
  messages,
  reactions,
  reports,
  sanctions,
  siteSettings,
  users,
} from '../../db/schema'
import type { Rows } from './rows'

/** SQL for a stored idempotency key, which is a blob, or a text in old messages: see `messageRow`. */
const idempotencyColumn = (value: SQL): SQL =>
  sql`iif(substr(${value}, 1, 1) = 'x', unhex(substr(${value}, 2)), substr(${value}, 2))`
const bytes = (value: SQL): SQL => sql`unhex(${value})`

type Target = {
  table: SQLiteTable
  how: 'insert' | 'insert or replace' | 'insert or ignore'
  /** The key whose row is changed if it is there. */
  updates?: string
  /** SQL for columns that hold bytes. */
  blobs?: Record<string, (value: SQL) => SQL>
}

const targets: Record<keyof Rows, Target> = {
  // A replaced user would take those along that have its name.
  users: { table: users, how: 'insert', updates: 'id' },
  formerUsers: { table: formerUsers, how: 'insert or replace' },
  siteSettings: { table: siteSettings, how: 'insert or replace' },
  members: { table: members, how: 'insert or replace' },
  messages: { table: messages, how: 'insert', blobs: { idempotencyKey: idempotencyColumn, keyHash: bytes } },
  mentions: { table: mentions, how: 'insert or ignore' },
  changes: { table: changes, how: 'insert' },
  files: { table: files, how: 'insert or replace' },
  reactions: { table: reactions, how: 'insert or ignore' },
  held: { table: held, how: 'insert or replace', blobs: { idempotencyKey: bytes, contentHash: bytes } },
  hooks: { table: hooks, how: 'insert or replace' },
  sanctions: { table: sanctions, how: 'insert or replace' },
  reports: { table: reports, how: 'insert or replace' },
  audit: { table: audit, how: 'insert or replace' },
  // A file that is blocked here stays so under its name.
  blockedFiles: { table: blockedFiles, how: 'insert or ignore' },
}

/** Returns a value as the database has it. Bytes stay hexadecimal digits. */
const stored = (column: SQLiteColumn, value: unknown, isBlob: boolean): unknown => {
  if (value === undefined) return column.default ?? null
  return value === null || isBlob ? value : column.mapToDriverValue(value)
}

/**
 * Returns a statement that stores rows from one JSON text, for a statement has 100 parameters at most. It stores nothing unless
 * `isClaimed`.
 */
export const insertRows = <Name extends keyof Rows>(
  db: Database,
  name: Name,
  rows: Rows[Name],
  isClaimed: SQL,
) => {
  const { table, how, updates, blobs = {} } = targets[name]
  const columns = Object.entries(getTableColumns(table)) as [string, SQLiteColumn][]
  const json = JSON.stringify(
    rows.map((row) =>
      columns.map(([key, column]) => stored(column, (row as Record<string, unknown>)[key], key in blobs)),
    ),
  )
  const names = columns.map(([, { name }]) => name)
  const values = columns.map(([key], index) => {
    const value = sql.raw(`value ->> ${index}`)
    return blobs[key]?.(value) ?? value
  })
  const set = sql.raw(names.map((name) => `${name} = excluded.${name}`).join(', '))
  const conflict = updates ? sql`on conflict (${sql.raw(updates)}) do update set ${set}` : sql``
  return rawStatement(
    db,
    sql`${sql.raw(`${how} into ${getTableConfig(table).name} (${names.join(', ')})`)} select ${sql.join(values, sql`, `)}
      from json_each(iif(${isClaimed}, ${json}, '[]')) where true ${conflict}`,
  )
}
