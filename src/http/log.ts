import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import { withoutQuery } from '../db/client'

type Level = 'info' | 'warn' | 'error'
type Fields = Record<string, string | number | null | undefined>

/**
 * Writes one line of JSON to the log. `requestId` is undefined for work that belongs to no single request. No field may hold
 * personal data: no name, address, text, token or path, but the pattern of a route.
 */
export const log = (level: Level, event: string, requestId: string | undefined, fields: Fields = {}): void =>
  console[level](JSON.stringify({ event, requestId, ...fields }))

/** Returns the text of an error for the log, without the query and the parameters that Drizzle adds. */
export const errorText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const told = withoutQuery(error)
  return told.stack ?? String(told)
}

/** Returns the pattern of the route that a request matched, such as `/chatroom/:name`; `/*` if it matched none. */
export const routePattern = (c: Context): string =>
  matchedRoutes(c).findLast(({ path }) => path !== '/*')?.path ?? '/*'
