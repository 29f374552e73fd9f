import type { Chatroom } from '../../contract/index.ts'
import type { Connection, Parlour, Room, RoomEvent, Sending, Subscription } from '../types.ts'
import { unconfirmed } from './rows.ts'
import { type Entry, Timeline } from './timeline.ts'

/** How long somebody is said to be typing; the client says so again sooner. */
const TYPING_MILLISECONDS = 4000
/** So many messages are kept at hand while nobody reads the older ones. */
const KEPT = 600
/** How soon another try is made to load the newest messages; from then on, the client has its own times. */
const RETRY_MILLISECONDS = 5000
const FIRST_PAGE = 60
const PAGE = 100

export type Hooks = {
  /** Something is different. */
  changed: () => void
  /** Somebody has said something just now. */
  arrived: (entry: Entry, isMine: boolean) => void
}

/** Whether trying again may help. */
const isPassing = ({ status = 0 }: { status?: number }): boolean =>
  status === 0 || status === 429 || status >= 500

/** One room as the element shows it: what the client gives, put together. Knows nothing of how it looks. */
export class Conversation {
  readonly timeline = new Timeline()
  connection: Connection = { state: 'connecting' }
  /** What the room says of itself, once it is known. */
  about: Chatroom | undefined
  isDeleted = false
  banned: { until: string | null; reason: string | null } | undefined
  /** Whether the newest page is here. */
  isLoaded = false
  isLoadingOlder = false
  people: readonly string[] = []
  readonly #typing = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #client: Parlour
  readonly #room: Room
  readonly #hooks: Hooks
  readonly #followed = new WeakSet<Promise<unknown>>()
  #subscription: Subscription | undefined
  #endOutbox: (() => void) | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #isOpen = false

  constructor(client: Parlour, name: string, hooks: Hooks) {
    this.#client = client
    this.#room = client.room(name)
    this.#hooks = hooks
  }

  get name(): string {
    return this.#room.name
  }

  get outbox(): readonly Sending[] {
    return unconfirmed(this.#room.outbox, this.timeline.entries, this.#client.userName)
  }

  get typists(): string[] {
    return [...this.#typing.keys()].filter((name) => name !== this.#client.userName)
  }

  open(): void {
    this.#isOpen = true
    this.#endOutbox = this.#room.onOutbox(() => this.#watchOutbox())
    this.#watchOutbox()
    void this.#start()
  }

  close(): void {
    this.#isOpen = false
    clearTimeout(this.#retry)
    this.#endOutbox?.()
    this.#subscription?.close()
    for (const timer of this.#typing.values()) clearTimeout(timer)
  }

  /** Another try to begin, where there was none that went well. */
  readonly again = () => {
    if (this.#isOpen && !this.#subscription) void this.#start()
  }

  #enter(connection: Connection): void {
    if (!this.#isOpen) return
    this.connection = connection
    if (connection.state === 'live') this.isDeleted = false
    if (connection.state === 'live' && !this.about) void this.#describe()
    this.#hooks.changed()
  }

  /**
   * Creates the room if it does not exist yet, so that all its visitors meet in it at once. Then loads the newest page and listens
   * from there on, so that nothing is missed in between.
   */
  async #start(): Promise<void> {
    clearTimeout(this.#retry)
    let after = 0
    try {
      this.about = await this.#room.create()
      after = await this.#newest()
    } catch (error) {
      if (!this.#isOpen || this.#subscription) return
      const problem = error as Error & { status?: number }
      if (isPassing(problem)) {
        this.#retry = setTimeout(this.again, RETRY_MILLISECONDS)
        const until = Date.now() + RETRY_MILLISECONDS
        const server = this.#client.url
        return this.#enter({ state: 'waiting', until, reason: problem.message, server })
      }
      const isMissing = !this.about && [401, 403, 404].includes(problem.status ?? 0)
      if (!isMissing) return this.#enter({ state: 'closed', problem })
      this.timeline.addPage([], false)
      this.#enter({ state: 'no room', problem })
    }
    if (!this.#isOpen || this.#subscription) return
    this.isLoaded = true
    this.#subscription = this.#room.subscribe((event) => this.#take(event), {
      after,
      onConnection: (connection) => this.#enter(connection),
    })
    this.#hooks.changed()
  }

  /**
   * Gives the number of the newest message on the page. The timeline may know of a later one, just sent from here, and nothing
   * of those in between.
   */
  async #newest(): Promise<number> {
    const { messages, more } = await this.#room.page({ limit: FIRST_PAGE })
    this.timeline.addPage(messages, more)
    this.#hooks.changed()
    return messages.at(-1)?.seq ?? 0
  }

  /** Loads what the room is called. The room works without it. */
  async #describe(): Promise<void> {
    this.about = await this.#room.show().catch(() => this.about)
    this.#hooks.changed()
  }

  /** Loads the page before the first message that is here. */
  async older(): Promise<void> {
    const before = this.timeline.first
    if (this.isLoadingOlder || !this.timeline.hasMore || before === undefined) return
    this.isLoadingOlder = true
    this.#hooks.changed()
    try {
      const { messages, more } = await this.#room.page({ before, limit: PAGE })
      // It may have been cleared meanwhile, or cut.
      if (this.timeline.first === before) this.timeline.addPage(messages, more)
    } catch {
      // Whoever scrolls on asks again.
    } finally {
      this.isLoadingOlder = false
      this.#hooks.changed()
    }
  }

  /** Lets go of what is far above, once the reader is at the end. */
  trim(): void {
    this.timeline.trim(KEPT)
  }

  #take(event: RoomEvent): void {
    const { last } = this.timeline
    this.timeline.apply(event)
    switch (event.type) {
      case 'message':
        this.#stopTyping(event.userName)
        if (event.seq > last) this.#hooks.arrived(event, this.isMine(event))
        break
      case 'typing':
        this.#stopTyping(event.userName)
        this.#typing.set(
          event.userName,
          setTimeout(() => this.#stopTyping(event.userName), TYPING_MILLISECONDS),
        )
        break
      case 'hello':
      case 'present':
      case 'presence':
        void this.#room.presence().then((people) => {
          this.people = people
          this.#hooks.changed()
        })
        break
      case 'reset':
        this.#newest().catch(this.again)
        break
      case 'room':
        this.isDeleted = event.chatroom === null
        this.about = event.chatroom ?? undefined
        break
      case 'banned':
        this.banned = event
        break
    }
    this.#hooks.changed()
  }

  #stopTyping(name: string | null): void {
    if (name === null) return
    clearTimeout(this.#typing.get(name))
    if (this.#typing.delete(name)) this.#hooks.changed()
  }

  isMine({ userName }: Entry): boolean {
    return userName !== null && userName === this.#client.userName
  }

  /** What is sent stands in the log before the event about it has come. */
  #watchOutbox(): void {
    for (const sending of this.#room.outbox) {
      const { done } = sending
      if (this.#followed.has(done)) continue
      this.#followed.add(done)
      done.then(
        (message) => {
          this.timeline.add(message)
          this.#hooks.changed()
        },
        () => this.#hooks.changed(),
      )
    }
    this.#hooks.changed()
  }

  send(text: string): void {
    this.#room.send(text, { createRoom: true })
  }

  typing(): void {
    this.#room.typing()
  }

  async edit(seq: number, text: string): Promise<void> {
    this.timeline.add(await this.#room.edit(seq, text))
  }

  async remove(seq: number): Promise<void> {
    this.timeline.add(await this.#room.remove(seq))
  }

  report(seq: number, reason: string): Promise<void> {
    return this.#room.report(seq, reason)
  }
}
