import type {
  Chatroom,
  ClientFrame,
  JoinBody,
  Member,
  Message,
  MessageBody,
  MessageList,
  PinnedList,
  Reaction,
  ReactionList,
  ReportBody,
} from '../contract/index.ts'
import { REPEAT_TYPING_MILLISECONDS } from '../contract/typing.ts'
import { jsonOf, notParlour } from './error.ts'
import { Outbox } from './outbox.ts'
import type { RequestOptions, Session } from './session.ts'
import { type MessageFrame, ReconnectingSubscription } from './subscription.ts'
import type {
  HistoryPage,
  Room,
  RoomEvent,
  Sending,
  SendOptions,
  SubscribeOptions,
  Subscription,
} from './types.ts'

const PAGE = 100

const reactionPath = (seq: number, emoji = '') =>
  `/message/${seq}/reaction${emoji && `/${encodeURIComponent(emoji)}`}`

type Range = { before?: number | undefined; after?: number | undefined }

export class ChatRoom implements Room {
  declare readonly name: string
  /** Such as `/chatroom/lobby`. */
  declare readonly path: string
  readonly #session: Session
  readonly #outbox: Outbox
  readonly #subscriptions = new Set<ReconnectingSubscription>()
  #present = new Set<string>()
  #creation: Promise<Chatroom> | undefined
  #lastTyping = 0

  constructor(session: Session, name: string) {
    this.name = name
    this.#session = session
    this.path = `/chatroom/${encodeURIComponent(name)}`
    this.#outbox = new Outbox(session, this)
  }

  /** Sends a request to a path of the room, as the one who acts. */
  #request<T>(method: string, path = '', body?: unknown, options: RequestOptions = {}): Promise<T> {
    return this.#session.request(method, this.path + path, body, { ...options, isNamed: true })
  }

  create(): Promise<Chatroom> {
    this.#creation ??= this.#create().finally(() => {
      this.#creation = undefined
    })
    return this.#creation
  }

  async #create(): Promise<Chatroom> {
    // Looks first: a browser's console shows every 409 as an error.
    const path = `/api/chatroom?name=${encodeURIComponent(this.name)}`
    const { chatrooms } = await this.#session.request<{ chatrooms: Chatroom[] }>('GET', path)
    if (!Array.isArray(chatrooms)) throw notParlour(this.#session.url)
    const chatroom =
      chatrooms[0] ??
      (await this.#session
        .request<Chatroom>('POST', '/api/chatroom', { name: this.name, owner: null })
        .catch((error) => {
          // Somebody else was quicker.
          if (error.status === 409) return this.show()
          throw error
        }))
    for (const subscription of this.#subscriptions) subscription.retryNow()
    return chatroom
  }

  show(): Promise<Chatroom> {
    return this.#request('GET')
  }

  join(): Promise<Member> {
    return this.#request('PUT', '', {} satisfies JoinBody)
  }

  /** The path of the member who acts. */
  get #ownPath(): string {
    return `/member/${encodeURIComponent(this.#session.identity.current?.userName ?? '')}`
  }

  leave(): Promise<void> {
    return this.#request('DELETE', this.#ownPath)
  }

  async markRead(seq: number, isLeaving = false): Promise<void> {
    for (const subscription of this.#subscriptions)
      if (!isLeaving && subscription.sendAsUser({ type: 'mark', seq } satisfies ClientFrame)) return
    await this.#request('PUT', `${this.#ownPath}/read`, { seq }, { keepalive: true })
  }

  send(text: string, options: SendOptions = {}): Sending {
    return this.#outbox.add(text, options)
  }

  /** Sends a message as a frame on an open connection. Resolves without it if it may not be stored. */
  async sendFrame(frame: MessageFrame, isWanted: () => boolean): Promise<Message | undefined> {
    // Waits for a room that is being made: a browser's console shows every 404 as an error.
    await this.#creation?.catch(() => {})
    for (const subscription of this.#subscriptions) {
      const message = isWanted() && (await subscription.sendMessage(frame))
      if (message) return message
    }
    return undefined
  }

  retryNow(): void {
    for (const subscription of this.#subscriptions)
      if ('until' in subscription.connection) subscription.retryNow()
  }

  get outbox(): readonly Sending[] {
    return this.#outbox.messages
  }

  onOutbox(changed: () => void): () => void {
    return this.#outbox.watch(changed)
  }

  async page(query: Parameters<Room['page']>[0] = {}): Promise<HistoryPage> {
    const answer = await this.#session.fetch(`${this.path}/message`, { query, isNamed: true })
    const { messages, quoted = [], previous, next } = await jsonOf<MessageList>(answer)
    if (!Array.isArray(messages)) throw notParlour(this.#session.url)
    const seq = Number(answer.headers.get('Parlour-Seq'))
    this.#outbox.see(seq)
    return { messages, quoted, more: next !== null, older: !!previous, next, seq }
  }

  /** Returns a page and all that follow it. */
  async *#pages<Page extends { next: string | null }>(first: Promise<Page>): AsyncIterableIterator<Page> {
    for (let page = await first; ; page = await this.#session.request<Page>('GET', page.next)) {
      yield page
      if (!page.next) return
    }
  }

  async *history({ before, after }: Range = {}): AsyncIterableIterator<Message> {
    const isForward = after !== undefined
    const pages = this.#pages<Pick<HistoryPage, 'messages' | 'next'>>(
      this.page({ before: isForward ? undefined : before, after, limit: PAGE }),
    )
    for await (const { messages } of pages) yield* isForward ? messages : messages.reverse()
  }

  edit(seq: number, text: string): Promise<Message> {
    return this.#request('PATCH', `/message/${seq}`, { message: text } satisfies MessageBody)
  }

  remove(seq: number): Promise<Message> {
    return this.#request('DELETE', `/message/${seq}`)
  }

  react(seq: number, emoji: string): Promise<Message> {
    return this.#request('PUT', reactionPath(seq, emoji), {})
  }

  unreact(seq: number, emoji: string): Promise<Message> {
    return this.#request('DELETE', reactionPath(seq, emoji))
  }

  async *reactions(seq: number, emoji?: string): AsyncIterableIterator<Reaction> {
    const query = { reaction: emoji, limit: PAGE }
    const first = this.#request<ReactionList>('GET', reactionPath(seq), undefined, { query })
    for await (const { reactions } of this.#pages(first)) yield* reactions
  }

  pin(seq: number): Promise<Chatroom> {
    return this.#request('PUT', `/pin/${seq}`)
  }

  unpin(seq: number): Promise<Chatroom> {
    return this.#request('DELETE', `/pin/${seq}`)
  }

  async pinned(): Promise<Message[]> {
    return (await this.#request<PinnedList>('GET', '/pin')).messages
  }

  report(seq: number, reason: string): Promise<void> {
    return this.#request('POST', `/message/${seq}/report`, { reason } satisfies ReportBody)
  }

  subscribe(onEvent: (event: RoomEvent) => void, options: SubscribeOptions = {}): Subscription {
    const subscription = new ReconnectingSubscription({
      ...options,
      session: this.#session,
      path: this.path,
      onEvent: (event) => {
        if ('seq' in event) this.#outbox.see(event.seq, event.type === 'reset')
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
    if (event.type === 'hello') this.#present.clear()
    if (event.type === 'present') this.#present = new Set(event.userNames)
    if (event.type === 'presence') this.#present[event.present ? 'add' : 'delete'](event.userName)
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
