import type { Told } from '../statements.ts'

type Bindings = { DB: D1Database }
type Handler = {
  fetch: (request: Request, env: never, ctx: ExecutionContext) => Response | Promise<Response>
}

/** A D1 that is `milliseconds` away, and keeps what it is asked: each round trip with its statements. */
const observe = (real: D1Database, milliseconds: number, trips: Told['trips']): D1Database => {
  const asked = new WeakMap<D1PreparedStatement, Told['trips'][number][number]>()
  const trip = async (statements: D1PreparedStatement[]): Promise<void> => {
    trips.push(statements.flatMap((statement) => asked.get(statement) ?? []))
    if (milliseconds > 0) await scheduler.wait(milliseconds)
  }
  const prepared = (statement: D1PreparedStatement, sql: string, params: unknown[]): D1PreparedStatement => {
    asked.set(statement, { sql, params: params as (string | number | null)[] })
    for (const how of ['all', 'run', 'raw', 'first'] as const) {
      const run = statement[how].bind(statement) as (...args: unknown[]) => Promise<never>
      statement[how] = async (...args: unknown[]) => {
        await trip([statement])
        return run(...args)
      }
    }
    const { bind } = statement
    statement.bind = (...values) => prepared(bind.apply(statement, values), sql, values)
    return statement
  }
  const around = (door: D1Database | D1DatabaseSession) => ({
    prepare: (sql: string) => prepared(door.prepare(sql), sql, []),
    batch: async (statements: D1PreparedStatement[]) => {
      await trip(statements)
      return door.batch(statements)
    },
  })
  const withSession = (constraint?: string) => {
    const session = real.withSession(constraint)
    return { ...around(session), getBookmark: () => session.getBookmark() }
  }
  return { ...around(real), withSession } as unknown as D1Database
}

/**
 * A Worker whose D1 is as far away as a request's `x-away` says, in milliseconds. With `x-tell: asked` the answer is what D1 was asked;
 * it always says in `x-trips` how many round trips that took.
 */
export const observed = (worker: Handler) => ({
  async fetch(request: Request, env: Bindings, ctx: ExecutionContext): Promise<Response> {
    const trips: Told['trips'] = []
    const DB = observe(env.DB, Number(request.headers.get('x-away')), trips)
    const response = await worker.fetch(request, { ...env, DB } as never, ctx)
    if (request.headers.get('x-tell') === 'asked')
      return Response.json({ status: response.status, trips } satisfies Told)
    const answer = new Response(response.body, response)
    answer.headers.set('x-trips', String(trips.length))
    return answer
  },
})
