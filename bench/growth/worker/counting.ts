/** Parlour as built. A request with `x-count` gets the D1 rows that it cost in `x-rows`. */
import worker from 'parlour-built'

export * from 'parlour-built'

type Bindings = { DB: D1Database }

export default {
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    if (!request.headers.has('x-count')) return worker.fetch(request, env, context)
    const rows = { read: 0, written: 0 }
    const withSession = (at: string) => {
      const session = env.DB.withSession(at)
      const batch = async (statements: D1PreparedStatement[]) => {
        const results = await session.batch(statements)
        for (const { meta } of results) {
          rows.read += meta.rows_read
          rows.written += meta.rows_written
        }
        return results
      }
      return {
        prepare: (sql: string) => session.prepare(sql),
        batch,
        getBookmark: () => session.getBookmark(),
      }
    }
    const answer: Response = await worker.fetch(request, { ...env, DB: { withSession } }, context)
    const headers = new Headers(answer.headers)
    headers.set('x-rows', JSON.stringify(rows))
    return new Response(answer.body, { status: answer.status, headers })
  },
}
