import type { Chatroom } from '../../contract/index.ts'
import { isTemporary } from '../error.ts'
import type {
  Connection,
  FileToSend,
  HistoryPage,
  Parlour,
  Room,
  RoomEvent,
  Sending,
  Subscription,
} from '../types.ts'
import type { HeldState } from './held-state.ts'
import { Outgoing, type Owned } from './outgoing.ts'
import { problemType } from './problem-text.ts'
import { Timeline } from './timeline.ts'

/** The number of messages that are kept while nobody reads the older ones. */
const MAX_ENTRIES = 600
/** The delay before loading messages is tried again. The client connects again by its own times. */
const RETRY_MILLISECONDS = 5000
const FIRST_PAGE = 60
const PAGE = 100

export type Hooks = {
  /** Returns whether the connection stays while the page is hidden. */
  keepalive: () => boolean
  /** Something has changed. */
  changed: () => void
  /** Loads the part that shows files. */
  loadFiles: () => Promise<unknown>
  /** The server has refused a message. */
  refused: (sending: Sending, problem: Error) => void
  /** Something has happened in the room. The timeline has it already. */
  happened: (event: RoomEvent, conversation: Conversation) => void
}

/** The state of one room: its messages, its connection and the people in it. Knows nothing of the document. */
export class Conversation {
  readonly timeline = new Timeline()
  connection: Connection = { state: 'connecting' }
  /** True once it has been connected. */
  wasLive = false
  /** Why the newest messages could not be loaded. */
  startProblem: Error | undefined
  /** The room's settings, once they are loaded. */
  chatroom: Chatroom | undefined
  isDeleted = false
  /** Set once the part `later.ts` is loaded. */
  declare held: HeldState | undefined
  /** Remembers that the reader has reported a message, to tell what becomes of that. Set with `held`. */
  declare reported: ((seq: number) => void) | undefined
  /** True once it is known that the reader moderates the room. */
  isModerator = false
  ban: { until: string | null; reason: string | null } | undefined
  /** True once the newest page is loaded. */
  isLoaded = false
  isLoadingOlder = false
  #loadingOlder: Promise<void> | undefined
  readonly #client: Parlour
  readonly #room: Room
  readonly #hooks: Hooks
  readonly #outgoing: Outgoing
  #subscription: Subscription | undefined
  #ends: (() => void)[] = []
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #isOpen = false

  constructor(client: Parlour, name: string, hooks: Hooks) {
    this.#client = client
    this.#room = client.room(name)
    this.#hooks = hooks
    this.#outgoing = new Outgoing(client, this.#room, {
      changed: hooks.changed,
      refused: hooks.refused,
      stored: (message) => {
        this.timeline.add(message)
        hooks.changed()
      },
    })
  }

  get name(): string {
    return this.#room.name
  }

  get outbox(): readonly Sending[] {
    return this.#outgoing.pending(this.timeline.live.entries)
  }

  open(): void {
    this.#isOpen = true
    this.#ends = [this.#outgoing.open(), this.#client.onIdentity(this.#hooks.changed)]
    void this.#start()
  }

  close(): void {
    this.#isOpen = false
    clearTimeout(this.#retryTimer)
    for (const end of this.#ends) end()
    this.#subscription?.close()
  }

  /** Starts again, unless the start has succeeded already. */
  readonly retryStart = () => {
    if (this.#isOpen && !this.#subscription) void this.#start()
  }

  #setConnection(connection: Connection): void {
    if (!this.#isOpen) return
    this.connection = connection
    if (connection.state === 'live') {
      // Settings that changed while there was no connection are in no event.
      if (this.wasLive || !this.chatroom) void this.#loadSettings()
      this.isDeleted = false
      this.wasLive = true
    }
    this.#hooks.changed()
  }

  /**
   * Creates the room if it does not exist yet, so that all its visitors meet in it at once. Beside that, loads the newest page, and then
   * listens from its end on, so that no message is missed in between.
   */
  async #start(): Promise<void> {
    clearTimeout(this.#retryTimer)
    let after = 0
    // A browser's console shows every 404 as an error.
    const newest = this.#room.page({ limit: FIRST_PAGE, ifMissing: 'empty' })
    newest.catch(() => {})
    try {
      this.chatroom = await this.#room.create()
      this.#hooks.changed()
      const page = await newest
      // Images that come into messages that are shown already would move them.
      if (page.messages.some(({ files }) => files?.length)) await this.#hooks.loadFiles()
      after = this.#addNewest(page)
    } catch (error) {
      if (!this.#isOpen || this.#subscription) return
      const problem = error as Error
      this.startProblem = problem
      const isMissing = /^(chatroom-(not-found|limit)|not-allowed|token-required)$/.test(problemType(problem))
      if (isTemporary(problem) && !isMissing) {
        this.#retryTimer = setTimeout(this.retryStart, RETRY_MILLISECONDS)
        const until = Date.now() + RETRY_MILLISECONDS
        return this.#setConnection({
          state: 'waiting',
          until,
          reason: problem.message,
          server: this.#client.url,
        })
      }
      if (this.chatroom || !isMissing) return this.#setConnection({ state: 'closed', problem })
      this.timeline.addPage([], false, 0)
      this.#setConnection({ state: 'no room', problem })
    }
    if (!this.#isOpen || this.#subscription) return
    this.isLoaded = true
    this.#subscription = this.#room.subscribe((event) => this.#receive(event), {
      after,
      onConnection: (connection) => this.#setConnection(connection),
      keepalive: this.#hooks.keepalive,
    })
    this.#hooks.changed()
  }

  /**
   * Adds the newest page. Returns the number of its last message. The timeline may have a later one, just sent from here, but none of
   * those in between.
   */
  #addNewest({ messages, more, seq, quoted }: HistoryPage): number {
    this.timeline.addPage(messages, more, seq, quoted)
    this.#hooks.changed()
    return messages.at(-1)?.seq ?? 0
  }

  /** Loads the newest page after a reset, if need be several times. */
  readonly #reload = (): void => {
    clearTimeout(this.#retryTimer)
    this.#room.page({ limit: FIRST_PAGE }).then(
      (page) => this.#addNewest(page),
      () => {
        if (this.#isOpen) this.#retryTimer = setTimeout(this.#reload, RETRY_MILLISECONDS)
      },
    )
  }

  /** Loads the room's settings. The room works without them. */
  async #loadSettings(): Promise<void> {
    const before = this.chatroom
    const loaded = await this.#room.show().catch(() => before)
    // An event that came meanwhile is newer.
    if (this.chatroom === before) this.chatroom = loaded
    this.#hooks.changed()
  }

  /** Loads the page before the first message that is loaded. */
  loadOlder(): Promise<void> {
    this.#loadingOlder ??= this.#loadOlder().finally(() => {
      this.#loadingOlder = undefined
      this.#hooks.changed()
    })
    return this.#loadingOlder
  }

  async #loadOlder(): Promise<void> {
    const before = this.timeline.first
    if (!this.timeline.shown.hasMore || before === undefined) return
    this.isLoadingOlder = true
    this.#hooks.changed()
    try {
      const { messages, more, seq, quoted } = await this.#room.page({ before, limit: PAGE })
      // The reader may have gone elsewhere meanwhile, and the timeline may have been cleared or trimmed.
      if (this.timeline.first !== before) return
      // A replica of the database may not have all older messages yet.
      if (seq >= before - 1) return this.timeline.addPage(messages, more, seq, quoted)
    } catch {
      // The next call loads it again.
    } finally {
      this.isLoadingOlder = false
      this.#hooks.changed()
    }
    // The view asks again with each change.
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS))
  }

  /** Drops the oldest messages, once the reader is at the end. */
  trim(): void {
    this.timeline.trim(MAX_ENTRIES)
  }

  #receive(event: RoomEvent): void {
    this.timeline.apply(event, 'userName' in event && this.isMine(event))
    switch (event.type) {
      case 'reset':
        this.#reload()
        break
      case 'room':
        this.isDeleted = event.chatroom === null
        this.chatroom = event.chatroom ?? undefined
        break
      case 'banned':
        this.ban = event
        break
      case 'message':
      case 'edit':
      case 'delete':
      case 'reaction':
      case 'typing':
      case 'hello':
      case 'present':
      case 'presence':
      case 'member':
      case 'held':
        break
      default:
        event satisfies never
    }
    this.#hooks.happened(event, this)
    this.#hooks.changed()
  }

  isMine(entry: Owned): boolean {
    return this.#outgoing.isMine(entry)
  }

  send(text: string, replyTo: number | undefined, files?: readonly FileToSend[]): void {
    this.#room.send(text, { createRoom: true, replyTo, files })
  }

  typing(): void {
    this.#room.typing()
  }
}
