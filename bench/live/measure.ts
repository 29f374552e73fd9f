import { setTimeout as wait } from 'node:timers/promises'
import type { Sample } from '../compare.ts'
import { cpuSeconds, memoryBytes } from '../proc.ts'
import { withServers } from '../servers.ts'
import { quantile } from '../statistics.ts'
import type { SendMethod } from './load-generator.ts'
import { runsOf } from './peers.ts'
import { type Room, withRooms } from './processes.ts'

export const WARM_UP_SECONDS = 1
/** Longer than the idle time after which workerd lets an object hibernate. */
const SETTLE_SECONDS = 15

/** Failed deliveries. A room that failed is not measured again. */
export const failures: string[] = []

/** Measures the rooms one after another, round by round, forwards and backwards. */
export const inRounds = async <Measured>(
  rooms: Room[],
  rounds: number,
  measure: (room: Room) => Promise<Measured>,
): Promise<Sample<Measured>[]> => {
  const samples: Sample<Measured>[] = []
  const failed = new Set<Room>()
  for (let round = 0; round < rounds; round++) {
    for (const room of round % 2 === 0 ? rooms : rooms.toReversed()) {
      if (failed.has(room)) continue
      try {
        samples.push({ ...(await measure(room)), peer: room.server.peer, round })
      } catch (error) {
        failed.add(room)
        failures.push((error as Error).message)
        console.error((error as Error).message)
      }
    }
  }
  return samples
}

export type LoadOptions = { method: SendMethod; listeners: number; seconds: number; window: number }
/** `cpuMicroseconds` is server CPU for each message. `clientShare` is the share of one core that the load client used. */
export type Load = { method: SendMethod; listeners: number } & {
  cpuMicroseconds: number
  deliveriesPerSecond: number
  clientShare: number
}

const load = async (
  { server, client }: Room,
  { method, listeners, seconds, window }: LoadOptions,
): Promise<Load> => {
  const before = cpuSeconds(server.pid)
  const { loaded, cpuSeconds: clientSeconds } = await client.run({ do: 'load', method, seconds, window })
  const used = cpuSeconds(server.pid) - before
  if (!loaded) throw new Error('nothing was measured')
  return {
    method,
    listeners,
    cpuMicroseconds: (used / loaded.messages) * 1e6,
    deliveriesPerSecond: loaded.deliveries / loaded.seconds,
    clientShare: clientSeconds / loaded.seconds,
  }
}

/** Measures the server CPU for each message under full load. */
export const measureLoad = (peers: string[], rounds: number, options: LoadOptions): Promise<Sample<Load>[]> =>
  withServers(runsOf(peers), {}, (servers) =>
    withRooms(servers, { listeners: options.listeners }, async (rooms) => {
      await inRounds(rooms, 1, (room) => load(room, { ...options, seconds: WARM_UP_SECONDS }))
      return inRounds(rooms, rounds, (room) => load(room, options))
    }),
  )

export type Rate = { listeners: number; perSecond: number; seconds: number }
/** Milliseconds from a POST to each of its frames. */
export type Latency = { p50: number; p99: number }

export const measureLatency = (peers: string[], rounds: number, rate: Rate): Promise<Sample<Latency>[]> =>
  withServers(runsOf(peers), {}, (servers) =>
    withRooms(servers, { listeners: rate.listeners }, async (rooms) => {
      const run = async ({ client }: Room, seconds: number) => {
        const { latencies = [] } = await client.run({ do: 'steady', ...rate, seconds })
        return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
      }
      await inRounds(rooms, 1, (room) => run(room, WARM_UP_SECONDS))
      return inRounds(rooms, rounds, (room) => run(room, rate.seconds))
    }),
  )

export type Memory = { bytesPerSocket: number }

/** Measures the memory of an idle socket on which a message has been sent. */
export const measureMemory = (peers: string[], round: number, sockets: number): Promise<Sample<Memory>[]> =>
  withServers(runsOf(peers), { collectsOften: true }, async (servers) => {
    const used = async () => {
      await wait(SETTLE_SECONDS * 1000)
      return servers.map(({ pid }) => memoryBytes(pid))
    }
    const oneMessage = { do: 'load', method: 'frame', seconds: 0.01, window: 1 } as const
    await withRooms(servers, { listeners: 100 }, (rooms) =>
      inRounds(rooms, 1, ({ client }) => client.run(oneMessage)),
    )
    const before = await used()
    return withRooms(servers, { listeners: sockets }, async (rooms) => {
      await inRounds(rooms, 1, ({ client }) => client.run(oneMessage))
      const after = await used()
      return servers.map(({ peer }, i) => ({
        peer,
        round,
        bytesPerSocket: ((after[i] ?? 0) - (before[i] ?? 0)) / sockets,
      }))
    })
  })
