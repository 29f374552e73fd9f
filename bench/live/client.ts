/** The load client's process: it does what the bench asks for, one crowd at a time. */
import { Crowd, type Load, type Loaded } from './load-generator.ts'
import { peerOf } from './peers.ts'

export type Asked =
  | { do: 'open'; peer: string; port: number; room: string; listeners: number }
  | ({ do: 'load' } & Load)
  | { do: 'pace'; perSecond: number; seconds: number }
  | { do: 'close' }

export type Answer = { loaded?: Loaded; latencies?: number[]; cpuSeconds: number; error?: string }

let crowd: Crowd | undefined

const answer = async (asked: Asked): Promise<Omit<Answer, 'cpuSeconds'>> => {
  switch (asked.do) {
    case 'open':
      crowd = new Crowd(peerOf(asked.peer), asked.port, asked.room)
      await crowd.open(asked.listeners)
      return {}
    case 'load': {
      const loaded = await crowd?.load(asked)
      return loaded ? { loaded } : {}
    }
    case 'pace': {
      const latencies = await crowd?.pace(asked)
      return latencies ? { latencies } : {}
    }
    case 'close':
      crowd?.close()
      return {}
  }
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

process.on('message', async (asked: Asked) => {
  const before = cpuSeconds()
  const answered = await answer(asked).catch((error: Error) => ({ error: error.message }))
  process.send?.({ ...answered, cpuSeconds: cpuSeconds() - before } satisfies Answer)
})
process.on('uncaughtException', (error) =>
  process.send?.({ error: error.message, cpuSeconds: 0 } satisfies Answer),
)
process.on('disconnect', () => process.exit())
