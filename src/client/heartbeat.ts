/** How long a connection that may have died meanwhile has to answer. */
const PROBE_MILLISECONDS = 5000

/** Tells whether the other end is still there: `signal` aborts when it has been silent for too long. */
export class Heartbeat {
  readonly #dead = new AbortController()
  readonly #milliseconds: number
  #timer: ReturnType<typeof setTimeout> | undefined

  /** A server that is asked every so often has twice the time to answer. */
  constructor(pingMilliseconds: number) {
    this.#milliseconds = 2 * pingMilliseconds
    this.received()
  }

  get signal(): AbortSignal {
    return this.#dead.signal
  }

  /** Gives up at once. */
  fail(reason: string): void {
    this.#dead.abort(new Error(reason))
  }

  #within(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.fail('the server has fallen silent'), milliseconds)
  }

  /** Something has come. */
  received(): void {
    this.#within(this.#milliseconds)
  }

  /** Asks now, and doesn't wait long: the network has changed, or the machine has slept. */
  probe(send: (frame: string) => void): void {
    this.#within(Math.min(PROBE_MILLISECONDS, this.#milliseconds))
    send('ping')
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
