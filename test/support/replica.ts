import { env } from 'cloudflare:workers'
import { getTableName, is, Table } from 'drizzle-orm'
import * as schema from '../../src/db/schema'

/** Returns a bookmark in D1's format. Here its first part is the number of batches on the primary. */
const bookmarkOf = (version: number): string =>
  `${version.toString(16).padStart(8, '0')}-00000000-00000000-00000000000000000000000000000000`

const tables = Object.values(schema)
  .filter((value) => is(value, Table))
  .map(getTableName)

type Bound = { sql: string; values: unknown[] }
const isRead = ({ sql }: Bound): boolean => /^\s*select\b/i.test(sql)

/**
 * Simulates D1 with read replication: a primary, and replicas that have its state of their last update. A session with
 * `first-primary` uses the primary, with `first-unconstrained` the nearest replica, and with a bookmark the nearest
 * replica if it is new enough, else the primary.
 */
export class Replicated {
  readonly #replicas: { version: number; db: D1Database }[]
  #version = 0
  /** The index of the nearest replica for the next session. */
  nearest = 0
  /** The database that each batch used. */
  readonly asked: string[] = []

  constructor(...replicas: D1Database[]) {
    this.#replicas = replicas.map((db) => ({ version: 0, db }))
  }

  /** The database for the app. */
  get db(): D1Database {
    return { withSession: (at: string) => this.#session(at) } as unknown as D1Database
  }

  /** Updates a replica to the state of the primary. */
  async catchUp(index: number): Promise<void> {
    const replica = this.#replicas[index]
    if (!replica) throw new Error(`no replica ${index}`)
    for (const table of tables) {
      const { results } = await env.DB.prepare(`select * from ${table}`).all()
      await replica.db.prepare(`delete from ${table}`).run()
      for (const row of results) {
        const columns = Object.keys(row)
        await replica.db
          .prepare(`insert into ${table} (${columns}) values (${columns.map(() => '?')})`)
          .bind(...Object.values(row))
          .run()
      }
    }
    replica.version = this.#version
  }

  #session(at: string) {
    let seen = /^[0-9a-f]+-/.test(at) ? Number.parseInt(at, 16) : 0
    const replica = at === 'first-primary' ? undefined : this.#replicas[this.nearest]

    const batch = async (statements: Bound[]): Promise<D1Result[]> => {
      // Writes go to the primary, and so do reads that the replica is too old for.
      const isThere = replica !== undefined && replica.version >= seen && statements.every(isRead)
      const db = isThere ? replica.db : env.DB
      this.asked.push(isThere ? `replica ${this.nearest}` : 'primary')
      const results = await db.batch(statements.map(({ sql, values }) => db.prepare(sql).bind(...values)))
      if (results.some(({ meta }) => meta.rows_written > 0)) this.#version++
      seen = Math.max(seen, isThere ? replica.version : this.#version)
      // As D1 says.
      return results.map((result) => ({ ...result, meta: { ...result.meta, served_by_primary: !isThere } }))
    }
    const prepare = (sql: string) => ({ bind: (...values: unknown[]): Bound => ({ sql, values }) })
    return { prepare, batch, getBookmark: () => bookmarkOf(seen) }
  }
}
