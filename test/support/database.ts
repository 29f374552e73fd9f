import { env } from 'cloudflare:workers'

/** The cost of a request, as D1 counts it. */
export type Cost = { roundTrips: number; rowsRead: number; rowsWritten: number }

type Batch = (statements: D1PreparedStatement[]) => Promise<D1Result[]>

/**
 * Wraps the batches of the real D1. The stores use batches only, so every other call throws, and no round trip is
 * missed.
 */
const wrapBatches = (wrap: (batch: Batch) => Batch): D1Database => {
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

/** Returns a D1 that counts its cost, and the count. */
export const counting = (): { db: D1Database; cost: Cost } => {
  const cost: Cost = { roundTrips: 0, rowsRead: 0, rowsWritten: 0 }
  const db = wrapBatches((batch) => async (statements) => {
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

/** Returns the error that D1 throws for `message`: with a prefix, and in its cause without one. */
export const d1Error = (message: string): Error =>
  new Error(`D1_ERROR: ${message}`, { cause: new Error(message) })

/** Returns a D1 that fails with `error` before it stores anything. */
export const failingBefore = (error: Error): D1Database =>
  wrapBatches(() => async () => {
    throw error
  })

/** Returns a D1 that stores, and then loses the answer. */
export const failingAfter = (error: Error): D1Database =>
  wrapBatches((batch) => async (statements) => {
    await batch(statements)
    throw error
  })

/** Returns a D1 that delays its answer to the `nth` batch until an event has happened. */
export const answeringAfter = (event: () => Promise<unknown>, nth = 1): D1Database => {
  let count = 0
  return wrapBatches((batch) => async (statements) => {
    const isNth = ++count === nth
    const results = await batch(statements)
    if (isNth) await event()
    return results
  })
}

/** A D1 that runs the statements of a batch one by one, and calls `between` after each, so that time can pass. */
export const slow = (between: () => unknown): D1Database => {
  const { DB } = env as { DB: D1Database }
  return wrapBatches(() => async (statements) => {
    const session = DB.withSession('first-primary')
    const results: D1Result[] = []
    for (const statement of statements) {
      results.push(...(await session.batch([statement])))
      between()
    }
    return results
  })
}

/** A D1 that gets the first batch only once `held` is over, or once another batch has come. */
export const holdingFirst = (held: () => Promise<unknown>): D1Database => {
  const { promise: another, resolve } = Promise.withResolvers<void>()
  let count = 0
  return wrapBatches((batch) => async (statements) => {
    if (++count === 1) await Promise.race([another, held()])
    else resolve()
    return batch(statements)
  })
}
