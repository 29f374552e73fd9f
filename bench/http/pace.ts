import { Connection } from '../connection.ts'

/** Milliseconds, and a way to wait until such a time. */
export type Clock = { now: () => number; until: (time: number) => Promise<void> }

/** A timer of Node is up to some milliseconds late, so the last of them are waited for turn by turn. */
const FINE_MILLISECONDS = 1.5

const precise: Clock = {
  now: () => performance.now(),
  until: async (time) => {
    const coarse = time - performance.now() - FINE_MILLISECONDS
    if (coarse > 0) await new Promise((done) => setTimeout(done, coarse))
    while (performance.now() < time) await new Promise((done) => setImmediate(done))
  },
}

/**
 * Begins `work` at a steady rate, whatever has become of what was begun before, and gives for each how many milliseconds
 * after it was due it was done. So a server that stands still makes all late that were due meanwhile, and not only the one that it
 * stood still for.
 */
export const atRate = async (
  { perSecond, seconds }: { perSecond: number; seconds: number },
  work: (number: number) => Promise<void>,
  { now, until }: Clock = precise,
): Promise<number[]> => {
  const start = now()
  const begun: Promise<number>[] = []
  for (let number = 0; number < perSecond * seconds; number++) {
    const due = start + (number * 1000) / perSecond
    if (due > now()) await until(due)
    begun.push(work(number).then(() => now() - due))
  }
  return Promise.all(begun)
}

/** Connections to a server: a request takes one that is free, or opens another. */
export class Connections {
  readonly #port: number
  #all: Connection[] = []
  readonly #waiting = new Map<Connection, { resolve: () => void; reject: (error: Error) => void }>()

  constructor(port: number) {
    this.#port = port
  }

  ask(request: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const connection = this.#free()
    this.#waiting.set(connection, { resolve, reject })
    connection.ask(request)
    return promise
  }

  #free(): Connection {
    this.#all = this.#all.filter(({ isClosed }) => !isClosed)
    const free = this.#all.find(({ isFree }) => isFree)
    if (free) return free
    const made: Connection = new Connection(
      this.#port,
      () => this.#waiting.get(made)?.resolve(),
      (why) => this.#waiting.get(made)?.reject(new Error(why)),
    )
    this.#all.push(made)
    return made
  }

  close(): void {
    for (const each of this.#all) each.close()
  }
}
