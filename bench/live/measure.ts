import { setTimeout as wait } from 'node:timers/promises'
import { cpuSeconds, memoryBytes } from '../proc.ts'
import { withServers } from '../servers.ts'
import { quantile } from '../statistics.ts'
import type { Way } from './load-generator.ts'
import { runsOf } from './peers.ts'
import { type Room, withRooms } from './processes.ts'

const WARM_UP_SECONDS = 1
/** Longer than an object must be idle before workerd lets it hibernate. */
const SETTLE_SECONDS = 15

/** What is measured in one turn of one peer. The turns of all peers alternate, so that a noisy machine is noisy to all. */
export type Turn<Measured> = Measured & { peer: string; round: number }

/** What went wrong: a peer that has not delivered what it should have gets no further turns where it did not. */
export const failures: string[] = []

/** Gives each room its turn, round by round, forwards and backwards. */
const inTurns = async <Measured>(
  rooms: Room[],
  rounds: number,
  measure: (room: Room) => Promise<Measured>,
): Promise<Turn<Measured>[]> => {
  const turns: Turn<Measured>[] = []
  const failed = new Set<Room>()
  for (let round = 0; round < rounds; round++) {
    for (const room of round % 2 === 0 ? rooms : rooms.toReversed()) {
      if (failed.has(room)) continue
      try {
        turns.push({ ...(await measure(room)), peer: room.server.peer, round })
      } catch (error) {
        failed.add(room)
        failures.push((error as Error).message)
        console.error((error as Error).message)
      }
    }
  }
  return turns
}

export type Loading = { way: Way; listeners: number; seconds: number; window: number }
/** `cpuMicroseconds`: of the server, for each message. `clientShare`: of one core, that the load client used. */
export type Load = { way: Way; listeners: number } & {
  cpuMicroseconds: number
  deliveriesPerSecond: number
  clientShare: number
}

const load = async (
  { server, client }: Room,
  { way, listeners, seconds, window }: Loading,
): Promise<Load> => {
  const before = cpuSeconds(server.pid)
  const { loaded, cpuSeconds: clientSeconds } = await client.ask({ do: 'load', way, seconds, window })
  const used = cpuSeconds(server.pid) - before
  if (!loaded) throw new Error('nothing was measured')
  return {
    way,
    listeners,
    cpuMicroseconds: (used / loaded.messages) * 1e6,
    deliveriesPerSecond: loaded.deliveries / loaded.seconds,
    clientShare: clientSeconds / loaded.seconds,
  }
}

/** The server's CPU per message, while as much is sent as is delivered. */
export const measureLoad = (peers: string[], rounds: number, loading: Loading): Promise<Turn<Load>[]> =>
  withServers(runsOf(peers), {}, (servers) =>
    withRooms(servers, loading.listeners, async (rooms) => {
      await inTurns(rooms, 1, (room) => load(room, { ...loading, seconds: WARM_UP_SECONDS }))
      return inTurns(rooms, rounds, (room) => load(room, loading))
    }),
  )

export type Pace = { listeners: number; perSecond: number; seconds: number }
/** Milliseconds from a POST to the frames that it leads to. */
export type Latency = { p50: number; p99: number }

export const measureLatency = (peers: string[], rounds: number, pace: Pace): Promise<Turn<Latency>[]> =>
  withServers(runsOf(peers), {}, (servers) =>
    withRooms(servers, pace.listeners, async (rooms) => {
      const run = async ({ client }: Room, seconds: number) => {
        const { latencies = [] } = await client.ask({ do: 'pace', ...pace, seconds })
        return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
      }
      await inTurns(rooms, 1, (room) => run(room, WARM_UP_SECONDS))
      return inTurns(rooms, rounds, (room) => run(room, pace.seconds))
    }),
  )

export type Memory = { bytesPerSocket: number }

/** What an idle socket, on which something has been sent, takes in a server that has nothing else to do. */
export const measureMemory = (peers: string[], round: number, sockets: number): Promise<Turn<Memory>[]> =>
  withServers(runsOf(peers), { isThrifty: true }, async (servers) => {
    const used = async () => {
      await wait(SETTLE_SECONDS * 1000)
      return servers.map(({ pid }) => memoryBytes(pid))
    }
    const greet = { do: 'load', way: 'frame', seconds: 0.01, window: 1 } as const
    await withRooms(servers, 100, (rooms) => inTurns(rooms, 1, ({ client }) => client.ask(greet)))
    const before = await used()
    return withRooms(servers, sockets, async (rooms) => {
      await inTurns(rooms, 1, ({ client }) => client.ask(greet))
      const after = await used()
      return servers.map(({ peer }, i) => ({
        peer,
        round,
        bytesPerSocket: ((after[i] ?? 0) - (before[i] ?? 0)) / sockets,
      }))
    })
  })
