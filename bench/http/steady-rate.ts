import { Connection } from '../connection.ts'

/** A clock in milliseconds, which can also wait for a time. */
export type Clock = { now: () => number; until: (time: number) => Promise<void> }

/** Node's timers are some milliseconds late, so the last part of a wait polls. */
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
 * Starts `work` at a steady rate without waiting for earlier work, and returns for each the milliseconds from its due time
 * to its end. A server that stalls therefore delays all requests that were due meanwhile (no coordinated omission).
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

/** A pool of connections to a server: a request uses a free one, or opens another. */
export class Connections {
  readonly #port: number
  #all: Connection[] = []
  readonly #waiting = new Map<Connection, { resolve: () => void; reject: (error: Error) => void }>()

  constructor(port: number) {
    this.#port = port
  }

  send(request: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const connection = this.#free()
    this.#waiting.set(connection, { resolve, reject })
    connection.send(request)
    return promise
  }

  #free(): Connection {
    this.#all = this.#all.filter(({ isClosed }) => !isClosed)
    const free = this.#all.find(({ isFree }) => isFree)
    if (free) return free
    const made: Connection = new Connection(
      this.#port,
      () => this.#waiting.get(made)?.resolve(),
      (reason) => this.#waiting.get(made)?.reject(new Error(reason)),
    )
    this.#all.push(made)
    return made
  }

  close(): void {
    for (const each of this.#all) each.close()
  }
}
