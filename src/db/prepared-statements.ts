import type { D1Database } from '@cloudflare/workers-types'
import { fillPlaceholders, type Placeholder, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SQLitePreparedQuery } from 'drizzle-orm/sqlite-core'
import type { Database, Statements } from './client'
import { compact } from './compact'
import { type Decodable, decoderOf } from './decoder'

type Prepared = SQLitePreparedQuery<never>

/**
 * The names of limits that stand in the SQL. SQLite looks at the value of a bound limit to plan a statement, and so plans it again each time
 * that one is bound, which takes longer than reading a page.
 */
const limits = ['rows', 'older']

type Value = string | number | boolean | Uint8Array

/**
 * The given values with a placeholder in place of each text, number, boolean and list of bytes; in place of a limit, its SQL. `undefined`, `null` and
 * each `kind` stay, because the SQL depends on them.
 */
export type WithPlaceholders<Given, Held = Placeholder> = Given extends Value
  ? Held
  : Given extends object
    ? { [Key in keyof Given]: Key extends 'kind' ? Given[Key] : WithPlaceholders<Given[Key], Held> }
    : Given

const isValue = (given: object | Value): given is Value =>
  typeof given !== 'object' || given instanceof Uint8Array

/** Puts a placeholder in place of each value, named by its path. */
const toPlaceholders = (given: object | Value | null | undefined, name = ''): unknown => {
  if (given === undefined || given === null) return given
  if (isValue(given)) return sql.placeholder(name)
  const entries = Object.entries(given).map(([key, value]) => [
    key,
    key === 'kind'
      ? value
      : limits.includes(key)
        ? sql.raw(String(value))
        : toPlaceholders(value, `${name}.${key}`),
  ])
  return Object.fromEntries(entries)
}

/** Returns a text of all that the SQL depends on, and puts the values into `values`, by the names of their placeholders. */
const shapeOf = (
  given: object | Value | null | undefined,
  values: Record<string, unknown>,
  name = '',
): string => {
  if (given === undefined || given === null) return `${given}`
  if (isValue(given)) {
    values[name] = given
    return '?'
  }
  let shape = '{'
  for (const key in given) {
    const value = given[key as keyof typeof given]
    const isInSql = key === 'kind' || limits.includes(key)
    shape += `${key}:${isInSql ? value : shapeOf(value, values, `${name}.${key}`)},`
  }
  return `${shape}}`
}

type Rows = { results: Record<string, unknown>[] }
type Field = { path: string[]; field: Decodable }

/**
 * Returns a function that maps a statement's rows as Drizzle does. Drizzle looks up the column of each value of each row, which
 * takes most of the time that the Worker spends on a page; here each column is looked up once.
 */
const mapping = (query: Prepared): ((rows: Rows) => unknown) => {
  const { fields } = query as unknown as { fields?: Field[] }
  if (!fields?.every(({ path }) => path.length === 1)) return (rows) => query.mapResult(rows, true)
  const columns = fields.map(({ path: [name = ''], field }) => ({ name, decoder: decoderOf(field) }))
  return ({ results }) =>
    results.map((row) => {
      const values = Object.values(row)
      const mapped: Record<string, unknown> = {}
      for (let i = 0; i < columns.length; i++) {
        const { name, decoder } = columns[i] as (typeof columns)[number]
        const value = values[i]
        mapped[name] = value === null ? null : decoder.mapFromDriverValue(value)
      }
      return mapped
    })
}

/** Drizzle without a database: it builds SQL, and keeps nothing of the request that needs it first. */
const draftDatabase: Database = drizzle({ prepare: () => undefined } as unknown as D1Database)

/**
 * Prepares the statements of a frequent request. Drizzle takes longer to build their SQL than the Worker takes for all else, and
 * only the values differ between requests. So the SQL is built once for each shape of what is given.
 */
export const prepared =
  <Given extends object>() =>
  <Drafted extends Statements>(draft: (db: Database, given: WithPlaceholders<Given>) => Drafted) => {
    const known = new Map<
      string,
      [string, { sql: string; query: Prepared; mapResult: (rows: Rows) => unknown }][]
    >()

    const prepare = (held: WithPlaceholders<Given>) =>
      Object.entries(draft(draftDatabase, held)).flatMap(([name, drafted]) => {
        if (drafted === undefined) return []
        const query = (drafted as unknown as { prepare: () => Prepared }).prepare()
        const sql = compact(query.getQuery().sql)
        return [[name, { sql, query, mapResult: mapping(query) }]] satisfies [string, unknown][]
      })

    return (db: Database, given: Given): Drafted => {
      const values = {}
      const shape = shapeOf(given, values)
      const queries = known.get(shape) ?? prepare(toPlaceholders(given) as WithPlaceholders<Given>)
      known.set(shape, queries)
      const statements = queries.map(([name, { sql, query, mapResult }]) => {
        const { params } = query.getQuery()
        const filled = { sql, params: fillPlaceholders(params, values) }
        const stmt = db.$client.prepare(sql)
        // Drizzle's `batch` calls this method of a statement. It takes no statement that Drizzle has prepared itself.
        return [name, { _prepare: () => ({ stmt, getQuery: () => filled, mapResult }) }]
      })
      return Object.fromEntries(statements) as Drafted
    }
  }
