import { html } from 'lit/html.js'
import { announce } from './announcer.ts'
import type { PanelView } from './panel.ts'
import { quote } from './quote.ts'
import * as toolIcons from './tool-icons.ts'
import type { ViewContext } from './view-context.ts'

/** The quote above the text field, of the message that is replied to. */
export class ReplyQuote implements PanelView {
  readonly #context: ViewContext
  readonly #seq: number

  constructor(context: ViewContext, seq: number) {
    this.#context = context
    this.#seq = seq
    const { strings } = context.localizer
    const { userName } = context.conversation.timeline.find(seq) ?? {}
    announce(context.query('[aria-live=polite]'), `${strings.replyTo} ${userName ?? ''}`)
    watchField(context)
  }

  render(): unknown {
    const { strings } = this.#context.localizer
    return html`<div class="replying" part="replying" role="group" aria-label=${strings.reply}>
      ${quote(this.#context, this.#seq, 0)}
      <button
        type="button"
        class="icon"
        part="cancel-reply"
        title=${strings.cancelReply}
        aria-keyshortcuts="Escape"
        @click=${() => this.#context.reply()}
      >
        ${toolIcons.close}
      </button>
    </div>`
  }
}

const watched = new WeakSet<Element>()

/** Lets Escape in the text field give up a reply, unless it closes a list or ends the composition of an input method. */
const watchField = (context: ViewContext): void => {
  const field = context.query<HTMLElement>('[part=input]')
  if (!field || watched.has(field)) return
  watched.add(field)
  field.addEventListener('keydown', (event) => {
    const isForText = event.defaultPrevented || event.isComposing || event.keyCode === 229
    if (event.key !== 'Escape' || isForText || !context.query('[part=replying]')) return
    event.preventDefault()
    context.reply()
  })
}
