import { html, nothing } from 'lit/html.js'
import { button, error } from './controls.ts'
import type { Conversation } from './conversation.ts'
import type { PanelView } from './panel.ts'
import { problemText } from './problem-text.ts'
import * as toolIcons from './tool-icons.ts'
import type { Jump, ViewContext } from './view-context.ts'
import { addNewer, isShown, showAround } from './window.ts'

const PAGE = 100
/** The reader is at the end of the log within this many pixels. */
const NEAR_END = 40
/** Newer messages are loaded this far ahead, in heights of the log. */
const AHEAD = 1.5

/** Goes to messages. Below the log, it shows the way back to the replies that the reader came from. */
class JumpBar implements PanelView {
  readonly #context: ViewContext
  readonly #conversation: Conversation
  /** The numbers of the replies whose quotes were clicked, the last one at the end. */
  #replies: number[] = []
  /** The jump that is under way or has failed. */
  #jump: Jump | undefined
  #problem: unknown
  #log: HTMLElement | undefined
  #isLoadingNewer = false
  /** True once the reader has been away from the newest messages since the last jump, which may lead to one of them. */
  #wasAway = false

  constructor(context: ViewContext) {
    this.#context = context
    this.#conversation = context.conversation
  }

  get #room() {
    return this.#context.activeClient.room(this.#conversation.name)
  }

  /** Goes to a message, and loads those around it if it isn't loaded. */
  async follow(jump: Jump): Promise<void> {
    const { timeline } = this.#conversation
    this.#jump = jump
    this.#problem = undefined
    this.#context.requestUpdate()
    try {
      if (!isShown(timeline, jump.seq)) timeline.shown = timeline.live
      if (!isShown(timeline, jump.seq)) {
        const page = await this.#room.page({ around: jump.seq, limit: PAGE })
        // The reader may have gone elsewhere meanwhile.
        if (this.#jump !== jump || this.#context.conversation !== this.#conversation) {
          jump.arrived?.(false)
          return
        }
        showAround(timeline, page)
      }
    } catch (problem) {
      jump.arrived?.(false)
      if (this.#jump !== jump) return
      // Nobody has asked for a jump that the element makes by itself.
      if (jump.arrived) this.#jump = undefined
      else this.#problem = problem
      this.#context.requestUpdate()
      return
    }
    this.#jump = undefined
    if (jump.from === undefined) this.#replies = []
    else if (jump.from !== this.#replies.at(-1)) this.#replies.push(jump.from)
    this.#wasAway = false
    this.#watch()
    if (jump.arrived) jump.arrived(true)
    else this.#context.show(jump.seq)
  }

  readonly #back = () => {
    const seq = this.#replies.pop()
    if (seq !== undefined) void this.follow({ seq, from: this.#replies.pop() })
  }

  /** Gives up a jump that has failed. */
  readonly #giveUp = () => {
    this.#jump = undefined
    this.#context.focusOn('[part=input]')
  }

  /** Notices where the reader scrolls to. */
  #watch(): void {
    const log = this.#context.query<HTMLElement>('.log') ?? undefined
    if (log === this.#log) return
    this.#log?.removeEventListener('scroll', this.#scrolled)
    this.#log = log
    log?.addEventListener('scroll', this.#scrolled, { passive: true })
  }

  readonly #scrolled = () => {
    const log = this.#log
    if (!log || this.#context.conversation !== this.#conversation) return
    const { timeline } = this.#conversation
    const below = log.scrollHeight - log.scrollTop - log.clientHeight
    if (timeline.shown !== timeline.live) {
      const last = [...log.querySelectorAll<HTMLElement>('[data-key]')].at(-1)
      const isLast = Number(last?.dataset.key) === timeline.entries.at(-1)?.seq
      if (isLast && below < AHEAD * log.clientHeight) void this.#loadNewer()
    }
    const isAway = timeline.shown !== timeline.live || below >= NEAR_END
    if (!isAway && this.#wasAway) {
      // The reader has returned to the newest messages.
      this.#replies = []
      this.#context.requestUpdate()
    }
    this.#wasAway = isAway
  }

  /** Loads the page after the last message that is shown. */
  async #loadNewer(): Promise<void> {
    const { timeline } = this.#conversation
    const { shown } = timeline
    if (this.#isLoadingNewer) return
    this.#isLoadingNewer = true
    try {
      const page = await this.#room.page({ after: shown.entries.at(-1)?.seq, limit: PAGE })
      if (timeline.shown === shown) addNewer(timeline, page)
      this.#context.requestUpdate()
    } catch {
      // Scrolling on loads it again.
    } finally {
      this.#isLoadingNewer = false
    }
  }

  render(): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    const jump = this.#jump
    if (this.#problem !== undefined && jump)
      return html`<div class="jumps" part="jumps">
        ${error(problemText(this.#problem, this.#context))}
        ${button(strings.retry, () => this.follow(jump), 'retry')} ${button(strings.cancel, this.#giveUp, 'cancel')}
      </div>`
    if (jump)
      return html`<div class="jumps" part="jumps"><p class="faint wait" role="status">${strings.loading}</p></div>`
    if (this.#replies.length === 0) return nothing
    return html`<div class="jumps" part="jumps">
      <button type="button" part="back" aria-keyshortcuts="Escape" @click=${this.#back}>
        ${toolIcons.reply} ${strings.back}
      </button>
    </div>`
  }
}

const bars = new WeakMap<Conversation, JumpBar>()

/** Returns the bar of a conversation. */
export const jumpBarOf = (context: ViewContext): JumpBar => {
  const bar = bars.get(context.conversation) ?? new JumpBar(context)
  bars.set(context.conversation, bar)
  return bar
}
