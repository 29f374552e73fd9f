import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'

/**
 * Drizzle on D1 for one request. `bookmark` is an earlier answer's `x-d1-bookmark`: what was written before it
 * is seen. Without one, a read may go to the nearest replica and a write begins at the primary. `rowsWritten` is D1's own
 * count; undefined when a batch failed, which may have written or not.
 */
export const openDatabase = (
  d1: D1Database,
  { bookmark, reading }: { bookmark: string | undefined; reading: boolean },
) => {
  const session = d1.withSession(bookmark ?? (reading ? 'first-unconstrained' : 'first-primary'))
  let rowsWritten: number | undefined = 0
  // All that Drizzle uses of a database.
  const counted = {
    prepare: (query: string) => session.prepare(query),
    batch: async (statements: D1PreparedStatement[]) => {
      const before: number | undefined = rowsWritten
      rowsWritten = undefined
      const results = await session.batch(statements)
      if (before !== undefined)
        rowsWritten = results.reduce((sum, { meta }) => sum + meta.rows_written, before)
      return results
    },
  }
  const db = drizzle(counted as unknown as D1Database)
  return { db, bookmark: () => session.getBookmark(), rowsWritten: () => rowsWritten }
}

/**
 * Every store function makes one round trip: one `batch`, which is also the only transaction D1 has. Results of
 * a batch are matched to columns by name, so a statement that joins tables gives each column a name of its own.
 */
export type Database = ReturnType<typeof openDatabase>['db']

const ourFault = /SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|TOOBIG)|D1_TYPE_ERROR|D1_COLUMN_NOTFOUND/
const theirs = /^D1_|D1 DB|Network connection lost|internal error|overloaded|timed? ?out/i

/** What went wrong. Drizzle's own errors tell the query with its parameters, which are nobody's business: their cause. */
export const withoutQuery = (error: Error): Error => {
  if (!error.message.startsWith('Failed query')) return error
  return error.cause instanceof Error ? error.cause : new Error('a query failed')
}

/** Whether an error means that D1 was overloaded or out of reach, rather than that a statement was wrong. */
export const isUnavailable = (error: Error): boolean => {
  // D1's own error: its message begins with `D1_ERROR: `, that of its cause does not.
  const { message } = withoutQuery(error)
  return theirs.test(message) && !ourFault.test(message)
}

/** Fails unless the database answers. */
export const ping = async (db: Database): Promise<void> => {
  await db.batch([db.run(sql`select 1`)])
}
