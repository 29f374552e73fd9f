import { nameKey } from '../../src/lib/name-key.ts'
import type { Server } from '../servers.ts'
import { asking, type Route, room } from './routes.ts'
import type { Asked, Told, Values } from './statements.ts'

/** Makes one request of a route of Parlour's, and gives what D1 was asked for it. */
export const askedFor = async ({ port }: Server, route: Route, number: number): Promise<Told> => {
  const { method, path, body } = asking(route, number)
  const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': '127.0.0.1', 'x-tell': 'asked' }
  const given = body ? { body: JSON.stringify(body) } : {}
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...given })
  const told: Told = await response.json()
  if (told.status >= 300) throw new Error(`${route}: ${told.status}`)
  return told
}

const RECENT_MILLISECONDS = 60_000

/** The statements of a route, as Parlour sends them today, with the values of the request taken out. */
export const capture = async (server: Server, route: Route): Promise<Asked[]> => {
  const { body } = asking(route, 1)
  const { trips } = await askedFor(server, route, 1)
  const [statements, ...further] = trips
  if (!statements || further.length > 0)
    throw new Error(`${route} is ${trips.length} round trips and not one`)
  const values: Values = {
    room,
    ...(body?.userName !== undefined && { user: nameKey(body.userName) }),
    ...(body?.message !== undefined && { text: body.message }),
  }
  if (values.user !== body?.userName) throw new Error(`${body?.userName} is no key of itself`)
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
