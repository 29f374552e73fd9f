import { is, SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { decoderOf } from './decoder'

type Columns = Record<string, SQLiteColumn | SQL.Aliased>
type Value<Of> =
  Of extends SQL.Aliased<infer Type>
    ? Type
    : Of extends SQLiteColumn
      ? Of['_']['notNull'] extends true
        ? Of['_']['data']
        : Of['_']['data'] | null
      : never
type Row<Of extends Columns> = { [Name in keyof Of]: Value<Of[Name]> }

/**
 * SQL for rows as one JSON text, and their decoder. D1 gives rows one by one with a name for each value, which takes longer than
 * reading them where there are many.
 */
export const jsonRows = <Of extends Columns>(columns: Of): SQL<Row<Of>[]> => {
  const given = Object.entries(columns).map(([name, column]) => {
    const expression = is(column, SQL.Aliased) ? column.sql : column
    return { name, expression, decoder: decoderOf(column) }
  })
  const values = sql.join(
    given.map(({ expression }) => sql`${expression}`),
    sql`, `,
  )
  const decode = (text: string): Row<Of>[] =>
    (JSON.parse(text) as unknown[][]).map((row) => {
      const decoded: Record<string, unknown> = {}
      for (const [place, { name, decoder }] of given.entries()) {
        const value = row[place]
        decoded[name] = value === null ? null : decoder.mapFromDriverValue(value)
      }
      return decoded as Row<Of>
    })
  return sql<Row<Of>[]>`json_group_array(json_array(${values}))`.mapWith(decode)
}
