import { html, nothing } from 'lit/html.js'
import { lazily } from '../lazy.ts'
import { button } from './controls.ts'
import type { EmojiPickerOptions } from './emoji-picker.ts'
import { placeAt } from './floating.ts'
import { Panel } from './panel.ts'
import { allowedReactions, hasReacted, quickReactions } from './reactions.ts'
import type { Entry } from './timeline.ts'
import * as toolIcons from './tool-icons.ts'
import type { ViewContext } from './view-context.ts'

const loadPicker = lazily(() => import('./emoji-picker.ts'))

/** The reactions that can be given to a message: a few at once, and all of them in a picker. */
export class ReactionMenu {
  /** The number of the message that it is open for. */
  seq: number | undefined
  readonly #context: ViewContext
  readonly #choose: (seq: number, reaction: string) => void
  readonly #picker: Panel<EmojiPickerOptions>
  /** The picker is larger than the few reactions, and comes later. */
  readonly #sizes = new ResizeObserver(() => this.#place())

  constructor(context: ViewContext, choose: (seq: number, reaction: string) => void) {
    this.#context = context
    this.#choose = choose
    const load = async () => {
      const { loadPickerFor } = await loadPicker()
      return loadPickerFor(context, allowedReactions(context))
    }
    this.#picker = new Panel(context, load, () => '.menu .reaction')
  }

  get #popover(): HTMLElement | null {
    return this.#context.query('.menu')
  }

  #place(): void {
    const row = this.#context.query(`[data-key="${this.seq}"]`)
    if (row && this.#popover) placeAt(this.#popover, row.querySelector('.tools') ?? row)
  }

  open({ seq }: Entry): void {
    this.seq = seq
    this.#picker.options = undefined
    // The popover is rendered in the same frame, before this.
    this.#context.requestUpdate()
    requestAnimationFrame(() => {
      const popover = this.#popover
      popover?.showPopover()
      this.#place()
      this.#sizes.disconnect()
      if (popover) this.#sizes.observe(popover)
      popover?.querySelector('button')?.focus()
    })
  }

  readonly #toggled = (event: Event) => {
    if ((event as ToggleEvent).newState === 'open') return
    this.#sizes.disconnect()
    this.seq = undefined
    this.#context.requestUpdate()
  }

  #chosen(reaction: string): void {
    const { seq } = this
    // It gives the focus back.
    this.#popover?.hidePopover()
    if (seq !== undefined) this.#choose(seq, reaction)
  }

  readonly #keydown = (event: KeyboardEvent) => {
    // The log's own keys are for its messages.
    event.stopPropagation()
    // In Chromium, Escape would only empty a search field that has text.
    if (event.key === 'Escape' && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault()
      const { seq } = this
      this.#popover?.hidePopover()
      this.#context.focusOn(`[data-key="${seq}"]`)
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!step || this.#picker.options) return
    const buttons = [...(this.#popover?.querySelectorAll('button') ?? [])]
    const index = buttons.indexOf(event.target as HTMLButtonElement)
    const isRightToLeft = getComputedStyle(event.target as Element).direction === 'rtl'
    buttons.at((index + (isRightToLeft ? -step : step)) % buttons.length)?.focus()
  }

  render(entry: Entry): unknown {
    if (entry.seq !== this.seq) return nothing
    const { strings } = this.#context.localizer
    const quick = quickReactions(this.#context)
    const allowed = allowedReactions(this.#context)
    const options = { choose: (reaction: string) => this.#chosen(reaction) }
    const hasMore = !allowed || allowed.length > quick.length
    return html`<div
      class="menu"
      part="reaction-menu"
      popover="auto"
      role="dialog"
      aria-label=${strings.react}
      @toggle=${this.#toggled}
      @keydown=${this.#keydown}
    >
      ${
        this.#picker.options
          ? this.#picker.render()
          : html`<div class="line">
              ${quick.map(
                (reaction) =>
                  html`<button
                    class="icon reaction"
                    part="quick-reaction"
                    aria-pressed=${hasReacted(entry, reaction)}
                    @click=${() => this.#chosen(reaction)}
                  >${reaction}</button>`,
              )}
              ${
                hasMore
                  ? button(
                      [toolIcons.more, html`<span class="unseen">${strings.moreEmoji}</span>`],
                      () => this.#picker.open(options),
                      'more-reactions',
                      'icon',
                    )
                  : nothing
              }
            </div>`
      }
    </div>`
  }
}
