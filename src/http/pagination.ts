import type { Context } from 'hono'

/** What a store gives for a page: `limit` rows at most, and whether there are more in the same direction. */
export type Page<Row> = { rows: Row[]; more: boolean }

/** Cuts the one row too many that a store asks for to see whether there are more. */
export const toPage = <Row>(rows: Row[], limit: number): Page<Row> => ({
  rows: rows.slice(0, limit),
  more: rows.length > limit,
})

/** The relative URL of the next page, also said in a `Link` header (RFC 8288). */
export const nextPage = (
  c: Context,
  path: string,
  query: Record<string, string | number | undefined>,
): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  const next = `${path}?${new URLSearchParams(given)}`
  c.header('Link', `<${next}>; rel="next"`)
  return next
}
