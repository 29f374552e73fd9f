import { html, nothing } from 'lit/html.js'
import { button, error } from './controls.ts'
import { line } from './message-line.ts'
import type { PanelView } from './panel.ts'
import { problemText } from './problem-text.ts'
import css from './styles/pins.css'
import type { Entry } from './timeline.ts'
import * as toolIcons from './tool-icons.ts'
import type { ViewContext } from './view-context.ts'

/** The bar above the log with the newest pinned message, and the list of all of them. */
class Pins implements PanelView {
  readonly #context: ViewContext
  /** The pinned messages as they were loaded, by their numbers. */
  #loaded = new Map<number, Entry>()
  /** The pinned messages that were asked for last. */
  #asked = ''
  #problem: unknown
  #isOpen = false

  constructor(context: ViewContext) {
    this.#context = context
  }

  /** Returns a message as it stands, if it is loaded. */
  #find(seq: number): Entry | undefined {
    return this.#context.conversation.timeline.find(seq) ?? this.#loaded.get(seq)
  }

  get #numbers(): readonly number[] {
    return this.#context.conversation.chatroom?.pinned ?? []
  }

  /** Loads the pinned messages if one that is shown isn't loaded: once for each state of the pins. */
  #load(): void {
    const numbers = this.#numbers
    const shown = this.#isOpen ? numbers : numbers.slice(0, 1)
    const asked = numbers.join()
    if (this.#asked === asked || shown.every((seq) => this.#find(seq))) return
    this.#asked = asked
    const { activeClient, conversation } = this.#context
    void this.#attempt(async () => {
      const messages = await activeClient.room(conversation.name).pinned()
      this.#loaded = new Map(messages.map((message) => [message.seq, message]))
    })
  }

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    this.#problem = undefined
    try {
      await act()
    } catch (problem) {
      this.#problem = problem
    }
    this.#context.requestUpdate()
  }

  #unpin(seq: number): void {
    const { activeClient, conversation } = this.#context
    void this.#attempt(() => activeClient.room(conversation.name).unpin(seq))
    // Its button goes away.
    this.#context.focusOn('.pins [aria-expanded]')
  }

  #toggle(isOpen: boolean): void {
    this.#isOpen = isOpen
    // Opening it tries again what has failed.
    if (this.#problem !== undefined) this.#asked = ''
    this.#context.focusOn(isOpen ? '.pins li button' : '.pins [aria-expanded]')
  }

  #go(seq: number): void {
    this.#isOpen = false
    this.#context.jumps.open({ seq })
  }

  readonly #keydown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !this.#isOpen) return
    event.stopPropagation()
    this.#toggle(false)
  }

  readonly #focusout = (event: FocusEvent) => {
    const { currentTarget, relatedTarget } = event
    if (!this.#isOpen || !relatedTarget || (currentTarget as Element).contains(relatedTarget as Node)) return
    this.#isOpen = false
    this.#context.requestUpdate()
  }

  /** Renders a button with a message in one line, which goes to the message. */
  #line(seq: number): unknown {
    const { strings } = this.#context.localizer
    const entry = this.#find(seq)
    const label = entry ? line(entry, this.#context) : html`<span>${strings.pinned}</span>`
    return html`<button type="button" class="pin" part="pin" data-of=${seq} @click=${() => this.#go(seq)}>${label}</button>`
  }

  #list(numbers: readonly number[]): unknown {
    const { conversation, localizer } = this.#context
    const { strings } = localizer
    return html`<ul class="pin-list" id="pin-list" aria-label=${strings.pins}>
      ${numbers.map(
        (seq) => html`<li data-of=${seq}>
          ${this.#line(seq)}
          ${
            conversation.isModerator
              ? button(
                  [toolIcons.remove, html`<span class="unseen">${strings.unpin}</span>`],
                  () => this.#unpin(seq),
                  'unpin',
                  'icon',
                )
              : nothing
          }
        </li>`,
      )}
    </ul>`
  }

  render(): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    const numbers = this.#numbers
    const [newest] = numbers
    if (newest === undefined) return nothing
    this.#load()
    return html`<section
      class="pins"
      part="pins"
      aria-label=${strings.pins}
      @keydown=${this.#keydown}
      @focusout=${this.#focusout}
    >
      ${toolIcons.pin} ${this.#line(newest)}
      <button
        type="button"
        class="quiet"
        part="pins-button"
        aria-expanded=${this.#isOpen}
        aria-controls=${this.#isOpen ? 'pin-list' : nothing}
        @click=${() => this.#toggle(!this.#isOpen)}
      >${localizer.count(strings.pinCount, numbers.length)}</button>
      ${this.#isOpen ? this.#list(numbers) : nothing}
      ${error(this.#problem !== undefined && this.#isOpen && problemText(this.#problem, this.#context))}
    </section>`
  }
}

export const open = (context: ViewContext): PanelView => {
  context.adopt(css)
  return new Pins(context)
}
