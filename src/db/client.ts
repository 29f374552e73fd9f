import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types'
import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle } from 'drizzle-orm/d1'
import { compact } from './compact'

/** Counts what a request has cost so far, as D1 counts it. */
export type Cost = {
  roundTrips: number
  rowsRead: number
  rowsWritten: number
  /** The time that D1 took for the statements. */
  milliseconds: number
  /** The size of the database after the last batch. */
  databaseBytes: number
  /** True once a replica of the database has answered, which may lag behind. */
  isOfReplica: boolean
  /** Batches without a result: those under way, and those that failed, which may have written or not. */
  unfinished: number
}

const isUnknownBookmark = (error: unknown): boolean =>
  error instanceof Error && /D1_SESSION_ERROR|bookmark|commit token/i.test(error.message)

/** Opens a session. D1 may refuse a bookmark that it never gave out, then or at the first batch: the primary has seen all. */
const openSession = (d1: D1Database, at: string) => {
  try {
    return d1.withSession(at)
  } catch (error) {
    if (!isUnknownBookmark(error)) throw error
    return d1.withSession('first-primary')
  }
}

/**
 * Opens Drizzle on D1 for one request. `bookmark` is an earlier answer's `x-d1-bookmark`: the request sees what was written
 * before it. Without one, a read may go to the nearest replica and a write begins at the primary.
 */
export const openDatabase = (
  d1: D1Database,
  { bookmark, reading }: { bookmark: string | undefined; reading: boolean },
) => {
  let session = openSession(d1, bookmark ?? (reading ? 'first-unconstrained' : 'first-primary'))
  const cost: Cost = {
    roundTrips: 0,
    rowsRead: 0,
    rowsWritten: 0,
    milliseconds: 0,
    databaseBytes: 0,
    isOfReplica: false,
    unfinished: 0,
  }
  const run = async (statements: D1PreparedStatement[]) => {
    try {
      return await session.batch(statements)
    } catch (error) {
      if (bookmark === undefined || cost.roundTrips > 1 || !isUnknownBookmark(error)) throw error
      session = d1.withSession('first-primary')
      return session.batch(statements)
    }
  }
  // Drizzle uses no other method of a database.
  const counted = {
    // A statement that was prepared once has no line break any more.
    prepare: (query: string) => session.prepare(query.includes('\n') ? compact(query) : query),
    batch: async (statements: D1PreparedStatement[]) => {
      cost.roundTrips++
      cost.unfinished++
      const results = await run(statements)
      cost.unfinished--
      for (const { meta } of results) {
        cost.rowsRead += meta.rows_read
        cost.rowsWritten += meta.rows_written
        cost.milliseconds += meta.duration
        cost.databaseBytes = meta.size_after
        if (meta.served_by_primary === false) cost.isOfReplica = true
      }
      return results
    },
  }
  const db = drizzle(counted as unknown as D1Database)
  return { db, cost, bookmark: () => session.getBookmark() }
}

export type Database = ReturnType<typeof openDatabase>['db']

/** Statements by name, in the order in which they run. One that is undefined is left out. */
export type Statements = Record<string, BatchItem<'sqlite'> | undefined>
type Result<Statement> = Statement extends BatchItem<'sqlite'> ? Statement['_']['result'] : undefined
export type Results<Given> = { [Name in keyof Given]: Result<Given[Name]> }
/** A row of the statement of this name. */
export type RowOf<Given, Name extends string> = Results<Given>[keyof Given & Name] extends (infer Row)[]
  ? Row
  : never

/**
 * Runs statements in one batch, which is one round trip and the only transaction that D1 has, and returns the rows of each by its
 * name. D1 gives rows by column name, so a statement that joins tables gives each column a name of its own.
 */
export const batch = async <Given extends Statements>(
  db: Database,
  statements: Given,
): Promise<Results<Given>> => {
  const given = Object.entries(statements).filter(([, statement]) => statement !== undefined)
  const results: unknown[] = await db.batch(
    given.map(([, statement]) => statement) as [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]],
  )
  return Object.fromEntries(given.map(([name], index) => [name, results[index]])) as Results<Given>
}

/** Errors that a statement of ours causes. */
const wrongStatement = /SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|TOOBIG)|D1_TYPE_ERROR|D1_COLUMN_NOTFOUND/
const errorOfD1 = /^D1_|D1 DB|Network connection lost|internal error|overloaded|timed? ?out/i

/** Returns the cause of a Drizzle error, because its own message holds the query with its parameters; any other error as it is. */
export const withoutQuery = (error: Error): Error => {
  if (!error.message.startsWith('Failed query')) return error
  return error.cause instanceof Error ? error.cause : new Error('a query failed')
}

/** Returns whether an error means that a statement failed. Then nothing of its batch was stored. */
export const isWrongStatement = (error: Error): boolean => wrongStatement.test(withoutQuery(error).message)

/** Returns whether an error means that D1 was overloaded or unreachable, and not that a statement was wrong. */
export const isUnavailable = (error: Error): boolean => {
  // D1's own error: its message begins with `D1_ERROR: `, that of its cause does not.
  return errorOfD1.test(withoutQuery(error).message) && !isWrongStatement(error)
}

/** Throws unless the database answers. */
export const ping = async (db: Database): Promise<void> => {
  await batch(db, { ping: db.run(sql`select 1`) })
}
