import { html, nothing } from 'lit/html.js'
import { announce } from './announcer.ts'
import * as toolIcons from './tool-icons.ts'
import type { ViewContext } from './view-context.ts'

/** Sentences that tell the reader, once, of something that a moderator has decided. Each stands below the header until it is closed. */
export class Notices {
  #texts: readonly string[] = []
  readonly #context: ViewContext

  constructor(context: ViewContext) {
    this.#context = context
  }

  add(text: string): void {
    this.#texts = [...this.#texts, text]
    announce(this.#context.query('[aria-live=polite]'), text)
    this.#context.requestUpdate()
  }

  /** Drops them: they are for somebody else than the one who reads now. */
  clear(): void {
    this.#texts = []
  }

  readonly #close = () => {
    this.#texts = this.#texts.slice(1)
    this.#context.focusOn('[part=notice-close], [part=input]')
  }

  /** Renders the first one. Closing it shows the next. */
  render(): unknown {
    const [text] = this.#texts
    if (text === undefined) return nothing
    return html`<div class="notice" part="notice">
      <p dir="auto">${text}</p>
      <button class="icon" part="notice-close" title=${this.#context.localizer.strings.close} @click=${this.#close}>
        ${toolIcons.close}
      </button>
    </div>`
  }
}
