/** The client pings this often. The hub closes a socket that is silent for much longer: `SILENCE_MILLISECONDS` in src/live/upkeep.ts. */
export const PING_MILLISECONDS = 15_000
/** The time that the server has to answer a probe. */
const PROBE_MILLISECONDS = 5000

/** Watches one connection: `signal` aborts when the server has been silent for too long. */
export class Heartbeat {
  readonly #dead = new AbortController()
  readonly #milliseconds: number
  #timer: ReturnType<typeof setTimeout> | undefined

  /** The server has two intervals of pings to answer. */
  constructor(pingMilliseconds: number) {
    this.#milliseconds = 2 * pingMilliseconds
    this.received()
  }

  get signal(): AbortSignal {
    return this.#dead.signal
  }

  /** Gives the connection up at once. */
  fail(reason: string): void {
    this.#dead.abort(new Error(reason))
  }

  #failAfter(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.fail('the server does not answer'), milliseconds)
  }

  /** The server has sent something. */
  received(): void {
    this.#failAfter(this.#milliseconds)
  }

  /** Pings now and waits only shortly: the network has changed, or the machine has slept. */
  probe(send: (frame: string) => void): void {
    this.#failAfter(Math.min(PROBE_MILLISECONDS, this.#milliseconds))
    send('ping')
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
