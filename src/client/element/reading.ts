import { html, nothing } from 'lit/html.js'
import { lazily } from '../lazy.ts'
import { openStorage } from '../storage.ts'
import { button } from './controls.ts'
import { HeldMessages } from './held-messages.ts'
import { KeptMarks } from './kept-marks.ts'
import { mentionsReader } from './mentions.ts'
import { Notices } from './notices.ts'
import { notifyButton } from './notifications.ts'
import { tellUnread } from './page-events.ts'
import { ReadMark } from './read-mark.ts'
import type { ReportNews } from './report-news.ts'
import { reportsKey } from './reports-key.ts'
import type { Entry } from './timeline.ts'
import * as toolIcons from './tool-icons.ts'
import { countBy } from './unread-counters.ts'
import type { ViewContext } from './view-context.ts'

const loadOwnReactions = lazily(() => import('./own-reactions.ts'))
const loadReports = lazily(() => import('./report-news.ts'))

/** The number of mentions that are counted at most. */
const MAX_MENTIONS = 100

/** The view of the log that shows how far the reader has read. */
export type ReadingHooks = {
  /** The number of the newest message when the room was opened. */
  last: number
  /** Shows the messages around one, if the reader is at the end. Returns whether it does. */
  center: (seq: number) => boolean
}

/** Shows the place up to which the reader has read: the line above the first new message, the number of new ones, and of new mentions. */
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
  /** The number of unread messages when the room was opened; 100 stands for more. */
  #unreadAtServer = 0
  /** The numbers of messages that mention the reader: at least the new ones. */
  readonly #mentions = new Set<number>()
  readonly #held: HeldMessages
  /** Set in a browser in which somebody has reported a message. */
  #reports: ReportNews | undefined
  readonly #notices: Notices
  readonly #context: ViewContext
  readonly #hooks: ReadingHooks

  constructor(context: ViewContext, hooks: ReadingHooks) {
    this.#context = context
    this.#hooks = hooks
    this.#notices = new Notices(context)
    this.#held = new HeldMessages(context, this.#notices)
    const { conversation, activeClient } = context
    conversation.held = this.#held
    const withReports = (act?: (reports: ReportNews) => unknown) =>
      loadReports().then(({ reportNews }) => {
        this.#reports ??= reportNews(context, { conversation, activeClient }, this.#notices)
        act?.(this.#reports)
        context.requestUpdate()
      })
    conversation.reported = (seq) => void withReports((reports) => reports.add(seq))
    if (openStorage('localStorage').get(reportsKey(context))) withReports().catch(() => {})
    countBy(conversation, () => this.#recount())
    void this.#load()
  }

  /** Loads the mark of the present reader, and goes to the first new message when the room was just opened. */
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
    const isFirst = this.#mark === undefined
    this.#isMember = own !== undefined
    this.#unreadAtServer = own?.unread ?? 0
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
    // The page's address may have led to a message.
    if (isFirst && !this.#context.jumps.options) {
      this.#isStarting = true
      if (this.#hasGap) await this.#goBack(seq)
      if (isSame()) this.#begin()
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

  /** True while there may be unread messages that aren't loaded. */
  get #hasGap(): boolean {
    const { live } = this.#context.conversation.timeline
    const first = live.entries[0]?.seq ?? 0
    return live.hasMore && (this.#mark?.seq ?? first) + 1 < first
  }

  /** Shows the messages around the first one after a number, which is not loaded. */
  async #goBack(seq: number): Promise<void> {
    const { activeClient, conversation, jumps } = this.#context
    const room = activeClient.room(conversation.name)
    const page = await room.page({ after: seq, limit: 1 }).catch(() => undefined)
    const first = page?.messages[0]
    if (first && this.#context.conversation === conversation)
      await new Promise((arrived) => jumps.open({ seq: first.seq, arrived }))
  }

  /** Goes to the first new message. */
  #begin(): void {
    const unread = this.#unread()
    const [first] = unread
    if (first) this.marker = first.seq
    this.count = unread.length
    this.#isStarting = first !== undefined && this.#hooks.center(first.seq)
  }

  /** Returns the messages after the mark that are loaded, oldest first. */
  #newer(): readonly Entry[] {
    const { live, shown } = this.#context.conversation.timeline
    const last = shown.entries.at(-1)?.seq ?? 0
    const entries =
      shown === live ? live.entries : [...shown.entries, ...live.entries.filter(({ seq }) => seq > last)]
    return entries.slice(entries.findLastIndex(({ seq }) => seq <= (this.#mark?.seq ?? seq)) + 1)
  }

  #unread(): Entry[] {
    const { conversation } = this.#context
    return this.#newer().filter((entry) => entry.message !== null && !conversation.isMine(entry))
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
    if (activeClient.userId !== this.#userId) {
      this.#notices.clear()
      this.#mentions.clear()
      loadOwnReactions()
        .then(({ find }) => find(this.#context))
        .catch(() => {})
      void this.#load()
    }
    const mark = this.#mark
    // The line may have gone with its message.
    if (this.marker !== undefined && !conversation.timeline.find(this.marker)) this.answered()
    if (!mark || this.#isStarting) return
    const last = this.#noteNewer().at(-1)
    if (isVisible && last) mark.move(isAtEnd ? last.seq : this.#lastInView(log))
    this.#recount()
  }

  /** Takes note of what the new messages say of the reader. Returns them. */
  #noteNewer(): readonly Entry[] {
    const newer = this.#newer()
    for (const entry of newer) {
      if (this.#context.conversation.isMine(entry)) this.#isMember = true
      if (mentionsReader(entry, this.#context)) this.#mentions.add(entry.seq)
    }
    return newer
  }

  /** Counts the new messages, and tells the page's scripts of it. */
  #recount(): void {
    const { conversation } = this.#context
    if (!this.#mark || this.#isStarting) return
    this.#noteNewer()
    const unread = this.#unread()
    if (this.count === 0) this.marker = unread[0]?.seq ?? this.marker
    this.count = unread.length
    tellUnread(this.#context, {
      chatroom: conversation.name,
      unread: this.#count,
      mentioned: this.#mentionCount,
    })
  }

  /** Removes the line: the reader has written something. */
  answered(): void {
    this.marker = undefined
    this.ended()
  }

  /** The reader has gone to the end. */
  ended(): void {
    this.#isStarting = false
  }

  /** The number of new messages, also of those that aren't loaded. */
  get #count(): number {
    return this.#hasGap ? Math.max(this.count, this.#unreadAtServer) : this.count
  }

  /** The number of new messages that mention the reader. */
  get #mentionCount(): number {
    const { seq: read = 0 } = this.#mark ?? {}
    const { timeline } = this.#context.conversation
    return [...this.#mentions].filter((seq) => seq > read && timeline.find(seq)?.message !== null).length
  }

  /** Returns the number of new messages in words: `100+` where there are more than are loaded. */
  #label(): string {
    const { localizer } = this.#context
    const count = this.#count
    const text = localizer.pluralForm(localizer.strings.unread, count)
    return localizer.insert(text, `${localizer.number(count)}${this.#hasGap ? '+' : ''}`).join('')
  }

  /** Renders the button that goes to the end, with the number of new messages. */
  newestButton(click: () => void): unknown {
    const isNew = this.count > 0
    const label = this.#label()
    const text = isNew ? label : html`<span class="unseen">${label}</span>`
    return button([toolIcons.down, text], click, isNew ? 'new-messages' : 'latest', 'newest')
  }

  /** Renders the buttons of the header for what concerns the reader, and below it what a moderator has decided. */
  buttons(): unknown {
    this.#reports?.follow()
    return [this.#held.button(), this.#mentionsButton(), notifyButton(this.#context), this.#notices.render()]
  }

  /** Renders the button that lists the messages that mention the reader, with the number of new ones. */
  #mentionsButton(): unknown {
    const { activeClient, localizer, side } = this.#context
    const { strings } = localizer
    if (activeClient.userName === undefined) return nothing
    const count = this.#mentionCount
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
