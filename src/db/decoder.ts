import { is, SQL } from 'drizzle-orm'

type Decoder = { mapFromDriverValue: (value: unknown) => unknown }
export type Decodable = Decoder | SQL | SQL.Aliased

/** Returns what turns the values of a column as D1 gives them into ours. */
export const decoderOf = (field: Decodable): Decoder => {
  if (is(field, SQL)) return (field as unknown as { decoder: Decoder }).decoder
  return is(field, SQL.Aliased) ? decoderOf(field.sql) : (field as Decoder)
}
