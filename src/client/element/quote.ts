import { html } from 'lit/html.js'
import { line } from './message-line.ts'
import { loadQuoted } from './quoted-messages.ts'
import css from './styles/quote.css'
import type { ViewContext } from './view-context.ts'

/** Renders the quote of a message: a button that goes to it. `from` is the number of the reply that it stands above. */
export const quote = (context: ViewContext, seq: number, tabindex: number, from?: number): unknown => {
  const { conversation, localizer, jumps } = context
  const { strings } = localizer
  context.adopt(css)
  const original = conversation.timeline.find(seq)
  if (!original) loadQuoted(context, seq).catch(() => {})
  return html`<button
    type="button"
    class="quote"
    part="quote"
    id="quote${from}"
    tabindex=${tabindex}
    @click=${() => jumps.open({ seq, from })}
  ><span class="unseen">${strings.replyTo}</span> ${original ? line(original, context) : '…'}</button>`
}
