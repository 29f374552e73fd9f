import { html } from 'lit/html.js'
import { FoundMessages } from './found-messages.ts'
import type { PanelView } from './panel.ts'
import { closeByKey, sideHead } from './side-frame.ts'
import type { ViewContext } from './view-context.ts'

/** The messages of the room that mention the reader. */
export class Mentions implements PanelView {
  readonly focus = '[part=mentions]'
  readonly #context: ViewContext
  readonly #close: () => void
  readonly #found: FoundMessages

  constructor(context: ViewContext, closed: () => void) {
    this.#context = context
    this.#close = () => {
      this.#found.stop()
      closed()
    }
    this.#found = new FoundMessages(context, { isMention: true }, this.#close)
  }

  render(): unknown {
    const { localizer } = this.#context
    const { mentions } = localizer.strings
    return html`<section
      class="side-content"
      part="mentions"
      role="dialog"
      tabindex="-1"
      aria-label=${mentions}
      @keydown=${closeByKey(this.#close)}
    >
      ${sideHead(localizer, html`<h3>${mentions}</h3>`, this.#close)}
      <div class="side-list" tabindex="-1">${this.#found.render()}</div>
    </section>`
  }
}
