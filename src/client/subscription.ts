import { BANNED, type CloseReason, type closeCodes, DELETED } from '../contract/close-codes.ts'
import type { ClientFrame, Message, ServerFrame } from '../contract/index.ts'
import { backOff, wait } from './back-off.ts'
import { isTemporary, type ParlourError, refusal } from './error.ts'
import { type Frame, parseFrames } from './frames.ts'
import { type Heartbeat, PING_MILLISECONDS, startHeartbeat } from './heartbeat.ts'
import { type Identity, isSameCredential } from './identity.ts'
import { watchPageVisibility } from './page-visibility.ts'
import { awaitAnswer, type SentFrame } from './sent-frame.ts'
import type { Session } from './session.ts'
import { type Closed, overEither, type Send, type Transport } from './transport.ts'
import type { Connection, RoomEvent, SubscribeOptions, Subscription } from './types.ts'

/** The time between two looks for a room that does not exist. */
const NO_ROOM_MILLISECONDS = 15_000
/** The number of characters that may come before the client acknowledges them. The server disconnects a client that acknowledges nothing. */
const ACKNOWLEDGE_CHARACTERS = 250_000

/** The reasons for which the server closes a connection that may be opened again at once. */
type Passing = 'reconnect' | 'expired' | 'unread' | 'silent' | 'tooMany'

/** The answer that a client would get that connected again after the other reasons. */
const refusals: Record<(typeof closeCodes)[Exclude<CloseReason, Passing>], [status: number, name: string]> = {
  [BANNED]: [403, 'banned'],
  [DELETED]: [404, 'chatroom-not-found'],
}

/** Returns the error that a closed connection stands for. */
const errorOfClosed = ({ code, reason }: Closed = { reason: 'the server does not answer' }): Error =>
  code === BANNED || code === DELETED ? refusal(...refusals[code], reason) : new Error(reason)

export type MessageFrame = Extract<ClientFrame, { type: 'message' }> & {
  idempotencyKey: string
  after: number | undefined
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
  #send: Send | undefined
  /** The first frame of the current connection. */
  #hello: Extract<ServerFrame, { type: 'hello' }> | undefined
  /** The user who was signed in when the current connection was opened. */
  #identity: Identity | undefined
  /** The message that waits for the server's answer. */
  #sentFrame: SentFrame | undefined
  #isHidden = false
  /** True once the server has sent an array of frames. An older server refuses a request with `first-primary`. */
  #isV2 = false
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

  /** Sends a frame, if there is a connection that can and acts as the user who acts now. Returns whether it was sent. */
  sendAsUser(frame: object): boolean {
    return (this.#actsAsSender && this.#send?.(JSON.stringify(frame))) ?? false
  }

  /**
   * Sends a message as a frame. Resolves without it if it may not be stored: the connection is not open, acts as another user, or
   * ends without an answer. Rejects with the server's refusal.
   */
  async sendMessage(frame: MessageFrame): Promise<Message | undefined> {
    if (!this.sendAsUser(frame)) return undefined
    this.#sentFrame = awaitAnswer(frame.idempotencyKey)
    try {
      const message = await this.#sentFrame.answer
      // The answer to a frame has no bookmark.
      if (message && this.#isV2) this.#options.session.bookmark = 'first-primary'
      return message
    } finally {
      this.#sentFrame = undefined
    }
  }

  /** Tells whether the connection acts as the user who acts now. */
  get #actsAsSender(): boolean {
    const { identity, hasToken } = this.#options.session
    const { current } = identity
    return (
      !!this.#hello &&
      isSameCredential(current, this.#identity) &&
      (hasToken || current?.userName === this.#hello.userName)
    )
  }

  /** Ends a wait for the next try. */
  retryNow(): void {
    if (this.connection.state !== 'live') this.#attempt.abort()
  }

  async #run(): Promise<void> {
    const { session } = this.#options
    const probe = () => {
      if (this.#send?.('ping')) this.#heartbeat?.hurry()
    }
    const { signal: closed } = this.#closed
    const unwatch = session.identity.watch((isAnother) => isAnother && this.#attempt.abort())
    watchPageVisibility(closed, (isHidden) => {
      this.#isHidden = isHidden && !this.#options.keepalive?.()
      if (this.#isHidden) this.#attempt.abort()
      this.retryNow()
      probe()
    })
    for (const type of ['online', 'offline']) globalThis.addEventListener?.(type, probe, { signal: closed })
    while (!closed.aborted) {
      this.#attempt = new AbortController()
      const signal = AbortSignal.any([closed, this.#attempt.signal])
      const { connection, milliseconds } = this.#isHidden
        ? { connection: { state: 'resting' } as const }
        : await this.#connect(signal)
      if (signal.aborted) continue
      this.#setConnection(connection)
      await wait(signal, milliseconds)
    }
    unwatch()
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
    const heartbeat = startHeartbeat(pingMilliseconds)
    this.#heartbeat = heartbeat
    this.#unacknowledged = 0
    this.#identity = session.identity.current
    const live = AbortSignal.any([signal, heartbeat.signal])
    try {
      const closed = await transport({
        session,
        path,
        query: { after: this.#lastSeq, roomId: this.#roomId },
        received: (data) => {
          heartbeat.received()
          if (data?.startsWith('[')) this.#isV2 = true
          for (const frame of parseFrames(data)) if (!live.aborted) this.#receive(frame, heartbeat)
          this.#acknowledge(data?.length ?? 0)
        },
        opened: (send) => {
          this.#send = send
        },
        pingMilliseconds,
        signal: live,
      })
      throw errorOfClosed(closed)
    } catch (error) {
      return this.#after(error)
    } finally {
      heartbeat.stop()
      this.#send = undefined
      this.#hello = undefined
      this.#sentFrame?.giveUp()
    }
  }

  #receive(frame: Frame, heartbeat: Heartbeat): void {
    switch (frame.type) {
      case 'hello':
        this.#failures = 0
        this.#hello = frame
        this.#lastSeq ??= frame.seq
        this.#roomId = frame.roomId
        if (frame.userName)
          this.#options.session.identity.update({ userName: frame.userName }, this.#identity)
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
        this.#answer(frame)
        return
      case 'typing':
      case 'presence':
      case 'present':
      case 'room':
      case 'member':
      case 'banned':
      case 'held':
        break
      default:
        frame.type satisfies undefined
        // An entry of a kind that this client does not know is counted and left out.
        if (frame.seq) this.#isNext(frame.seq, heartbeat)
        return
    }
    this.#answer(frame)
    this.#passOn(frame)
  }

  #answer(frame: ServerFrame): void {
    if (this.#hello) this.#sentFrame?.receive(frame, this.#hello.chatroom)
  }

  /** Tells whether an entry follows on the last one, and counts it. An entry that was missed comes over the next connection. */
  #isNext(seq: number, heartbeat: Heartbeat): boolean {
    const next = (this.#lastSeq ?? 0) + 1
    if (seq > next) heartbeat.fail('gap')
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

  #after(error: unknown): Next {
    const problem = error instanceof Error ? error : new Error(`${error}`)
    const { status, retryAfterSeconds = 0 } = problem as Partial<ParlourError>
    if (isTemporary(problem)) {
      const { session, firstWaitMilliseconds, longestWaitMilliseconds } = this.#options
      const backedOff = backOff(this.#failures++, firstWaitMilliseconds, longestWaitMilliseconds)
      const milliseconds = Math.max(backedOff, retryAfterSeconds * 1000)
      const until = Date.now() + milliseconds
      return {
        connection: { state: 'waiting', until, reason: problem.message, server: session.url },
        milliseconds,
      }
    }
    if (status !== 404) return { connection: { state: 'closed', problem } }
    const milliseconds = NO_ROOM_MILLISECONDS * (0.5 + Math.random())
    return { connection: { state: 'no room', problem }, milliseconds }
  }
}
