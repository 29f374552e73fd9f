import { type Server, withServers } from '../servers.ts'
import { median } from '../statistics.ts'
import { fill } from './fill.ts'
import { remotePeers } from './peers.ts'
import { type Route, requestFor } from './routes.ts'

export type RemoteResult = {
  route: Route
  roundTrips: Record<string, number>
  times: { delay: number; milliseconds: Record<string, number> }[]
}

const measuredRoutes = ['send', 'page', 'join', 'list', 'edit'] as const
const local = { 'CF-Connecting-IP': '127.0.0.1' }

let number = 0

/** Sends one request while each round trip to D1 takes `delay` milliseconds longer. */
const once = async ({ peer, port }: Server, route: Route, delay: number) => {
  const { method, path, body } = requestFor(route, ++number)
  const headers = { ...local, 'Content-Type': 'application/json', 'x-d1-delay': String(delay) }
  const start = performance.now()
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`${peer}: ${route} answered ${response.status} ${text}`)
  return {
    milliseconds: performance.now() - start,
    roundTrips: Number(response.headers.get('x-d1-round-roundTrips')),
  }
}

/** Measures each route with a distant database: the median of some requests, one after another. */
export const measureRemote = (distances: number[], repeats: number): Promise<RemoteResult[]> =>
  withServers(remotePeers, {}, async (servers) => {
    for (const server of servers) await fill(server, local)
    const all: RemoteResult[] = []
    for (const route of measuredRoutes) {
      const roundTrips: Record<string, number> = {}
      const times = []
      for (const delay of distances) {
        const milliseconds: Record<string, number> = {}
        // The servers are idle while they wait, so they are measured at the same time.
        await Promise.all(
          servers.map(async (server) => {
            const several = []
            for (let i = 0; i < repeats; i++) several.push(await once(server, route, delay))
            milliseconds[server.peer] = median(several.map((each) => each.milliseconds))
            roundTrips[server.peer] = Math.max(...several.map((each) => each.roundTrips))
          }),
        )
        times.push({ delay, milliseconds })
      }
      all.push({ route, roundTrips, times })
    }
    return all
  })
