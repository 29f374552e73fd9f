import type { HeldAnswer, Message, NewMessageBody } from '../contract/index.ts'
import { backOff, wait } from './back-off.ts'
import { isTemporary, type ParlourError, refusal } from './error.ts'
import { isSamePerson, type Person, parsePerson } from './identity.ts'
import { lazily } from './lazy.ts'
import type { Session } from './session.ts'
import type { MessageFrame } from './subscription.ts'
import type { Sending, SendingFile, SendOptions } from './types.ts'
import { asSendingFile, newKey, type UnsentMessage, UnsentMessages } from './unsent-messages.ts'

/** Loads the part that uploads files, which most pages don't need. */
const loadUploads = lazily(() => import('./uploads.ts'))

/** After so many refusals a message has failed. A network may be away for as long as it likes. */
const MAX_REFUSALS = 8
/** A server that wants the client to wait longer has refused the message. */
const MAX_RETRY_SECONDS = 60
/** The time that one try may take. */
const TRY_MILLISECONDS = 20_000

export class OutgoingMessage implements Sending {
  /** Aborts once the message is discarded. */
  readonly discarded = new AbortController()
  declare unsent: UnsentMessage
  declare state: Sending['state']
  declare message?: Message
  declare problem?: Error
  readonly #outbox: Outbox
  #outcome!: PromiseWithResolvers<Message>

  constructor(outbox: Outbox, unsent: UnsentMessage, options?: SendOptions) {
    this.#outbox = outbox
    this.unsent = unsent
    this.#begin(unsent.held ? 'held' : unsent.failed ? 'failed' : 'pending')
    if (unsent.files)
      loadUploads().then(
        ({ keep }) => keep(this, options),
        () => {},
      )
  }

  #begin(state: Sending['state']): void {
    this.state = state
    this.#outcome = Promise.withResolvers()
    // Nobody has to listen for a failure.
    this.done.catch(() => {})
  }

  get done(): Promise<Message> {
    return this.#outcome.promise
  }
  get key(): string {
    return this.unsent.key
  }
  get text(): string {
    return this.unsent.text
  }
  get at(): number {
    return this.unsent.at
  }
  get as(): Person | undefined {
    return this.unsent.as
  }
  get replyTo(): number | undefined {
    return this.unsent.replyTo
  }
  get held(): string | undefined {
    return this.unsent.held
  }
  get files(): readonly SendingFile[] {
    return this.unsent.files ?? []
  }

  sent(message: Message): void {
    this.state = 'sent'
    this.message = message
    this.#outcome.resolve(message)
  }

  fail(problem: Error): void {
    this.state = 'failed'
    this.problem = problem
    this.unsent = { ...this.unsent, failed: true }
    this.#outcome.reject(problem)
  }

  retry(): void {
    if (this.state !== 'failed' || this.discarded.signal.aborted) return
    this.#begin('pending')
    delete this.problem
    this.#outbox.retry(this)
  }
  discard(): void {
    this.#outbox.discard(this)
  }
}

/** The parts of a room that its outbox needs. */
type OutboxRoom = {
  name: string
  path: string
  create: () => Promise<unknown>
  /** `isWanted` is asked again just before it is sent. */
  sendFrame: (frame: MessageFrame, isWanted: () => boolean) => Promise<Message | HeldAnswer | undefined>
  /** Connects again now, if the connection waits: the server has answered. */
  retryNow: () => void
}

/** A room's messages that are not sent yet. They go in the order in which they were written, one at a time, each under its key. */
export class Outbox {
  readonly #session: Session
  readonly #room: OutboxRoom
  readonly #watchers = new Set<() => void>()
  readonly #stored: UnsentMessages
  #messages: OutgoingMessage[] = []
  #isSending = false
  /** The number of the newest entry of the room's log that this page knows of. */
  #seen: number | undefined

  constructor(session: Session, room: OutboxRoom) {
    this.#session = session
    this.#room = room
    this.#stored = new UnsentMessages(session.url, room.name, (adopted) => {
      const messages = adopted.map((unsent) => new OutgoingMessage(this, unsent))
      this.#messages = [...messages, ...this.#messages].sort((one, other) => one.at - other.at)
      this.#changed()
      void this.#send()
    })
    session.identity.watch(() => void this.#send())
  }

  get messages(): readonly Sending[] {
    return this.#messages
  }
  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #changed(): void {
    for (const changed of this.#watchers) changed()
  }

  get #person(): Person | undefined {
    return parsePerson(this.#session.identity.current)
  }

  /** Takes notice of an entry of the log, or that the log goes on from it. */
  see(seq: number, isReset = false): void {
    this.#seen = isReset ? seq : Math.max(seq, this.#seen ?? 0)
  }

  add(text: string, options: SendOptions): Sending {
    const { createRoom, replyTo, files } = options
    // Equal times would lose the order.
    const at = Math.max(Date.now(), 1 + (this.#messages.at(-1)?.at ?? 0))
    const unsent = {
      room: this.#room.name,
      key: newKey(),
      text,
      replyTo,
      at,
      as: this.#person,
      createRoom,
      after: this.#seen,
      files: files?.map(asSendingFile),
    }
    const message = new OutgoingMessage(this, unsent, options)
    this.#messages = [...this.#messages, message]
    this.#queue(message)
    return message
  }

  #queue(message: OutgoingMessage): void {
    this.#save(message)
    void this.#send()
  }

  retry(message: OutgoingMessage): void {
    const { failed, as, ...unsent } = message.unsent
    message.unsent = { ...unsent, as: this.#person }
    // The same user's second try is the same message. Under another user it is a new one.
    if (!isSamePerson(as, this.#person)) {
      this.#stored.remove(unsent.key)
      message.unsent = { ...message.unsent, key: newKey(), after: this.#seen }
    }
    this.#queue(message)
  }

  #remove(message: OutgoingMessage): void {
    this.#messages = this.#messages.filter((each) => each !== message)
    this.#stored.remove(message.key)
  }

  discard(message: OutgoingMessage): void {
    if (!this.#messages.includes(message)) return
    this.#remove(message)
    message.fail(new Error('Discarded'))
    message.discarded.abort()
    this.#changed()
  }

  async #send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    await this.#stored.ready
    for (let message = this.#next; message; message = this.#next) await this.#deliver(message)
    this.#isSending = false
  }

  /** The next message to send. A message that a user has written waits until a user is signed in. */
  get #next(): OutgoingMessage | undefined {
    return this.#messages.find(({ state, unsent }) => state === 'pending' && (this.#person || !unsent.as))
  }

  #save(message: OutgoingMessage): void {
    // It may have been discarded meanwhile.
    if (!this.#messages.includes(message)) return
    this.#stored.save(message.unsent)
    this.#changed()
  }

  #fail(message: OutgoingMessage, problem: Error): void {
    message.fail(problem)
    this.#save(message)
  }

  /** Tries until the message is stored, or has failed. */
  async #deliver(message: OutgoingMessage): Promise<void> {
    const { text, replyTo, unsent } = message
    let mayCreateRoom = unsent.createRoom
    let failures = 0
    // A frame that was not answered is followed by a request at once.
    let isAnswered = true
    while (this.#messages.includes(message)) {
      const { key, as, after } = message.unsent
      const isWanted = () => isSamePerson(as, this.#person)
      if (!isWanted()) return this.#fail(message, new Error(`Sign in as ${as?.userName ?? 'nobody'}.`))
      try {
        const post = async (files?: NewMessageBody['files']): Promise<Message | HeldAnswer | undefined> => {
          if (!isWanted()) return undefined
          const body = { message: text, replyTo, files } satisfies NewMessageBody
          return isAnswered
            ? this.#room.sendFrame(
                { ...body, type: 'message', ref: key, idempotencyKey: key, after },
                isWanted,
              )
            : this.#session.request('POST', `${this.#room.path}/message`, body, {
                isNamed: true,
                // A browser may refuse a request that outlives the page, for its size say: then it goes without.
                keepalive: failures % 2 === 0,
                headers: { 'Idempotency-Key': key, 'Parlour-After': after },
                signal: AbortSignal.timeout(TRY_MILLISECONDS),
              })
        }
        const stored = await (unsent.files
          ? (await loadUploads()).deliver(message, {
              session: this.#session,
              refusal,
              isWanted,
              save: () => this.#save(message),
              changed: () => this.#changed(),
              post,
            })
          : post())
        isAnswered = !!stored
        if (!stored) continue
        this.#room.retryNow()
        if ('held' in stored) {
          message.unsent = { ...message.unsent, held: stored.id }
          message.state = 'held'
          return this.#save(message)
        }
        this.see(stored.seq)
        this.#session.identity.update(parsePerson(stored) ?? {}, as)
        this.#remove(message)
        message.sent(stored)
        return this.#changed()
      } catch (problem) {
        let error = problem
        isAnswered = true
        if (mayCreateRoom && /chatroom-not-found$/.test((error as ParlourError).type)) {
          mayCreateRoom = false
          try {
            await this.#room.create()
            continue
          } catch (refusal) {
            error = refusal
          }
        }
        const { status, retryAfterSeconds = 0 } = error as Partial<ParlourError>
        const isRefused = failures + 1 >= MAX_REFUSALS || retryAfterSeconds > MAX_RETRY_SECONDS
        if ((status && isRefused) || !isTemporary(error)) return this.#fail(message, error as Error)
        await wait(message.discarded.signal, Math.max(backOff(failures++), retryAfterSeconds * 1000))
      }
    }
  }
}
