import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database } from '../db/client'
import type { Bindings } from '../env'
import type { notify } from '../notify'

/** One piece of the sweep's work. */
export type Piece = {
  db: Database
  now: number
  /** The most rows that it may write. */
  rows: number
  /** The site's RETENTION_DAYS; 0 keeps. */
  retentionDays: number
  /** The parts of a request's context by which hubs are told. */
  context: Parameters<typeof notify>[0] & {
    env: { APPROVAL?: string; RETENTION_DAYS?: number | string } & Pick<Bindings, 'WEBHOOK' | 'FILES'>
  }
}

/**
 * A kind of rows that the sweep removes. A piece is one batch that leaves the database as it should be, and finds in the database where to
 * go on. It returns whether there may be more to do.
 */
export type Chore = (piece: Piece) => Promise<boolean>

/** Returns how many rows D1 counts at most when a row of a table is deleted: its own, and one in each index. */
export const writesPerRow = (table: SQLiteTable): number => {
  const { indexes, columns, primaryKeys } = getTableConfig(table)
  const unique = columns.filter(({ isUnique }) => isUnique)
  // The key of a table with a rowid is an index of its own, unless it is one number.
  return 1 + indexes.length + unique.length + primaryKeys.length
}
