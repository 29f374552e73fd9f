/** The process of a load client. It runs the commands of the benchmark, with one room at a time. */
import { type Load, type Loaded, LoadGenerator } from './load-generator.ts'
import { peerOf } from './peers.ts'
import { Roomful } from './roomful.ts'

export type Command =
  | { do: 'open'; peer: string; port: number; room: string; listeners: number }
  | ({ do: 'load' } & Load)
  | { do: 'steady'; perSecond: number; seconds: number }
  | { do: 'fill'; peer: string; port: number; room: string; people: number }
  | { do: 'speak'; seconds: number }
  | { do: 'speak steadily'; perSecond: number; seconds: number }

export type Answer = { loaded?: Loaded; latencies?: number[]; cpuSeconds: number; error?: string }

let generator: LoadGenerator | undefined
let roomful: Roomful | undefined

const answer = async (command: Command): Promise<Omit<Answer, 'cpuSeconds'>> => {
  switch (command.do) {
    case 'open':
      generator = new LoadGenerator(peerOf(command.peer), command.port, command.room)
      await generator.open(command.listeners)
      return {}
    case 'load': {
      const loaded = await generator?.load(command)
      return loaded ? { loaded } : {}
    }
    case 'steady': {
      const latencies = await generator?.postSteadily(command)
      return latencies ? { latencies } : {}
    }
    case 'fill':
      roomful = new Roomful(peerOf(command.peer), command.port, command.room, command.people)
      await roomful.open()
      return {}
    case 'speak': {
      const loaded = await roomful?.speak(command.seconds)
      return loaded ? { loaded } : {}
    }
    case 'speak steadily': {
      const latencies = await roomful?.speakSteadily(command)
      return latencies ? { latencies } : {}
    }
  }
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

process.on('message', async (command: Command) => {
  const before = cpuSeconds()
  const result = await answer(command).catch((error: Error) => ({ error: error.message }))
  process.send?.({ ...result, cpuSeconds: cpuSeconds() - before } satisfies Answer)
})
process.on('uncaughtException', (error) =>
  process.send?.({ error: error.message, cpuSeconds: 0 } satisfies Answer),
)
process.on('disconnect', () => process.exit())
