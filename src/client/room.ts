import type {
  Chatroom,
  JoinBody,
  Member,
  Message,
  MessageBody,
  MessageList,
  ReportBody,
} from '../contract/index.ts'
import { REPEAT_TYPING_MILLISECONDS } from '../contract/typing.ts'
import { notParlour, ParlourError } from './error.ts'
import { Outbox } from './outbox.ts'
import type { Session } from './session.ts'
import { ReconnectingSubscription } from './subscription.ts'
import type { Room, RoomEvent, Sending, SendOptions, SubscribeOptions, Subscription } from './types.ts'

const PAGE = 100

type Range = { before?: number; after?: number }

export class ChatRoom implements Room {
  readonly name: string
  readonly #session: Session
  readonly #path: string
  readonly #outbox: Outbox
  readonly #subscriptions = new Set<ReconnectingSubscription>()
  readonly #present = new Set<string>()
  #creation: Promise<Chatroom> | undefined
  #lastTyping = 0

  constructor(session: Session, name: string) {
    this.name = name
    this.#session = session
    this.#path = `/chatroom/${encodeURIComponent(name)}`
    this.#outbox = new Outbox(session, name, `${this.#path}/message`, () => this.create())
  }

  #message(seq: number): string {
    return `${this.#path}/message/${seq}`
  }

  create(): Promise<Chatroom> {
    this.#creation ??= this.#create().finally(() => {
      this.#creation = undefined
    })
    return this.#creation
  }

  async #create(): Promise<Chatroom> {
    // Looks first: a browser's console shows every 409 as an error.
    const { chatrooms } = await this.#session.request<{ chatrooms: Chatroom[] }>(
      'GET',
      '/api/chatroom',
      undefined,
      {
        query: { name: this.name },
      },
    )
    if (!Array.isArray(chatrooms)) throw notParlour(this.#session.url)
    const [found] = chatrooms
    const chatroom = found ?? (await this.#createNew())
    for (const subscription of this.#subscriptions) subscription.retryNow()
    return chatroom
  }

  async #createNew(): Promise<Chatroom> {
    try {
      return await this.#session.request('POST', '/api/chatroom', { name: this.name, owner: null })
    } catch (error) {
      // Somebody else was quicker.
      if (error instanceof ParlourError && error.status === 409) return this.show()
      throw error
    }
  }

  show(): Promise<Chatroom> {
    return this.#session.request('GET', this.#path, undefined, { isNamed: true })
  }

  join(): Promise<Member> {
    return this.#session.request('PUT', this.#path, {} satisfies JoinBody, { isNamed: true })
  }

  async leave(): Promise<void> {
    const { userName = '' } = this.#session.identity.current ?? {}
    const path = `${this.#path}/member/${encodeURIComponent(userName)}`
    await this.#session.request('DELETE', path, undefined, { isNamed: true })
  }

  send(text: string, options: SendOptions = {}): Sending {
    return this.#outbox.add(text, options)
  }

  get outbox(): readonly Sending[] {
    return this.#outbox.messages
  }

  onOutbox(changed: () => void): () => void {
    return this.#outbox.watch(changed)
  }

  async page(asked: Range & { limit?: number } = {}): Promise<{ messages: Message[]; more: boolean }> {
    const { messages, next } = await this.#session.request<MessageList>(
      'GET',
      `${this.#path}/message`,
      undefined,
      { query: asked, isNamed: true },
    )
    if (!Array.isArray(messages)) throw notParlour(this.#session.url)
    return { messages, more: next !== null }
  }

  async *history({ before, after }: Range = {}): AsyncIterableIterator<Message> {
    for (;;) {
      const range = after !== undefined ? { after } : before !== undefined ? { before } : {}
      const { messages, more } = await this.page({ ...range, limit: PAGE })
      yield* after === undefined ? messages.toReversed() : messages
      if (!more) return
      if (after === undefined) before = messages[0]?.seq
      else after = messages.at(-1)?.seq
    }
  }

  edit(seq: number, text: string): Promise<Message> {
    const body = { message: text } satisfies MessageBody
    return this.#session.request('PATCH', this.#message(seq), body, { isNamed: true })
  }

  remove(seq: number): Promise<Message> {
    return this.#session.request('DELETE', this.#message(seq), undefined, { isNamed: true })
  }

  async report(seq: number, reason: string): Promise<void> {
    const body = { reason } satisfies ReportBody
    await this.#session.request('POST', `${this.#message(seq)}/report`, body, { isNamed: true })
  }

  subscribe(onEvent: (event: RoomEvent) => void, options: SubscribeOptions = {}): Subscription {
    const subscription = new ReconnectingSubscription({
      ...options,
      session: this.#session,
      path: this.#path,
      onEvent: (event) => {
        this.#trackPresence(event)
        onEvent(event)
      },
      onConnection: (connection) => {
        if (connection.state === 'closed' && !connection.problem) this.#subscriptions.delete(subscription)
        options.onConnection?.(connection)
      },
    })
    this.#subscriptions.add(subscription)
    return subscription
  }

  #trackPresence(event: RoomEvent): void {
    if (event.type === 'hello' || event.type === 'present') this.#present.clear()
    if (event.type === 'present') for (const name of event.userNames) this.#present.add(name)
    if (event.type !== 'presence') return
    if (event.present) this.#present.add(event.userName)
    else this.#present.delete(event.userName)
  }

  typing(): void {
    if (Date.now() - this.#lastTyping < REPEAT_TYPING_MILLISECONDS) return
    this.#lastTyping = Date.now()
    for (const subscription of this.#subscriptions) subscription.send('{"type":"typing"}')
  }

  async presence(): Promise<readonly string[]> {
    return [...this.#present]
  }
}
