import type { Sample } from '../compare.ts'
import { cpuSeconds } from '../proc.ts'
import { type ServerOptions, withServers } from '../servers.ts'
import { quantile } from '../statistics.ts'
import { inRounds, WARM_UP_SECONDS } from './measure.ts'
import { runsOf } from './peers.ts'
import { type Room, withRooms } from './processes.ts'

/** Measures how many messages a room carries if each person sends the next one as soon as the last one has come back. */
export type Spoken = {
  people: number
  messagesPerSecond: number
  deliveriesPerSecond: number
  /** CPU of the server for each message. */
  cpuMicroseconds: number
  /** The share of one core that the load client used. */
  clientShare: number
}

/** Milliseconds from the time when a message is due to its last delivery. */
export type Heard = { people: number; p50: number; p99: number }

export type RoomfulOptions = {
  people: number
  rounds: number
  seconds: number
  perSecond: number
  storage: ServerOptions['storage']
}

/** An object that was not asked anything during the turns of the others has gone to sleep. */
const WAKE_SECONDS = 0.5

const speak = async ({ server, client }: Room, people: number, seconds: number): Promise<Spoken> => {
  await client.run({ do: 'speak', seconds: WAKE_SECONDS })
  const before = cpuSeconds(server.pid)
  const { loaded, cpuSeconds: clientSeconds } = await client.run({ do: 'speak', seconds })
  const used = cpuSeconds(server.pid) - before
  if (!loaded) throw new Error('nothing was measured')
  return {
    people,
    messagesPerSecond: loaded.messages / loaded.seconds,
    deliveriesPerSecond: loaded.deliveries / loaded.seconds,
    cpuMicroseconds: (used / loaded.messages) * 1e6,
    clientShare: clientSeconds / loaded.seconds,
  }
}

const hear = async ({ client }: Room, { people, perSecond, seconds }: RoomfulOptions): Promise<Heard> => {
  await client.run({ do: 'speak', seconds: WAKE_SECONDS })
  const { latencies = [] } = await client.run({ do: 'speak steadily', perSecond, seconds })
  return { people, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
}

export type RoomfulSamples = { spoken: Sample<Spoken>[]; heard: Sample<Heard>[] }

/** Measures a room in which everybody listens and speaks: first as fast as it goes, then at a steady rate. */
export const measureRoomful = (peers: string[], options: RoomfulOptions): Promise<RoomfulSamples> => {
  const { people, rounds, seconds, storage = 'memory' } = options
  return withServers(runsOf(peers), { storage }, (servers) =>
    withRooms(servers, { people }, async (rooms) => {
      await inRounds(rooms, 1, (room) => speak(room, people, WARM_UP_SECONDS))
      const spoken = await inRounds(rooms, rounds, (room) => speak(room, people, seconds))
      const heard = await inRounds(rooms, rounds, (room) => hear(room, options))
      return { spoken, heard }
    }),
  )
}
