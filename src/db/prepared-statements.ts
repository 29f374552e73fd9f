import type { D1Database } from '@cloudflare/workers-types'
import { fillPlaceholders, is, type Placeholder, SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle } from 'drizzle-orm/d1'
import type { SQLitePreparedQuery } from 'drizzle-orm/sqlite-core'
import type { Database } from './client'

type Statements = readonly [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]]
type Prepared = SQLitePreparedQuery<never>

/**
 * What is given with a placeholder for each text, number and truth in it, which come when the statement runs. What is
 * `undefined` or `null`, and of which `kind`, is known: that decides what the statement is.
 */
export type WithPlaceholders<Given> = Given extends string | number | boolean
  ? Placeholder
  : Given extends object
    ? { [Key in keyof Given]: Key extends 'kind' ? Given[Key] : WithPlaceholders<Given[Key]> }
    : Given

/** Holds what is given, each value by its name. */
const toPlaceholders = (given: unknown, name = ''): unknown => {
  if (given === undefined || given === null) return given
  if (typeof given !== 'object') return sql.placeholder(name)
  const entries = Object.entries(given).map(([key, value]) => [
    key,
    key === 'kind' ? value : toPlaceholders(value, `${name}.${key}`),
  ])
  return Object.fromEntries(entries)
}

/** What decides what the statements are, as a text; the values, by the names that they are held by, go into `values`. */
const shapeOf = (given: unknown, values: Record<string, unknown>, name = ''): string => {
  if (given === undefined || given === null) return `${given}`
  if (typeof given !== 'object') {
    values[name] = given
    return '?'
  }
  let shape = '{'
  for (const key in given) {
    const value = given[key as keyof typeof given]
    shape += `${key}:${key === 'kind' ? value : shapeOf(value, values, `${name}.${key}`)},`
  }
  return `${shape}}`
}

type Rows = { results: Record<string, unknown>[] }
type Decoder = { mapFromDriverValue: (value: unknown) => unknown }
type Field = { path: string[]; field: Decoder | SQL | SQL.Aliased }

const decoderOf = (field: Field['field']): Decoder => {
  if (is(field, SQL)) return (field as unknown as { decoder: Decoder }).decoder
  return is(field, SQL.Aliased) ? decoderOf(field.sql) : (field as Decoder)
}

/**
 * What makes a statement's rows what Drizzle makes of them, found out once. Drizzle asks of each value of each row what its
 * column is, which for a page takes longer than all else that a Worker does.
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

/** Drizzle without a database: it spells statements out, and keeps nothing of the request for which it first does. */
const draftDatabase: Database = drizzle({ prepare: () => undefined } as unknown as D1Database)

/**
 * The statements of a request that comes often. To spell them out takes Drizzle longer than anything else that a Worker does
 * for a message, and they are the same each time but for their values; so it is done once for each shape of what is given.
 */
export const prepared =
  <Given>() =>
  <Drafted extends Statements>(draft: (db: Database, given: WithPlaceholders<Given>) => Drafted) => {
    const known = new Map<string, { query: Prepared; mapResult: (rows: Rows) => unknown }[]>()

    const prepare = (held: WithPlaceholders<Given>) =>
      draft(draftDatabase, held).map((drafted) => {
        const query = (drafted as unknown as { prepare: () => Prepared }).prepare()
        return { query, mapResult: mapping(query) }
      })

    return (db: Database, given: Given): Drafted => {
      const values = {}
      const shape = shapeOf(given, values)
      const queries = known.get(shape) ?? prepare(toPlaceholders(given) as WithPlaceholders<Given>)
      known.set(shape, queries)
      const statements = queries.map(({ query, mapResult }) => {
        const { sql, params } = query.getQuery()
        const filled = { sql, params: fillPlaceholders(params, values) }
        const stmt = db.$client.prepare(sql)
        // What `batch` asks of a statement: it takes none that Drizzle has prepared itself.
        return { _prepare: () => ({ stmt, getQuery: () => filled, mapResult }) }
      })
      return statements as unknown as Drafted
    }
  }
