import type { D1Work } from '../d1-work.ts'

type Bindings = { DB: D1Database }
type Handler = {
  fetch: (request: Request, env: never, ctx: ExecutionContext) => Response | Promise<Response>
}

/** Wraps D1: delays each round trip, and adds up its work. */
const observe = (real: D1Database, delay: number, work: D1Work): D1Database => {
  const lengths = new WeakMap<D1PreparedStatement, number>()
  const roundTrip = async <Result extends D1Result>(
    statements: D1PreparedStatement[],
    run: () => Promise<Result[]>,
  ): Promise<Result[]> => {
    work.roundTrips++
    work.statements += statements.length
    for (const statement of statements) work.characters += lengths.get(statement) ?? 0
    if (delay > 0) await scheduler.wait(delay)
    const results = await run()
    for (const { meta } of results) {
      work.rowsRead += meta.rows_read
      work.rowsWritten += meta.rows_written
      work.milliseconds += meta.duration
    }
    return results
  }
  const prepared = (statement: D1PreparedStatement, length: number): D1PreparedStatement => {
    lengths.set(statement, length)
    const { bind } = statement
    const all = statement.all.bind(statement)
    const observedAll = async () => {
      const [result] = await roundTrip([statement], async () => [await all<Record<string, unknown>>()])
      return result
    }
    // `first` of D1 gives no `meta`.
    const first = async (column?: string) => {
      const row = (await observedAll())?.results[0]
      return (column === undefined ? row : row?.[column]) ?? null
    }
    const observed = {
      all: observedAll,
      run: observedAll,
      first,
      bind: (...values: unknown[]) => prepared(bind.apply(statement, values), length),
    }
    return Object.assign(statement, observed)
  }
  const wrap = (database: D1Database | D1DatabaseSession) => ({
    prepare: (sql: string) => prepared(database.prepare(sql), sql.length),
    batch: (statements: D1PreparedStatement[]) => roundTrip(statements, () => database.batch(statements)),
  })
  const withSession = (constraint?: string) => {
    const session = real.withSession(constraint)
    return { ...wrap(session), getBookmark: () => session.getBookmark() }
  }
  return { ...wrap(real), withSession } as unknown as D1Database
}

/**
 * Wraps a Worker. `x-d1-delay` in a request delays each round trip to D1 by milliseconds. Each answer has the work of D1 in
 * `x-d1-work`.
 */
export const observed = (worker: Handler) => ({
  async fetch(request: Request, env: Bindings, ctx: ExecutionContext): Promise<Response> {
    const work: D1Work = {
      roundTrips: 0,
      statements: 0,
      characters: 0,
      rowsRead: 0,
      rowsWritten: 0,
      milliseconds: 0,
    }
    const DB = observe(env.DB, Number(request.headers.get('x-d1-delay')), work)
    const response = await worker.fetch(request, { ...env, DB } as never, ctx)
    const answer = new Response(response.body, response)
    answer.headers.set('x-d1-work', JSON.stringify(work))
    return answer
  },
})
