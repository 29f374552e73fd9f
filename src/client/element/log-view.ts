import { html, nothing, type TemplateResult } from 'lit/html.js'
import type { Conversation } from './conversation.ts'
import { type KeyedItem, KeyedList } from './keyed-list.ts'
import type { MessageView } from './message-view.ts'
import type { Reading } from './reading.ts'
import { type Row, rowsOf } from './rows.ts'
import { Scroll } from './scroll.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'
import { Viewport } from './viewport.ts'

/** Older messages are loaded when so few loaded ones are left above the viewport. */
const LOAD_BELOW = 100
/** The number of rows that fill the log in most pages. They are painted first, and those above them in the next frame. */
const FIRST_PAINTED = 24

/** The messages, the reader's place in them, and the count of new ones. One message is in the tab order; arrow keys go to the others. */
export class LogView {
  readonly #context: ViewContext
  readonly #messages: MessageView
  readonly #viewport = new Viewport()
  /** The place up to which the reader has read. Undefined until it is loaded. */
  reading: Reading | undefined
  #readingOf: Conversation | undefined
  /** The number of the message that takes the focus with the next update. */
  #target: number | undefined
  /** The key of the message that is in the tab order. */
  #currentKey: string | undefined
  /** The log's element and its helpers, once it is rendered. */
  #rendered: { log: HTMLElement; rows: Element; list: KeyedList; scroll: Scroll } | undefined
  /** False until the room's newest messages are painted. Undefined until they are rendered. */
  #isPainted: boolean | undefined
  /** The number of the first message in the document. Undefined while there is none, or only those that are painted first. */
  #top: number | undefined
  /** False while the log is scrolled away, or in a closed `<details>`. */
  #isOnScreen = false
  readonly #onScreen = new IntersectionObserver((changes) => {
    this.#isOnScreen = changes.at(-1)?.isIntersecting === true
    this.updateReading()
  })

  constructor(context: ViewContext, messages: MessageView) {
    this.#context = context
    this.#messages = messages
  }

  /** Starts at the end of another room. */
  reset(): void {
    this.reading = undefined
    this.#readingOf = undefined
    this.#isPainted = undefined
    this.#viewport.follow()
    this.#rendered?.scroll.follow()
  }

  /** Loads how far the reader has read the room, once its newest messages are here. */
  async #loadReading(): Promise<void> {
    const { conversation } = this.#context
    if (!conversation.isLoaded || this.#readingOf === conversation) return
    this.#readingOf = conversation
    const { last } = conversation.timeline
    const later = await this.#context.loadLater()
    if (this.#readingOf !== conversation) return
    this.reading = later?.reading(this.#context, {
      last,
      center: (seq) => this.#rendered?.scroll.isFollowing === true && this.#center(seq),
    })
  }

  /** Goes to the end: the reader has written something. */
  answered(): void {
    this.reading?.answered()
    this.#toEnd()
  }

  #toEnd(): void {
    this.reading?.ended()
    const { timeline } = this.#context.conversation
    timeline.shown = timeline.live
    this.#viewport.follow()
    this.#rendered?.scroll.follow()
    this.#context.requestUpdate()
  }

  /** Shows a message that the timeline shows, and moves the focus to it. */
  show(seq: number): void {
    this.#center(seq)
    this.#target = seq
    this.#context.requestUpdate()
  }

  /** Keeps a message that is loaded in the document, and follows the end no longer. */
  #center(seq: number): boolean {
    const { timeline } = this.#context.conversation
    this.#viewport.center(timeline.entries, timeline.indexOf(seq))
    if (this.#rendered) this.#rendered.scroll.isFollowing = false
    return true
  }

  /** Returns which messages are in the document. `isEnd`: the newest one is. */
  #range() {
    const { timeline } = this.#context.conversation
    const { from, to } = this.#viewport.range(timeline.entries)
    return { from, to, isEnd: timeline.shown === timeline.live && to === timeline.entries.length }
  }

  /** Returns the reader's newest message that is shown. */
  lastOwn(): Entry | undefined {
    const { conversation } = this.#context
    const { from, to } = this.#range()
    const shown = conversation.timeline.entries.slice(from, to)
    return shown.findLast((entry) => conversation.isMine(entry) && entry.message !== null)
  }

  /** Takes note of the reader's place, and loads and shows the messages that come next. */
  readonly updateReading = (): void => {
    const { conversation } = this.#context
    if (!this.#rendered) return
    const { log, scroll } = this.#rendered
    const { entries } = conversation.timeline
    const { from, to, isEnd } = this.#range()
    this.reading?.start(log)
    const { isAtEnd, isNearStart, isNearEnd } = scroll.position()
    const isFollowing = isAtEnd && isEnd
    const before = [scroll.isFollowing, this.reading?.count].join()
    scroll.isFollowing = isFollowing
    const isVisible = this.#isOnScreen && log.ownerDocument.visibilityState === 'visible'
    this.reading?.update(log, isVisible, isFollowing)
    if (isFollowing) this.#viewport.follow()
    else this.#viewport.hold(entries[from]?.seq)
    if (before !== [isFollowing, this.reading?.count].join()) this.#context.requestUpdate()
    if (isNearStart && from > 0 && !isFollowing) {
      this.#viewport.up(entries)
      this.#context.requestUpdate()
    } else if (isNearEnd && to < entries.length) {
      this.#viewport.down(entries)
      this.#context.requestUpdate()
    }
    if (isNearStart && from < LOAD_BELOW && entries[from]?.seq === this.#top) void conversation.loadOlder()
    else if (isFollowing) conversation.trim()
  }

  readonly #focus = (event: FocusEvent): void => {
    const row = (event.target as Element).closest<HTMLElement>('[data-key]')
    if (!row || row.dataset.key === this.#currentKey) return
    this.#currentKey = row.dataset.key
    this.#context.requestUpdate()
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const row = event.target as HTMLElement
    const { key } = row.dataset
    if (!key) return
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!step) {
      const entry = this.#context.conversation.timeline.find(Number(key))
      if (entry) this.#messages.keydown(event, entry)
      return
    }
    const rows = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('[data-key]')]
    const next = rows[rows.indexOf(row) + step]
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    next.focus()
  }

  readonly #newest = () => {
    this.#toEnd()
    this.#context.focusOn('[part=input]')
  }

  template(): TemplateResult {
    return html`<div
        class="log"
        part="log"
        role="log"
        aria-live="off"
        aria-label=${this.#context.localizer.strings.messages}
        @scroll=${this.updateReading}
        @focusin=${this.#focus}
        @keydown=${this.#keydown}
      >
        <div class="rows"></div>
      </div>
      ${this.#rendered?.scroll.isFollowing === false ? this.reading?.newestButton(this.#newest) : nothing}`
  }

  /** Saves the reader's place before the document changes. */
  save(): void {
    this.#rendered?.scroll.save()
  }

  /** Renders the rows into the log, and restores the reader's place. */
  update(): void {
    const log = this.#context.query<HTMLElement>('.log')
    const rows = log?.firstElementChild
    if (!log || !rows) return
    if (this.#rendered?.log !== log) {
      this.#rendered = { log, rows, list: new KeyedList(), scroll: new Scroll(log, rows) }
      this.#messages.listen(log)
      this.#messages.warmUp(log)
      this.#onScreen.disconnect()
      this.#onScreen.observe(log)
    }
    this.#rendered.list.update(rows, this.#items())
    this.#rendered.scroll.restore()
    // The focus scrolls to the message. That comes before the reader's place is noted, which would be the end otherwise.
    if (this.#target !== undefined) this.#context.query<HTMLElement>(`[data-key="${this.#target}"]`)?.focus()
    this.#target = undefined
    this.updateReading()
    void this.#loadReading()
    if (this.#isPainted !== undefined || !this.#context.conversation.isLoaded) return
    this.#isPainted = false
    const painted = () => {
      this.#isPainted = true
      this.#context.requestUpdate()
    }
    // A hidden page has no frames. Elsewhere, a task after a frame begins when that frame is painted.
    if (log.ownerDocument.visibilityState === 'hidden') painted()
    else requestAnimationFrame(() => setTimeout(painted))
  }

  #items(): KeyedItem[] {
    const { localizer, conversation, activeClient } = this.#context
    const { entries } = conversation.timeline
    const { userName } = activeClient
    const { from, to, isEnd } = this.#range()
    const rows = rowsOf({
      entries: entries.slice(from, to),
      outbox: isEnd ? conversation.outbox : [],
      userName,
      marker: this.reading?.marker,
    })
    const keys = rows.filter(({ kind }) => kind === 'message').map(({ key }) => key)
    const current = keys.find((key) => key === this.#currentKey) ?? keys.at(-1)
    const isFirstPaint = !this.#isPainted && isEnd && this.#rendered?.scroll.isFollowing
    const isWhole = !isFirstPaint || rows.length <= FIRST_PAINTED
    this.#top = isWhole ? entries[from]?.seq : undefined
    const items = rows.slice(isWhole ? 0 : -FIRST_PAINTED).map((row) => this.#item(row, current, userName))
    const addNote = (key: 'older' | 'empty') =>
      items.unshift({
        key,
        dependencies: [localizer],
        render: () => html`<p class=${key} part=${key}>${localizer.strings[key]}</p>`,
      })
    if (conversation.isLoadingOlder) addNote('older')
    if (rows.length === 0 && conversation.isLoaded) addNote('empty')
    return items
  }

  #item(row: Row, current: string | undefined, userName: string | undefined): KeyedItem {
    const { localizer } = this.#context
    const { key } = row
    switch (row.kind) {
      case 'day': {
        const day = localizer.day(row.at)
        return {
          key,
          dependencies: [day],
          render: () => html`<div class="day" part="day"><span>${day}</span></div>`,
        }
      }
      case 'marker':
        return {
          key,
          dependencies: [localizer],
          render: () =>
            html`<div class="day marker" part="marker"><span>${localizer.strings.new}</span></div>`,
        }
      case 'message': {
        const { entry, isFirst } = row
        const isCurrent = key === current
        return {
          key,
          dependencies: [
            entry,
            isFirst,
            isCurrent,
            localizer,
            userName,
            ...this.#messages.stateOf(entry, isCurrent),
          ],
          render: () => this.#messages.entry(entry, isFirst, isCurrent),
        }
      }
      case 'sending':
        return {
          key,
          // There are only a few of them.
          dependencies: [{}],
          render: () => this.#messages.sending(row.sending, row.isFirst),
        }
    }
  }
}
