import { type Server, withServers } from '../servers.ts'
import { median } from '../statistics.ts'
import { fill } from './fill.ts'
import { farPeers } from './peers.ts'
import { asking, type Route } from './routes.ts'

export type Far = {
  route: Route
  trips: Record<string, number>
  times: { away: number; milliseconds: Record<string, number> }[]
}

const farRoutes = ['send', 'page', 'join', 'list', 'edit'] as const
const local = { 'CF-Connecting-IP': '127.0.0.1' }

let number = 0

/** One request, with D1 so many milliseconds away. */
const once = async ({ peer, port }: Server, route: Route, away: number) => {
  const { method, path, body } = asking(route, ++number)
  const headers = { ...local, 'Content-Type': 'application/json', 'x-away': String(away) }
  const start = performance.now()
  const asked = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, asked)
  const text = await response.text()
  if (!response.ok) throw new Error(`${peer}: ${route} gives ${response.status} ${text}`)
  return { milliseconds: performance.now() - start, trips: Number(response.headers.get('x-trips')) }
}

/** What somebody waits for whose database is far away: each route, as medians of some requests one after the other. */
export const measureFar = (distances: number[], repeats: number): Promise<Far[]> =>
  withServers(farPeers, {}, async (servers) => {
    for (const server of servers) await fill(server, local)
    const all: Far[] = []
    for (const route of farRoutes) {
      const trips: Record<string, number> = {}
      const times = []
      for (const away of distances) {
        const milliseconds: Record<string, number> = {}
        // Nobody is busy while they wait, so they can at the same time.
        await Promise.all(
          servers.map(async (server) => {
            const several = []
            for (let i = 0; i < repeats; i++) several.push(await once(server, route, away))
            milliseconds[server.peer] = median(several.map((each) => each.milliseconds))
            trips[server.peer] = Math.max(...several.map((each) => each.trips))
          }),
        )
        times.push({ away, milliseconds })
      }
      all.push({ route, trips, times })
    }
    return all
  })
