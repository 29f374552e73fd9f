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

/** Decides how one batch ends: `run` runs it, and `size` is the number of its statements. */
export type Fate = (run: () => Promise<D1Result[]>, size: number) => Promise<D1Result[]>

/** Returns a D1 whose first batches end as `fates` decide, in their order. Later ones run as usual. `sizes` has the size of each batch. */
export const fated = (...fates: Fate[]): { db: D1Database; sizes: number[] } => {
  const sizes: number[] = []
  const db = wrapBatches((batch) => (statements) => {
    const fate = fates[sizes.push(statements.length) - 1]
    const run = () => batch(statements)
    return fate ? fate(run, statements.length) : run()
  })
  return { db, sizes }
}

/** The batch is not run before `event` has happened. */
export const held =
  (event: Promise<unknown>): Fate =>
  async (run) => {
    await event
    return run()
  }

/** The batch runs, and its answer is lost. */
export const lost: Fate = async (run) => {
  await run()
  throw d1Error('Network connection lost.')
}

/** The batch stores nothing, because a statement of it fails. */
export const wrong: Fate = async () => {
  throw d1Error('UNIQUE constraint failed: messages.room_id, messages.seq: SQLITE_CONSTRAINT')
}

/** The batch does not run. */
export const failed: Fate = async () => {
  throw d1Error('D1 DB is overloaded. Requests queued for too long.')
}

/** A D1 of whose batches some fail, lose their answer or have a wrong statement: `next` gives random numbers from 0 to 1. */
export const unreliable = (next: () => number): D1Database => {
  const fates = [failed, lost, wrong]
  return wrapBatches((batch) => (statements) => {
    const fate = fates[Math.floor(next() * 20)]
    const run = () => batch(statements)
    return fate ? fate(run, statements.length) : run()
  })
}
