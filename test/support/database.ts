import { env } from 'cloudflare:workers'

/** What one request cost, by D1's own account. */
export type Cost = { roundTrips: number; rowsRead: number; rowsWritten: number }

type Batch = (statements: D1PreparedStatement[]) => Promise<D1Result[]>

/**
 * The real D1 with something around each batch, which is the only way that the stores go to it: anything else
 * that is asked of a session throws, so no round trip goes by uncounted.
 */
const around = (wrap: (batch: Batch) => Batch): D1Database => {
  const session = (real: D1DatabaseSession) => ({
    prepare: (sql: string) => {
      const statement = real.prepare(sql)
      for (const direct of ['all', 'run', 'raw', 'first'] as const) {
        statement[direct] = () => {
          throw new Error(`a statement was run outside of a batch: ${sql}`)
        }
      }
      return statement
    },
    batch: wrap((statements) => real.batch(statements)),
    getBookmark: () => real.getBookmark(),
  })
  const { DB } = env as { DB: D1Database }
  return { withSession: (constraint: string) => session(DB.withSession(constraint)) } as unknown as D1Database
}

/** A D1 that counts, and the count. */
export const counting = (): { db: D1Database; cost: Cost } => {
  const cost: Cost = { roundTrips: 0, rowsRead: 0, rowsWritten: 0 }
  const db = around((batch) => async (statements) => {
    cost.roundTrips++
    const results = await batch(statements)
    for (const { meta } of results) {
      cost.rowsRead += meta.rows_read
      cost.rowsWritten += meta.rows_written
    }
    return results
  })
  return { db, cost }
}

/** The error that D1 throws for `message`: it says it twice, with a prefix of its own and, in its cause, without. */
export const d1Error = (message: string): Error =>
  new Error(`D1_ERROR: ${message}`, { cause: new Error(message) })

/** A D1 that fails with `error` before it stores anything. */
export const failingBefore = (error: Error): D1Database =>
  around(() => async () => {
    throw error
  })

/** A D1 that stores, and then loses the answer. */
export const failingAfter = (error: Error): D1Database =>
  around((batch) => async (statements) => {
    await batch(statements)
    throw error
  })

/** A D1 whose answer to the `nth` batch comes when something else has happened. */
export const answeringAfter = (event: () => Promise<unknown>, nth = 1): D1Database => {
  let count = 0
  return around((batch) => async (statements) => {
    const isNth = ++count === nth
    const results = await batch(statements)
    if (isNth) await event()
    return results
  })
}
