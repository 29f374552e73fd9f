import { env } from 'cloudflare:workers'

/** A statement that was sent to D1, with its bound values. */
export type Statement = { sql: string; values: unknown[] }

/** Returns the real D1, and records every statement that is prepared on it. */
export const recording = (): { db: D1Database; sent: Statement[] } => {
  const sent: Statement[] = []
  const { DB } = env as { DB: D1Database }
  const withSession = (constraint: string) => {
    const session = DB.withSession(constraint)
    const prepare = (sql: string) => {
      const prepared = session.prepare(sql)
      const bind = (...values: unknown[]) => {
        sent.push({ sql, values })
        return prepared.bind(...values)
      }
      return { bind }
    }
    const batch = (statements: D1PreparedStatement[]) => session.batch(statements)
    return { prepare, batch, getBookmark: () => session.getBookmark() }
  }
  return { db: { withSession } as unknown as D1Database, sent }
}
