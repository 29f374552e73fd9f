import type { Context } from 'hono'

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
