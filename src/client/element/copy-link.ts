import { html, nothing } from 'lit/html.js'
import { linkTo } from './address.ts'
import { announce } from './announcer.ts'
import { button } from './controls.ts'
import type { ViewContext } from './view-context.ts'

/** Copies links to messages. Where the browser has no clipboard for the page, it shows the link in a field. */
export class LinkCopier {
  /** The message whose link was copied, or is shown if it could not be. */
  #copied: { seq: number; shown?: string } | undefined
  readonly #context: ViewContext

  constructor(context: ViewContext) {
    this.#context = context
  }

  async copy(seq: number): Promise<void> {
    const link = linkTo(this.#context, seq)
    if (!link) return
    try {
      // There is no clipboard in pages without TLS, and a page's policy may forbid it.
      await navigator.clipboard.writeText(link)
      this.#copied = { seq }
      announce(this.#context.query('[aria-live=polite]'), this.#context.localizer.strings.linkCopied)
      this.#context.requestUpdate()
    } catch {
      this.#copied = { seq, shown: link }
      this.#context.focusOn('[part=link]')
    }
  }

  /** Returns what a message is rendered from. */
  stateOf(seq: number): unknown {
    return this.#copied?.seq === seq ? this.#copied : undefined
  }

  #close(): void {
    const { seq } = this.#copied ?? {}
    this.#copied = undefined
    this.#context.focusOn(`[data-key="${seq}"]`)
  }

  render(seq: number): unknown {
    const { strings } = this.#context.localizer
    if (this.#copied?.seq !== seq) return nothing
    const { shown } = this.#copied
    if (shown === undefined) return html`<p class="faint" part="copied">${strings.linkCopied}</p>`
    const keydown = (event: KeyboardEvent) => {
      // The log's own keys are for its messages.
      event.stopPropagation()
      if (event.key === 'Escape') this.#close()
    }
    return html`<div class="ask" @keydown=${keydown}>
      <label for="link">${strings.copyAsk}</label>
      <input
        id="link"
        part="link"
        readonly
        dir="ltr"
        .value=${shown}
        @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
      />
      <div class="line">${button(strings.close, () => this.#close(), 'cancel')}</div>
    </div>`
  }
}
