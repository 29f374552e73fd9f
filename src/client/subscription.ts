import { type CloseReason, closeCodes } from '../contract/close-codes.ts'
import { backOff, wait } from './back-off.ts'
import { isTemporary, ParlourError } from './error.ts'
import { parseFrame } from './frames.ts'
import { Heartbeat, PING_MILLISECONDS } from './heartbeat.ts'
import { watchPageVisibility } from './page-visibility.ts'
import type { Session } from './session.ts'
import { type Closed, overEither, type Transport } from './transport.ts'
import type { Connection, RoomEvent, SubscribeOptions, Subscription } from './types.ts'

/** The time between two looks for a room that does not exist. */
const NO_ROOM_MILLISECONDS = 15_000
/** The number of characters that may come before the client acknowledges them. The server disconnects a client that acknowledges nothing. */
const ACKNOWLEDGE_CHARACTERS = 256 * 1024

const closeReasonOf = (code: number | undefined): CloseReason | undefined => {
  const reasons = Object.keys(closeCodes) as CloseReason[]
  return reasons.find((reason) => closeCodes[reason] === code)
}

export type SubscriptionOptions = SubscribeOptions & {
  session: Session
  /** Of the room, such as `/chatroom/lobby`. */
  path: string
  onEvent: (event: RoomEvent) => void
  transport?: Transport
  pingMilliseconds?: number
  firstWaitMilliseconds?: number
  longestWaitMilliseconds?: number
}

/** The state after a connection has ended, and how long it lasts; for good, without a time. */
type Next = { connection: Connection; milliseconds?: number }

/** Listens to a room over one connection after the other, each of which resumes where the one before has ended. */
export class ReconnectingSubscription implements Subscription {
  connection: Connection = { state: 'connecting' }
  readonly #options: SubscriptionOptions
  readonly #closed = new AbortController()
  /** Ends the current connection, or the current wait. */
  #attempt = new AbortController()
  #heartbeat: Heartbeat | undefined
  #send: ((frame: string) => void) | undefined
  #isHidden = false
  #failures = 0
  /** The number of the last entry that was passed on. */
  #lastSeq: number | undefined
  /** The room that `#lastSeq` is of: one that is deleted and made again begins anew. */
  #roomId: number | undefined
  /** The number of characters since the last acknowledgement. */
  #unacknowledged = 0

  constructor(options: SubscriptionOptions) {
    this.#options = options
    this.#lastSeq = options.after
    // The caller has the subscription before the first event comes.
    queueMicrotask(() => void this.#run())
  }

  close(): void {
    this.#closed.abort()
  }

  /** Sends a frame, if there is a connection that can. */
  send(frame: string): void {
    this.#send?.(frame)
  }

  /** Ends a wait for the next try. */
  retryNow(): void {
    if (this.connection.state !== 'live') this.#attempt.abort()
  }

  async #run(): Promise<void> {
    const { session } = this.#options
    const probe = () => {
      if (this.#send) this.#heartbeat?.probe(this.#send)
    }
    const ends = [
      session.identity.watch((isAnother) => isAnother && this.#attempt.abort()),
      watchPageVisibility((isHidden) => {
        this.#isHidden = isHidden
        if (isHidden) this.#attempt.abort()
        else this.retryNow()
        probe()
      }),
    ]
    for (const type of ['online', 'offline']) {
      globalThis.addEventListener?.(type, probe)
      ends.push(() => globalThis.removeEventListener?.(type, probe))
    }
    while (!this.#closed.signal.aborted) {
      this.#attempt = new AbortController()
      const signal = AbortSignal.any([this.#closed.signal, this.#attempt.signal])
      const { connection, milliseconds } = this.#isHidden
        ? { connection: { state: 'resting' } as const }
        : await this.#connect(signal)
      if (signal.aborted) continue
      this.#setConnection(connection)
      await wait(signal, milliseconds)
    }
    for (const end of ends) end()
    this.#setConnection({ state: 'closed' })
  }

  #setConnection(connection: Connection): void {
    this.connection = connection
    this.#options.onConnection?.(connection)
  }

  /** Holds one connection until it ends. */
  async #connect(signal: AbortSignal): Promise<Next> {
    const { session, path, transport = overEither, pingMilliseconds = PING_MILLISECONDS } = this.#options
    this.#setConnection({ state: 'connecting' })
    const heartbeat = new Heartbeat(pingMilliseconds)
    this.#heartbeat = heartbeat
    this.#unacknowledged = 0
    try {
      const closed = await transport({
        session,
        path,
        query: {
          ...(this.#lastSeq !== undefined && { after: this.#lastSeq }),
          ...(this.#roomId !== undefined && { roomId: this.#roomId }),
        },
        received: (data) => {
          heartbeat.received()
          if (data !== undefined && !heartbeat.signal.aborted) this.#receive(data, heartbeat)
        },
        opened: (send) => {
          this.#send = send
        },
        pingMilliseconds,
        signal: AbortSignal.any([signal, heartbeat.signal]),
      })
      return this.#afterClose(closed)
    } catch (error) {
      return this.#afterError(error)
    } finally {
      heartbeat.stop()
      this.#send = undefined
    }
  }

  #receive(data: string, heartbeat: Heartbeat): void {
    const frame = parseFrame(data)
    switch (frame.type) {
      case 'hello':
        this.#failures = 0
        this.#lastSeq ??= frame.seq
        this.#roomId = frame.roomId
        if (frame.userName !== null) this.#options.session.identity.update({ userName: frame.userName })
        this.#setConnection({ state: 'live' })
        this.send('{"type":"presence"}')
        break
      case 'reset':
        this.#lastSeq = frame.seq
        break
      case 'message':
      case 'edit':
      case 'delete':
      case 'reaction':
        if (!this.#isNext(frame.seq, heartbeat)) return
        break
      // Answers to frames that the client has sent are not the page's.
      case 'sent':
      case 'error':
        return
      case 'typing':
      case 'presence':
      case 'present':
      case 'room':
      case 'member':
      case 'banned':
        break
      case undefined:
        // An entry of a kind that this client does not know is counted and left out.
        if (frame.seq !== undefined) this.#isNext(frame.seq, heartbeat)
        return
      default:
        frame satisfies never
        return
    }
    this.#passOn(frame)
    this.#acknowledge(data.length)
  }

  /** Tells whether an entry follows on the last one, and counts it. An entry that was missed comes over the next connection. */
  #isNext(seq: number, heartbeat: Heartbeat): boolean {
    const next = (this.#lastSeq ?? 0) + 1
    if (seq > next) heartbeat.fail('an entry is missing')
    if (seq !== next) return false
    this.#lastSeq = seq
    return true
  }

  #passOn(event: RoomEvent): void {
    try {
      this.#options.onEvent(event)
    } catch (error) {
      // The page's own mistake is reported, and does not keep the next entries from it.
      queueMicrotask(() => {
        throw error
      })
    }
  }

  #acknowledge(characters: number): void {
    this.#unacknowledged += characters
    if (this.#unacknowledged < ACKNOWLEDGE_CHARACTERS) return
    this.#unacknowledged = 0
    // 0 is the number of no entry.
    this.send(JSON.stringify({ type: 'read', seq: this.#lastSeq || undefined }))
  }

  #retryLater(reason: string, leastMilliseconds = 0): Next {
    const { session, firstWaitMilliseconds, longestWaitMilliseconds } = this.#options
    const backedOff = backOff(this.#failures++, firstWaitMilliseconds, longestWaitMilliseconds)
    const milliseconds = Math.max(backedOff, leastMilliseconds)
    const until = Date.now() + milliseconds
    return { connection: { state: 'waiting', until, reason, server: session.url }, milliseconds }
  }

  #noRoom(problem: Error): Next {
    const milliseconds = NO_ROOM_MILLISECONDS * (0.5 + Math.random())
    return { connection: { state: 'no room', problem }, milliseconds }
  }

  #afterClose({ code, reason }: Closed): Next {
    const closeReason = closeReasonOf(code)
    switch (closeReason) {
      case 'banned':
        return { connection: { state: 'closed', problem: new Error(reason) } }
      case 'deleted':
        return this.#noRoom(new Error(reason))
      case 'reconnect':
      case 'expired':
      case 'unread':
      case 'silent':
      case 'tooMany':
      case undefined:
        return this.#retryLater(reason)
      default:
        return closeReason satisfies never
    }
  }

  #afterError(error: unknown): Next {
    const problem = error instanceof Error ? error : new Error(String(error))
    if (isTemporary(problem)) {
      const seconds = problem instanceof ParlourError ? problem.retryAfterSeconds : 0
      return this.#retryLater(problem.message, (seconds ?? 0) * 1000)
    }
    if (problem instanceof ParlourError && problem.status === 404) return this.#noRoom(problem)
    return { connection: { state: 'closed', problem } }
  }
}
