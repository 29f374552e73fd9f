import { type Server, withServers } from '../servers.ts'
import { mean, median } from '../statistics.ts'
import type { D1Work } from './d1-work.ts'
import { fill } from './fill.ts'
import { observedPeers, type Peer, remotePeers } from './peers.ts'
import { type Route, requestFor } from './routes.ts'

const runsOf = (peers: Record<string, Peer>) =>
  Object.fromEntries(Object.entries(peers).map(([name, { runs }]) => [name, runs]))

let number = 0

/** Sends one request while each round trip to D1 takes `delay` milliseconds longer. */
const once = async (
  { peer, port }: Server,
  { headers }: Peer,
  { route, delay = 0 }: { route: Route; delay?: number },
): Promise<{ milliseconds: number; work: D1Work }> => {
  const { method, path, body } = requestFor(route, ++number)
  const all = { ...headers, 'Content-Type': 'application/json', 'x-d1-delay': String(delay) }
  const start = performance.now()
  const init = { method, headers: all, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`${peer}: ${route} answered ${response.status} ${text}`)
  return {
    milliseconds: performance.now() - start,
    work: JSON.parse(response.headers.get('x-d1-work') ?? ''),
  }
}

export type CountedWork = D1Work & { peer: string; route: Route }

const WARM_UP = 50

/** Counts the work of D1 for each route, one request after another: medians, and the mean of the time. */
export const countWork = (routes: Route[], requests: number): Promise<CountedWork[]> =>
  withServers(runsOf(observedPeers), {}, async (servers) => {
    const counted: CountedWork[] = []
    const peerOf = (name: string): Peer => observedPeers[name as keyof typeof observedPeers]
    for (const server of servers) await fill(server, peerOf(server.peer).headers)
    for (const route of routes) {
      const taking = servers.filter(({ peer }) => peerOf(peer).routes.includes(route))
      const works = new Map(taking.map((server) => [server, [] as D1Work[]]))
      for (let request = -WARM_UP; request < requests; request++) {
        for (const server of request % 2 === 0 ? taking : taking.toReversed()) {
          const { work } = await once(server, peerOf(server.peer), { route })
          if (request >= 0) works.get(server)?.push(work)
        }
      }
      for (const [{ peer }, all] of works) {
        const of = (what: keyof D1Work) => median(all.map((work) => work[what]))
        counted.push({
          peer,
          route,
          roundTrips: of('roundTrips'),
          statements: of('statements'),
          characters: of('characters'),
          rowsRead: of('rowsRead'),
          rowsWritten: of('rowsWritten'),
          // The clock of workerd has whole milliseconds. Only the mean of many is smaller.
          milliseconds: mean(all.map((work) => work.milliseconds)),
        })
      }
    }
    return counted
  })

export type RemoteResult = {
  route: Route
  roundTrips: Record<string, number>
  times: { delay: number; milliseconds: Record<string, number> }[]
}

const remoteRoutes = ['send', 'page', 'join', 'list', 'edit'] as const

/** Measures each route with a distant database: the median of some requests, one after another. */
export const measureRemote = (distances: number[], repeats: number): Promise<RemoteResult[]> =>
  withServers(runsOf(remotePeers), {}, async (servers) => {
    const peerOf = (name: string): Peer => remotePeers[name as keyof typeof remotePeers]
    for (const server of servers) await fill(server, peerOf(server.peer).headers)
    const all: RemoteResult[] = []
    for (const route of remoteRoutes) {
      const roundTrips: Record<string, number> = {}
      const times = []
      for (const delay of distances) {
        const milliseconds: Record<string, number> = {}
        // The servers are idle while they wait, so they are measured at the same time.
        await Promise.all(
          servers.map(async (server) => {
            const several = []
            for (let i = 0; i < repeats; i++)
              several.push(await once(server, peerOf(server.peer), { route, delay }))
            milliseconds[server.peer] = median(several.map((each) => each.milliseconds))
            roundTrips[server.peer] = Math.max(...several.map(({ work }) => work.roundTrips))
          }),
        )
        times.push({ delay, milliseconds })
      }
      all.push({ route, roundTrips, times })
    }
    return all
  })
