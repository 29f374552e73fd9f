import { setTimeout as wait } from 'node:timers/promises'
import { requestOf } from '../connection.ts'
import { cpuSeconds } from '../proc.ts'
import type { Server } from '../servers.ts'
import { countOf } from './fill.ts'
import { atRate, Connections } from './pace.ts'
import type { Peer } from './peers.ts'
import { asking, type Route } from './routes.ts'
import { wrk } from './wrk.ts'

export type Contestant = { server: Server; peer: Peer }

/** What was measured in one turn of one peer, on a route. */
export type Turn<Measured> = Measured & { peer: string; route: Route; round: number }

/**
 * Gives each its turn, round by round, forwards and backwards, so that a noisy machine is noisy to all. The round before the
 * first warms up.
 */
const inTurns = async <Measured>(
  contestants: Contestant[],
  { route, rounds }: { route: Route; rounds: number },
  measure: (contestant: Contestant, isWarmUp: boolean) => Promise<Measured>,
): Promise<Turn<Measured>[]> => {
  const turns: Turn<Measured>[] = []
  const able = contestants.filter(({ peer }) => peer.routes.includes(route))
  for (let round = -1; round < rounds; round++) {
    for (const contestant of round % 2 === 0 ? able : able.toReversed()) {
      const measured = await measure(contestant, round < 0)
      if (round >= 0) turns.push({ ...measured, peer: contestant.server.peer, route, round })
    }
  }
  return turns
}

export type Loading = { route: Route; connections: number; rooms: number; rounds: number; seconds: number }
export type Throughput = { connections: number; rooms: number; perSecond: number; cpuMicroseconds: number }

/** Requests a second, as many as each server answers, and what one takes of its CPU. Throws if one answers `201` and stores nothing. */
export const measureThroughput = (contestants: Contestant[], loading: Loading): Promise<Turn<Throughput>[]> =>
  inTurns(contestants, loading, async ({ server, peer: { headers } }) => {
    const { route, connections, rooms, seconds: planned } = loading
    const storedBefore = await countOf(server, headers, rooms)
    const before = cpuSeconds(server.pid)
    const { requests, seconds } = await wrk(server.port, {
      route,
      connections,
      rooms,
      seconds: planned,
      headers,
    })
    const used = cpuSeconds(server.pid) - before
    const stored = (await countOf(server, headers, rooms)) - storedBefore
    // wrk hangs up while the last answers are on their way.
    const isRight = route === 'send' ? stored >= requests && stored <= requests + connections : stored === 0
    if (!isRight)
      throw new Error(`${server.peer}: ${requests} of ${route} are answered, ${stored} messages stored`)
    return { connections, rooms, perSecond: requests / seconds, cpuMicroseconds: (used / requests) * 1e6 }
  })

export type Pace = { route: Route; perSecond: number; rounds: number; seconds: number }
export type Latency = { latencies: number[] }

/** Milliseconds from when a request was due to its answer, at a rate that all can keep. */
export const measureLatency = async (contestants: Contestant[], pace: Pace): Promise<Turn<Latency>[]> => {
  const connections = new Map(contestants.map(({ server }) => [server.peer, new Connections(server.port)]))
  let number = 0
  const turns = await inTurns(contestants, pace, async ({ server, peer }, isWarmUp) => {
    const lines = Object.entries(peer.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const ask = async () => {
      const { method, path, body } = asking(pace.route, ++number)
      await connections.get(server.peer)?.ask(requestOf(method, path, body, lines.join('')))
    }
    const latencies = await atRate({ ...pace, seconds: isWarmUp ? 1 : pace.seconds }, ask)
    // Whatever the server does after its answers is its own time, and not the next one's.
    await wait(50)
    return { latencies }
  })
  for (const each of connections.values()) each.close()
  return turns
}
