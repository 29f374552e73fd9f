import type { D1Database } from '@cloudflare/workers-types'
import { fillPlaceholders, type Placeholder, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle } from 'drizzle-orm/d1'
import type { SQLitePreparedQuery } from 'drizzle-orm/sqlite-core'
import type { Database } from './database'

type Statements = readonly [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]]
type Prepared = SQLitePreparedQuery<never>

/**
 * What is given with a placeholder for each text, number and truth in it, which come when the statement runs. What is
 * `undefined` or `null`, and of which `kind`, is known: that decides what the statement is.
 */
export type Held<Given> = Given extends string | number | boolean
  ? Placeholder
  : Given extends object
    ? { [Key in keyof Given]: Key extends 'kind' ? Given[Key] : Held<Given[Key]> }
    : Given

/** Holds what is given; what a placeholder stands for goes into `values`, by its name. */
const hold = (given: unknown, values: Record<string, unknown>, name = ''): unknown => {
  if (given === undefined || given === null) return given
  if (typeof given === 'object') {
    const entries = Object.entries(given).map(([key, value]) => [
      key,
      key === 'kind' ? value : hold(value, values, `${name}.${key}`),
    ])
    return Object.fromEntries(entries)
  }
  values[name] = given
  return sql.placeholder(name)
}

/** Drizzle without a database: it spells statements out, and keeps nothing of the request for which it first does. */
const drafting: Database = drizzle({ prepare: () => undefined } as unknown as D1Database)

/**
 * The statements of a request that comes often. To spell them out takes Drizzle longer than anything else that a Worker does
 * for a message, and they are the same each time but for their values; so it is done once for each shape of what is given.
 */
export const prepared =
  <Given>() =>
  <Drafted extends Statements>(draft: (db: Database, given: Held<Given>) => Drafted) => {
    const known = new Map<string, Prepared[]>()

    const prepare = (held: Held<Given>): Prepared[] =>
      draft(drafting, held).map((query) => (query as unknown as { prepare: () => Prepared }).prepare())

    return (db: Database, given: Given): Drafted => {
      const values = {}
      const held = hold(given, values) as Held<Given>
      const shape = JSON.stringify(held)
      const queries = known.get(shape) ?? prepare(held)
      known.set(shape, queries)
      const statements = queries.map((query) => {
        const { sql, params } = query.getQuery()
        const filled = { sql, params: fillPlaceholders(params, values) }
        const stmt = db.$client.prepare(sql)
        // What `batch` asks of a statement: it takes none that Drizzle has prepared itself.
        return { _prepare: () => ({ stmt, getQuery: () => filled, mapResult: query.mapResult.bind(query) }) }
      })
      return statements as unknown as Drafted
    }
  }
