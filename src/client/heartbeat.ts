/** The client pings this often. The hub closes a socket that is silent for much longer: `SILENCE_MILLISECONDS` in src/live/upkeep.ts. */
export const PING_MILLISECONDS = 15_000
/** The time that the server has to answer a probe. */
const PROBE_MILLISECONDS = 5000

/** Watches one connection. */
export type Heartbeat = {
  /** Aborts when the server has been silent for too long. */
  signal: AbortSignal
  /** Gives the connection up at once. */
  fail: (reason: string) => void
  /** The server has sent something. */
  received: () => void
  /** Waits only shortly for the answer to a ping: the network has changed, or the machine has slept. */
  hurry: () => void
  stop: () => void
}

/** The server has two intervals of pings to answer; eight in a hidden page, whose timers browsers run once a minute. */
export const startHeartbeat = (pingMilliseconds: number): Heartbeat => {
  const dead = new AbortController()
  const fail = (reason: string) => dead.abort(new Error(reason))
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  const failAfter = (milliseconds: number) => {
    stop()
    timer = setTimeout(() => fail('the server does not answer'), milliseconds)
  }
  const received = () => failAfter((globalThis.document?.hidden ? 8 : 2) * pingMilliseconds)
  received()
  return {
    signal: dead.signal,
    fail,
    received,
    hurry: () => failAfter(Math.min(PROBE_MILLISECONDS, 2 * pingMilliseconds)),
    stop,
  }
}
