import { html, nothing } from 'lit/html.js'
import type { HeldMessage } from '../../contract/index.ts'
import type { Parlour, Sending } from '../types.ts'
import { announce } from './announcer.ts'
import type { Conversation } from './conversation.ts'
import { textOrFiles } from './files/file-names.ts'
import type { HeldEvent, HeldState } from './held-state.ts'
import type { Notices } from './notices.ts'
import { problemType } from './problem-text.ts'
import * as toolIcons from './tool-icons.ts'
import type { ViewContext } from './view-context.ts'

type Page = { held: HeldMessage[]; next: string | null }

/** The number of messages that are loaded at once. */
const PAGE = 100
/** A replica of the database may not have younger messages yet. */
const REPLICA_MILLISECONDS = 60_000

/** Returns the path of the messages that wait in a room. */
export const heldPath = ({ name }: Conversation): string => `/chatroom/${encodeURIComponent(name)}/held`

/**
 * The messages that wait for approval in a room: those of others, for a reader who moderates it, and the reader's own, which are in the
 * outbox until somebody has decided. The server tells nobody else of them. They have no number, and stand in no log.
 */
export class HeldMessages implements HeldState {
  next: string | null = null
  readonly #messages = new Map<string, HeldMessage>()
  /** Those that were decided on. A list that comes later may be older than that. */
  readonly #decided = new Set<string>()
  /** The user and the connection for which they were loaded. */
  #userId: number | undefined
  #connection: unknown
  readonly #context: ViewContext
  /** The page may go to another room before the server has answered. */
  readonly #conversation: Conversation
  readonly #client: Parlour
  readonly #notices: Notices

  constructor(context: ViewContext, notices: Notices) {
    this.#context = context
    this.#conversation = context.conversation
    this.#client = context.activeClient
    this.#notices = notices
  }

  get #outbox(): readonly Sending[] {
    return this.#client.room(this.#conversation.name).outbox
  }

  get messages(): readonly HeldMessage[] {
    return [...this.#messages.values()].sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
  }

  /** Tells whether the reader has written it, and not somebody else in this browser. */
  #isOwn({ as }: Sending): boolean {
    return as !== undefined && this.#conversation.isMine(as)
  }

  /** Adds messages of others. Messages of those who moderate never wait, so a reader who is told of others' moderates. */
  #add(messages: readonly HeldMessage[]): void {
    for (const message of messages)
      if (!this.#decided.has(message.id) && !this.#conversation.isMine(message))
        this.#messages.set(message.id, message)
    this.#context.requestUpdate()
  }

  remove(id: string): void {
    this.#decided.add(id)
    this.#messages.delete(id)
    this.#context.requestUpdate()
  }

  isDecided(id: string): boolean {
    return this.#decided.has(id)
  }

  receive({ state, id, held }: HeldEvent): void {
    if (state === 'waiting') {
      if (!held || this.#messages.has(id)) return
      this.#add([held])
      // It is none of the reader's own.
      if (this.#messages.has(id))
        announce(
          this.#context.query('[aria-live=polite]'),
          `${this.label()}. ${held.userName}: ${textOrFiles(held)}`,
        )
      return
    }
    this.remove(id)
    const { strings, insert } = this.#context.localizer
    const own = this.#outbox.find((sending) => sending.held === id)
    own?.discard()
    if (own && this.#isOwn(own) && state === 'refused') {
      const text = textOrFiles({ message: own.text, files: own.files })
      this.#notices.add(insert(strings.notApproved, text).join(''))
    }
  }

  async load(): Promise<void> {
    const before = [...this.#messages.keys()]
    const page = await this.#page(`${heldPath(this.#conversation)}?limit=${PAGE}`)
    if (!page) return
    const { held, next } = page
    const ids = new Set(held.map(({ id }) => id))
    if (next === null) {
      for (const id of before) if (!ids.has(id)) this.#messages.delete(id)
      for (const own of this.#ownWaiting()) if (!ids.has(own.held ?? '')) own.discard()
    }
    this.next = next
    this.#add(held)
  }

  async loadOlder(): Promise<void> {
    const { next } = this
    const page = next !== null && (await this.#page(next))
    // The list may have been loaded anew meanwhile.
    if (!page || this.next !== next) return
    this.next = page.next
    this.#add(page.held)
  }

  /** Loads a page. Resolves to nothing if somebody else is the reader by then. */
  async #page(path: string): Promise<Page | undefined> {
    const { userId } = this.#client
    const page = await this.#client.request<Page>('GET', path)
    return this.#client.userId === userId ? page : undefined
  }

  /** Returns the reader's own messages of which the server can say whether they still wait. */
  #ownWaiting(): Sending[] {
    const until = Date.now() - REPLICA_MILLISECONDS
    return this.#outbox.filter((sending) => sending.held && sending.at < until && this.#isOwn(sending))
  }

  /** Drops the own messages of a reader without a token that wait no longer. */
  async #dropDecided(): Promise<void> {
    const query = new URLSearchParams({ userName: this.#client.userName ?? '' })
    for (const own of this.#ownWaiting())
      await this.#client
        .request('GET', `${heldPath(this.#conversation)}/${own.held}?${query}`)
        .catch((refusal) => {
          if (problemType(refusal) === 'held-not-found') own.discard()
        })
  }

  /** Loads the messages once for each connection: events from before it are lost. */
  #follow(): void {
    const { userId, userName, hasToken } = this.#client
    if (this.#userId !== userId) {
      this.#userId = userId
      this.#connection = undefined
      this.#messages.clear()
      this.next = null
    }
    const { connection, chatroom, isModerator } = this.#conversation
    if (!chatroom || connection.state !== 'live' || this.#connection === connection) return
    const mayWait = chatroom.approval !== 'none' || this.#ownWaiting().length > 0
    const { owner } = chatroom
    if (!mayWait && !isModerator && (owner === null || owner !== userName)) return
    this.#connection = connection
    void (hasToken ? this.load() : this.#dropDecided()).catch(() => {})
  }

  label(): string {
    const { localizer } = this.#context
    const { size } = this.#messages
    const count = `${localizer.number(size)}${this.next === null ? '' : '+'}`
    return localizer.insert(localizer.pluralForm(localizer.strings.toApprove, size), count).join('')
  }

  /** Renders the button that lists the messages, with their number. */
  button(): unknown {
    this.#follow()
    const { localizer, side } = this.#context
    const { size } = this.#messages
    if (size === 0) return nothing
    return html`<button
      class="icon"
      part="held-button"
      title=${this.label()}
      @click=${() => side.open({ isHeld: true, opener: '[part=held-button], [part=search-button]' })}
    >
      ${toolIcons.held}
      <b class="badge" part="badge" aria-hidden="true">${localizer.number(size)}</b>
    </button>`
  }
}
