import { nameKey } from '../../src/lib/name-key.ts'
import type { Server } from '../servers.ts'
import { type Route, requestFor, room } from './routes.ts'
import type { Observed, Statement, Values } from './statements.ts'

/** Sends one request of a route to Parlour, and returns the D1 statements that it ran. */
export const observe = async ({ port }: Server, route: Route, number: number): Promise<Observed> => {
  const { method, path, body } = requestFor(route, number)
  const headers = {
    'Content-Type': 'application/json',
    'CF-Connecting-IP': '127.0.0.1',
    'x-observe': 'statements',
  }
  const given = body ? { body: JSON.stringify(body) } : {}
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...given })
  const observed: Observed = await response.json()
  if (observed.status >= 300) throw new Error(`${route}: ${observed.status}`)
  return observed
}

const RECENT_MILLISECONDS = 60_000

/** Returns the statements that Parlour runs for a route, with placeholders for the values of the request. */
export const capture = async (server: Server, route: Route): Promise<Statement[]> => {
  const { body } = requestFor(route, 1)
  const { roundTrips } = await observe(server, route, 1)
  const [statements, ...further] = roundTrips
  if (!statements || further.length > 0)
    throw new Error(`${route} took ${roundTrips.length} round trips instead of one`)
  const values: Values = {
    room,
    ...(body?.userName !== undefined && { user: nameKey(body.userName) }),
    ...(body?.message !== undefined && { text: body.message }),
  }
  if (values.user !== body?.userName) throw new Error(`${body?.userName} is not its own name key`)
  const known = Object.entries(values) as [keyof Values, string][]
  return statements.map(({ sql, params }) => ({
    sql,
    params: params.map((value) => {
      if (typeof value === 'number' && Math.abs(value - Date.now()) < RECENT_MILLISECONDS)
        return { of: 'now' }
      const [of] = known.find(([, each]) => each === value) ?? []
      return of ? { of } : { value }
    }),
  }))
}
