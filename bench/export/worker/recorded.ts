/**
 * Parlour as built. A request with `x-record` keeps what D1 answers, and gets the rows that it read in `x-rows`. Later requests with the same statements parse
 * that again, in place of a query, so that their CPU time is that of the Worker.
 */
import worker from 'parlour-built'

export * from 'parlour-built'

type Bindings = { DB: D1Database }

const recorded: string[] = []

export default {
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    const isNew = request.headers.has('x-record')
    if (isNew) recorded.length = 0
    let batches = 0
    let rows = 0
    const withSession = (at: string) => {
      const session = env.DB.withSession(at)
      const batch = async (statements: D1PreparedStatement[]) => {
        if (!isNew) return JSON.parse(recorded[batches++] ?? '')
        const results = await session.batch(statements)
        for (const { meta } of results) rows += meta.rows_read
        recorded.push(JSON.stringify(results))
        return results
      }
      return { prepare: (sql: string) => session.prepare(sql), batch, getBookmark: () => null }
    }
    const answer: Response = await worker.fetch(request, { ...env, DB: { withSession } }, context)
    const headers = new Headers(answer.headers)
    headers.set('x-rows', JSON.stringify(rows))
    return new Response(answer.body, { status: answer.status, headers })
  },
}
