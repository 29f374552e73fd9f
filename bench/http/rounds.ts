import { setTimeout as wait } from 'node:timers/promises'
import type { Sample } from '../compare.ts'
import { requestOf } from '../connection.ts'
import { cpuSeconds } from '../proc.ts'
import type { Server } from '../servers.ts'
import { countOf } from './fill.ts'
import type { Peer } from './peers.ts'
import { type Route, requestFor } from './routes.ts'
import { atRate, Connections } from './steady-rate.ts'
import { wrk } from './wrk.ts'

export type RunningPeer = { server: Server; peer: Peer }

const WARM_UP_SECONDS = 2

/**
 * Measures the peers one after another, round by round, forwards and backwards, so that noise on the machine affects all
 * of them. The round before the first is a warm-up.
 */
const inRounds = async <Measured>(
  runningPeers: RunningPeer[],
  { route, rounds }: { route: Route; rounds: number },
  measure: (runningPeer: RunningPeer, isWarmUp: boolean) => Promise<Measured>,
): Promise<Sample<Measured & { route: Route }>[]> => {
  const samples: Sample<Measured & { route: Route }>[] = []
  const taking = runningPeers.filter(({ peer }) => peer.routes.includes(route))
  for (let round = -1; round < rounds; round++) {
    for (const runningPeer of round % 2 === 0 ? taking : taking.toReversed()) {
      const measured = await measure(runningPeer, round < 0)
      if (round >= 0) samples.push({ ...measured, peer: runningPeer.server.peer, route, round })
    }
  }
  return samples
}

export type Load = { route: Route; connections: number; rounds: number; seconds: number }
export type Throughput = { route: Route; connections: number; perSecond: number; cpuMicroseconds: number }

/** Measures the most requests a second, and the CPU of each request. Throws if a `201` was not stored. */
export const measureThroughput = (runningPeers: RunningPeer[], load: Load): Promise<Sample<Throughput>[]> =>
  inRounds(runningPeers, load, async ({ server, peer: { headers } }, isWarmUp) => {
    const { route, connections } = load
    // V8 compiles a function well after some thousand calls.
    const planned = isWarmUp ? Math.max(load.seconds, WARM_UP_SECONDS) : load.seconds
    const storedBefore = await countOf(server, headers)
    const before = cpuSeconds(server.pid)
    const { requests, seconds } = await wrk(server.port, { route, connections, seconds: planned, headers })
    const used = cpuSeconds(server.pid) - before
    const stored = (await countOf(server, headers)) - storedBefore
    // wrk closes the connections while the last answers are on their way.
    const isRight = route === 'send' ? stored >= requests && stored <= requests + connections : stored === 0
    if (!isRight)
      throw new Error(
        `${server.peer}: ${requests} requests of ${route} were answered, but ${stored} messages were stored`,
      )
    return { connections, perSecond: requests / seconds, cpuMicroseconds: (used / requests) * 1e6 }
  })

export type Rate = { route: Route; perSecond: number; rounds: number; seconds: number }
export type Latency = { route: Route; latencies: number[] }

/** Measures the milliseconds from the due time of a request to its answer, at a rate that all peers can serve. */
export const measureLatency = async (runningPeers: RunningPeer[], rate: Rate): Promise<Sample<Latency>[]> => {
  const connections = new Map(runningPeers.map(({ server }) => [server.peer, new Connections(server.port)]))
  let number = 0
  const samples = await inRounds(runningPeers, rate, async ({ server, peer }, isWarmUp) => {
    const lines = Object.entries(peer.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const send = async () => {
      const { method, path, body } = requestFor(rate.route, ++number)
      await connections.get(server.peer)?.send(requestOf(method, path, body, lines.join('')))
    }
    const latencies = await atRate({ ...rate, seconds: isWarmUp ? 1 : rate.seconds }, send)
    // Gives the server time to finish its work after the answers, so that it does not slow the next peer.
    await wait(50)
    return { latencies }
  })
  for (const each of connections.values()) each.close()
  return samples
}
