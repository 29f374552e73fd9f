import type { ServerFrame } from '../contract/index.ts'
import { backOff, wait } from './back-off.ts'
import { isTemporary, ParlourError } from './error.ts'
import { Heartbeat } from './heartbeat.ts'
import { watchPageVisibility } from './page-visibility.ts'
import type { Session } from './session.ts'
import { type Closed, overEither, type Transport } from './transport.ts'
import type { Connection, RoomEvent, SubscribeOptions, Subscription } from './types.ts'

/** How often a room that isn't there is looked for. */
const LOOK_MILLISECONDS = 15_000

/** What the server closes a connection with for good: src/live/attachment.ts */
const BANNED = 4003
const GONE = 4004

export type ListenOptions = SubscribeOptions & {
  session: Session
  /** Of the room, such as `/chatroom/lobby`. */
  path: string
  onEvent: (event: RoomEvent) => void
  transport?: Transport
  /** How often the server is asked for a sign of life. */
  pingMilliseconds?: number
  firstWaitMilliseconds?: number
  longestWaitMilliseconds?: number
}

/** Where things stand after a connection has ended, and how long to leave it at that; for good, without a time. */
type Outlook = { connection: Connection; milliseconds?: number }

/**
 * Listens to a room over one connection after the other, each of which goes on where the one before was, until it is
 * closed.
 */
export class ReconnectingSubscription implements Subscription {
  connection: Connection = { state: 'connecting' }
  readonly #options: ListenOptions
  readonly #end = new AbortController()
  /** Ends the connection, or the wait, that there is now. */
  #turn = new AbortController()
  #pulse: Heartbeat | undefined
  #send: ((frame: string) => void) | undefined
  #isResting = false
  #failures = 0
  /** The number of the last entry that was passed on. */
  #last: number | undefined

  constructor(options: ListenOptions) {
    this.#options = options
    this.#last = options.after
    // Not before whoever asked for it has it.
    queueMicrotask(() => void this.#run())
  }

  close(): void {
    this.#end.abort()
  }

  /** Sends a frame, if there is a connection that can. */
  send(frame: string): void {
    this.#send?.(frame)
  }

  /** Doesn't wait any longer. */
  wake(): void {
    if (this.connection.state !== 'live') this.#turn.abort()
  }

  async #run(): Promise<void> {
    const { session } = this.#options
    const probe = () => {
      if (this.#send) this.#pulse?.probe(this.#send)
    }
    const rest = (isResting: boolean) => {
      this.#isResting = isResting
      if (isResting) this.#turn.abort()
      else this.wake()
      probe()
    }
    const leave = [
      session.identity.watch((isAnother) => isAnother && this.#turn.abort()),
      watchPageVisibility(rest),
    ]
    for (const type of ['online', 'offline']) {
      globalThis.addEventListener?.(type, probe)
      leave.push(() => globalThis.removeEventListener?.(type, probe))
    }
    while (!this.#end.signal.aborted) {
      this.#turn = new AbortController()
      const signal = AbortSignal.any([this.#end.signal, this.#turn.signal])
      const { connection, milliseconds } = this.#isResting
        ? { connection: { state: 'resting' } as const }
        : await this.#connect(signal)
      if (signal.aborted) continue
      this.#enter(connection)
      await wait(signal, milliseconds)
    }
    for (const each of leave) each()
    this.#enter({ state: 'closed' })
  }

  #enter(connection: Connection): void {
    this.connection = connection
    this.#options.onConnection?.(connection)
  }

  /** Holds one connection until it ends. */
  async #connect(signal: AbortSignal): Promise<Outlook> {
    const { session, path, transport = overEither, pingMilliseconds = 15_000 } = this.#options
    this.#enter({ state: 'connecting' })
    const pulse = new Heartbeat(pingMilliseconds)
    this.#pulse = pulse
    try {
      const closed = await transport({
        session,
        path,
        after: this.#last,
        hear: (text) => {
          pulse.received()
          if (text !== undefined && !pulse.signal.aborted) this.#take(JSON.parse(text), pulse)
        },
        speak: (send) => {
          this.#send = send
        },
        pingMilliseconds,
        signal: AbortSignal.any([signal, pulse.signal]),
      })
      return this.#ended(closed)
    } catch (error) {
      return this.#failed(error)
    } finally {
      pulse.stop()
      this.#send = undefined
    }
  }

  #take(frame: ServerFrame, pulse: Heartbeat): void {
    if (frame.type === 'sent' || frame.type === 'error') return
    if (frame.type === 'hello') {
      this.#failures = 0
      this.#last ??= frame.seq
      if (frame.userName !== null) this.#options.session.identity.update({ userName: frame.userName })
      this.#enter({ state: 'live' })
      this.send('{"type":"presence"}')
    } else if (frame.type === 'reset') this.#last = frame.seq
    else if ('seq' in frame) {
      const next = (this.#last ?? 0) + 1
      if (frame.seq < next) return
      if (frame.seq > next) {
        // It comes over the next connection.
        pulse.fail('an entry is missing')
        return
      }
      this.#last = frame.seq
    }
    try {
      this.#options.onEvent(frame)
    } catch (error) {
      // A mistake of the page's own, which is to hear of it; the entries after this one are not to suffer.
      queueMicrotask(() => {
        throw error
      })
    }
  }

  #later(reason: string, leastMilliseconds = 0): Outlook {
    const { firstWaitMilliseconds, longestWaitMilliseconds } = this.#options
    const backedOff = backOff(this.#failures++, firstWaitMilliseconds, longestWaitMilliseconds)
    const milliseconds = Math.max(backedOff, leastMilliseconds)
    return { connection: { state: 'waiting', until: Date.now() + milliseconds, reason }, milliseconds }
  }

  #noRoom(problem: Error): Outlook {
    const milliseconds = LOOK_MILLISECONDS * (0.5 + Math.random())
    return { connection: { state: 'no room', problem }, milliseconds }
  }

  #ended({ code, reason }: Closed): Outlook {
    if (code === GONE) return this.#noRoom(new Error(reason))
    if (code === BANNED) return { connection: { state: 'closed', problem: new Error(reason) } }
    return this.#later(reason)
  }

  #failed(error: unknown): Outlook {
    const problem = error instanceof Error ? error : new Error(String(error))
    if (isTemporary(problem)) {
      const seconds = problem instanceof ParlourError ? problem.retryAfterSeconds : 0
      return this.#later(problem.message, (seconds ?? 0) * 1000)
    }
    if (problem instanceof ParlourError && problem.status === 404) return this.#noRoom(problem)
    return { connection: { state: 'closed', problem } }
  }
}
