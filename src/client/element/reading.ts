import { html, nothing } from 'lit/html.js'
import { KeptMarks } from './kept-marks.ts'
import { mentionsReader } from './mentions.ts'
import { ReadMark } from './read-mark.ts'
import css from './styles/reading.css'
import type { Entry } from './timeline.ts'
import { toolIcons } from './tool-icons.ts'
import type { ViewContext } from './view-context.ts'

/** The number of mentions that are counted at most. */
const MAX_MENTIONS = 100

/** The view of the log that shows how far the reader has read. */
export type ReadingHooks = {
  /** The number of the newest message when the room was opened. */
  last: number
  /** Shows the messages around one, if the reader is at the end. Returns whether it does. */
  center: (seq: number) => boolean
}

/** How far the reader has read the room: the line above the first new message, the number of new ones, and of new mentions. */
export class Reading {
  /** The number of the first new message. The line above it stays until the reader answers or a new first one arrives. */
  marker: number | undefined
  /** The number of new messages that the reader hasn't seen. */
  count = 0
  /** The reader's mark, once it is loaded. */
  #mark: ReadMark | undefined
  /** The user whose mark it is. */
  #userId: number | undefined
  /** True once it is known that the reader is a member: the server keeps the marks of members. */
  #isMember = false
  /** True until the log has been scrolled to the first new message. */
  #isStarting = false
  /** The numbers of messages that mention the reader: at least the new ones. */
  readonly #mentions = new Set<number>()
  readonly #context: ViewContext
  readonly #hooks: ReadingHooks

  constructor(context: ViewContext, hooks: ReadingHooks) {
    context.adopt(css)
    this.#context = context
    this.#hooks = hooks
    void this.#load()
  }

  /** Loads the mark of whoever reads now, and goes to the first new message when the room was just opened. */
  async #load(): Promise<void> {
    const { activeClient, conversation } = this.#context
    const { name, timeline } = conversation
    const { userId, hasToken, url } = activeClient
    this.#userId = userId
    this.#isMember = false
    const room = { name, createdAt: conversation.chatroom?.createdAt ?? '', userId }
    const keptMarks = new KeptMarks(url)
    const asked = hasToken ? activeClient.chatrooms({ name }).catch(() => undefined) : undefined
    const own = (await asked)?.chatrooms[0]
    const isSame = () => this.#context.conversation === conversation && activeClient.userId === userId
    if (!isSame()) return
    const kept = keptMarks.get(room)
    // A member who has never read starts at the end of a long room, and at the beginning of a short one.
    const isNew = kept === undefined && !own?.readSeq && (!own || timeline.live.hasMore)
    const known = isNew ? this.#hooks.last : Math.max(kept ?? 0, own?.readSeq ?? 0)
    const seq = Math.max(Math.min(known, timeline.last), this.#mark?.seq ?? 0)
    const [first, ...others] = this.#mark ? [] : this.#unread(seq)
    this.#isMember = own !== undefined
    this.#mark = new ReadMark(seq, (read, isLeaving) => {
      keptMarks.set(room, read)
      if (!this.#isMember || !hasToken || !isSame() || conversation.isDeleted) return true
      if (conversation.connection.state !== 'live' && !isLeaving) return false
      activeClient
        .room(name)
        .markRead(read, isLeaving)
        .catch(() => {})
      return true
    })
    // The next visit starts here, also if nothing is read in this one.
    if (kept === undefined) keptMarks.set(room, seq)
    if (first) {
      this.marker = first.seq
      this.count = 1 + others.length
      this.#isStarting = this.#hooks.center(first.seq)
    }
    this.#context.requestUpdate()
    if (!own?.mentioned) return
    const mentions = await activeClient
      .mentions({ chatroom: name, limit: MAX_MENTIONS })
      .catch(() => undefined)
    if (!isSame()) return
    for (const { seq } of mentions?.messages ?? []) this.#mentions.add(seq)
    this.#context.requestUpdate()
  }

  /** Returns the messages after a number, oldest first. */
  #newer(seq: number): readonly Entry[] {
    const { entries } = this.#context.conversation.timeline
    return entries.slice(entries.findLastIndex((entry) => entry.seq <= seq) + 1)
  }

  #unread(seq: number): Entry[] {
    const { conversation } = this.#context
    return this.#newer(seq).filter((entry) => entry.message !== null && !conversation.isMine(entry))
  }

  /** Returns the number of the last message whose end is in view. */
  #lastInView(log: HTMLElement): number {
    const { bottom } = log.getBoundingClientRect()
    const rows = [...log.querySelectorAll<HTMLElement>('[data-key]')]
    const last = rows.findLast((row) => row.getBoundingClientRect().bottom <= bottom)
    return Number(last?.dataset.key ?? 0)
  }

  /** Scrolls to the line above the first new message when the room was just opened. Does nothing before it is rendered. */
  start(log: HTMLElement): void {
    const line = this.#isStarting && log.clientHeight > 0 && log.querySelector('.marker')
    if (!line) return
    this.#isStarting = false
    log.scrollTop += line.getBoundingClientRect().top - log.getBoundingClientRect().top
  }

  /** Takes note of what the reader sees: the end of the log, or something further up, or nothing. */
  update(log: HTMLElement, isVisible: boolean, isAtEnd: boolean): void {
    const { activeClient, conversation } = this.#context
    if (activeClient.userId !== this.#userId) void this.#load()
    const mark = this.#mark
    if (this.#isStarting && !conversation.timeline.find(this.marker ?? 0)) this.#isStarting = false
    if (!mark || this.#isStarting) return
    const newer = this.#newer(mark.seq)
    for (const entry of newer) {
      if (conversation.isMine(entry)) this.#isMember = true
      if (mentionsReader(entry, this.#context)) this.#mentions.add(entry.seq)
    }
    const last = newer.at(-1)
    if (isVisible && last) mark.move(isAtEnd ? last.seq : this.#lastInView(log))
    const unread = this.#unread(mark.seq)
    if (this.count === 0) this.marker = unread[0]?.seq ?? this.marker
    this.count = unread.length
  }

  /** Removes the line: the reader has written something. */
  answered(): void {
    this.marker = undefined
    this.#isStarting = false
  }

  /** Renders the button that lists the messages that mention the reader, with the number of new ones. */
  button(): unknown {
    const { activeClient, conversation, localizer, side } = this.#context
    const { strings } = localizer
    const { seq: read = 0 } = this.#mark ?? {}
    if (activeClient.userName === undefined) return nothing
    const isNew = (seq: number) => seq > read && conversation.timeline.find(seq)?.message !== null
    const count = [...this.#mentions].filter(isNew).length
    const opener = '[part=mentions-button]'
    return html`<button
      class="icon"
      part="mentions-button"
      title=${count > 0 ? localizer.count(strings.mentionCount, count) : strings.mentions}
      @click=${() => side.open({ isMentions: true, opener })}
    >
      ${toolIcons.mention}
      ${count > 0 ? html`<b class="badge" part="badge" aria-hidden="true">${localizer.number(count)}</b>` : nothing}
    </button>`
  }
}

export const reading = (context: ViewContext, hooks: ReadingHooks): Reading => new Reading(context, hooks)
