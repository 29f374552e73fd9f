import type { Observed } from '../statements.ts'

type Bindings = { DB: D1Database }
type Handler = {
  fetch: (request: Request, env: never, ctx: ExecutionContext) => Response | Promise<Response>
}

/** Wraps D1: adds a delay to each round trip, and records its statements. */
const observe = (real: D1Database, milliseconds: number, roundTrips: Observed['roundTrips']): D1Database => {
  const known = new WeakMap<D1PreparedStatement, Observed['roundTrips'][number][number]>()
  const roundTrip = async (statements: D1PreparedStatement[]): Promise<void> => {
    roundTrips.push(statements.flatMap((statement) => known.get(statement) ?? []))
    if (milliseconds > 0) await scheduler.wait(milliseconds)
  }
  const prepared = (statement: D1PreparedStatement, sql: string, params: unknown[]): D1PreparedStatement => {
    known.set(statement, { sql, params: params as (string | number | null)[] })
    for (const method of ['all', 'run', 'raw', 'first'] as const) {
      const run = statement[method].bind(statement) as (...args: unknown[]) => Promise<never>
      statement[method] = async (...args: unknown[]) => {
        await roundTrip([statement])
        return run(...args)
      }
    }
    const { bind } = statement
    statement.bind = (...values) => prepared(bind.apply(statement, values), sql, values)
    return statement
  }
  const wrap = (database: D1Database | D1DatabaseSession) => ({
    prepare: (sql: string) => prepared(database.prepare(sql), sql, []),
    batch: async (statements: D1PreparedStatement[]) => {
      await roundTrip(statements)
      return database.batch(statements)
    },
  })
  const withSession = (constraint?: string) => {
    const session = real.withSession(constraint)
    return { ...wrap(session), getBookmark: () => session.getBookmark() }
  }
  return { ...wrap(real), withSession } as unknown as D1Database
}

/**
 * Wraps a Worker. `x-d1-delay` in a request delays each round trip to D1 by milliseconds. `x-observe: statements` returns
 * the statements instead of the answer. Each answer has the number of round trips in `x-d1-round-trips`.
 */
export const observed = (worker: Handler) => ({
  async fetch(request: Request, env: Bindings, ctx: ExecutionContext): Promise<Response> {
    const roundTrips: Observed['roundTrips'] = []
    const DB = observe(env.DB, Number(request.headers.get('x-d1-delay')), roundTrips)
    const response = await worker.fetch(request, { ...env, DB } as never, ctx)
    if (request.headers.get('x-observe') === 'statements')
      return Response.json({ status: response.status, roundTrips } satisfies Observed)
    const answer = new Response(response.body, response)
    answer.headers.set('x-roundTrips', String(roundTrips.length))
    return answer
  },
})
