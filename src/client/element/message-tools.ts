import { html, nothing } from 'lit/html.js'
import { type Action, messageActions, type Question } from './message-actions.ts'
import { MessageForm } from './message-form.ts'
import css from './styles/message-tools.css'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** What a reader can do with messages: their buttons, their keys, and the form below a message. */
class MessageTools {
  readonly #context: ViewContext
  readonly #actions: readonly Action[]
  readonly #reported = new Set<number>()
  #form: MessageForm | undefined

  constructor(context: ViewContext) {
    this.#context = context
    this.#actions = messageActions(context, (question, entry) => this.ask(question, entry))
  }

  #offered(entry: Entry): readonly Action[] {
    return entry.message === null ? [] : this.#actions.filter((action) => action.isOffered(entry))
  }

  /** Opens a form below a message. */
  ask(question: Question, entry: Entry): void {
    this.#form = new MessageForm(this.#context, question, entry, {
      close: () => {
        this.#form = undefined
        this.#context.focusOn(`[data-key="${entry.seq}"]`)
      },
      reported: () => this.#reported.add(entry.seq),
    })
    this.#context.focusOn(this.#form.focus)
  }

  /** Returns the open form of a message. */
  formOf({ seq, message }: Entry): MessageForm | undefined {
    return this.#form?.seq === seq && message !== null ? this.#form : undefined
  }

  /** Returns the state that a message is rendered from, beside the message itself. With an open form it is rendered each time. */
  stateOf(entry: Entry): unknown {
    return this.formOf(entry) ? {} : this.#reported.has(entry.seq)
  }

  /** Does what a key that is pressed on a message stands for. */
  keydown(event: KeyboardEvent, entry: Entry): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const action = this.#offered(entry).find(({ key }) => key === event.key)
    if (!action) return
    event.preventDefault()
    action.run(entry)
  }

  /** Renders the buttons of a message, or its form. They are in the tab order if `isCurrent`. */
  render(entry: Entry, isCurrent: boolean): unknown {
    const { strings } = this.#context.localizer
    const form = this.formOf(entry)
    if (form) return form.render()
    const offered = this.#offered(entry)
    const buttons = html`<div class="tools" part="tools">
      ${offered.map(
        ({ label, icon, key, run }) =>
          html`<button
            part="tool"
            class="icon"
            tabindex=${isCurrent ? 0 : -1}
            title=${label(strings)}
            aria-keyshortcuts=${key ?? nothing}
            @click=${() => run(entry)}
          >
            ${icon}
          </button>`,
      )}
    </div>`
    return [
      offered.length > 0 ? buttons : nothing,
      this.#reported.has(entry.seq) ? html`<p class="faint" role="status">${strings.reported}</p>` : nothing,
    ]
  }
}

export type { MessageTools }

export const messageTools = (context: ViewContext): MessageTools => {
  context.adopt(css)
  return new MessageTools(context)
}
