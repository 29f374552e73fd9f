import { html, nothing } from 'lit/html.js'
import { changeMessage, roomOf } from './change-message.ts'
import { button, error } from './controls.ts'
import { fitHeight, isSendKey, isTouch } from './keyboard.ts'
import type { Question } from './message-actions.ts'
import { problemText } from './problem-text.ts'
import { isTooLong } from './text-length.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'
import { Writing } from './writing.ts'

/** The longest reason of a report. */
const MAX_REASON = 200

type Hooks = {
  close: () => void
  reported: () => void
  /** Called when the edit waits for approval, with its id. */
  held: (id: string) => void
}

/** The form to edit, delete or report a message. */
export class MessageForm {
  /** Selects the element that takes the focus. */
  readonly focus: string
  readonly question: Question
  #text: string
  #problem: string | undefined
  readonly #writing: Writing
  readonly #context: ViewContext
  readonly #entry: Entry
  readonly #hooks: Hooks

  constructor(context: ViewContext, question: Question, entry: Entry, hooks: Hooks) {
    this.#context = context
    this.question = question
    this.#entry = entry
    this.#hooks = hooks
    this.#text = question === 'edit' ? (entry.message ?? '') : ''
    this.#writing = new Writing(
      context,
      () => context.query('.ask textarea'),
      () => this.#setProblem(context.localizer.strings['not-loaded']),
    )
    // Deleting takes a second key: the first one isn't on the button that deletes.
    this.focus = question === 'remove' ? '.ask .cancel' : '.ask textarea'
  }

  readonly #focus = (event: FocusEvent) => {
    fitHeight(event)
    void this.#writing.load()
  }

  get seq(): number {
    return this.#entry.seq
  }

  #setProblem(problem: string): void {
    this.#problem = problem
    this.#context.requestUpdate()
  }

  async #send(): Promise<void> {
    const { seq, message, files } = this.#entry
    const { question } = this
    const text = this.#text
    const needsText = question === 'report' || (question === 'edit' && !files?.length)
    if ((needsText && text.trim() === '') || isTooLong(text)) return
    try {
      if (question === 'remove') await changeMessage(this.#context, seq, (room) => room.remove(seq))
      else if (question === 'report') {
        await roomOf(this.#context).report(seq, text)
        this.#hooks.reported()
      } else if (text !== message) {
        const held = await changeMessage(this.#context, seq, (room) => room.edit(seq, text))
        if (held !== undefined) this.#hooks.held(held)
      }
      this.#hooks.close()
    } catch (refusal) {
      this.#setProblem(problemText(refusal, this.#context))
    }
  }

  readonly #submit = (event: Event) => {
    event.preventDefault()
    void this.#send()
  }

  readonly #keydown = (event: KeyboardEvent) => {
    // The log's own keys are for its messages.
    event.stopPropagation()
    const field = event.target instanceof HTMLTextAreaElement ? event.target : undefined
    if (field && this.#writing.keydown(event)) return
    if (event.key === 'Escape') this.#hooks.close()
    if (!field || !isSendKey(event)) return
    event.preventDefault()
    field.form?.requestSubmit()
  }

  readonly #input = (event: Event) => {
    fitHeight(event)
    this.#text = (event.target as HTMLTextAreaElement).value
    this.#writing.help?.written(event)
    this.#context.requestUpdate()
  }

  render(): unknown {
    const { question } = this
    const { localizer } = this.#context
    const { strings } = localizer
    const label = { edit: strings.edit, remove: strings.removeAsk, report: strings.reason }[question]
    const confirm = { edit: strings.save, remove: strings.remove, report: strings.report }[question]
    return html`<form class="ask" part="ask" @submit=${this.#submit} @keydown=${this.#keydown}>
      ${
        question === 'remove'
          ? html`<p>${label}</p>`
          : html`<textarea
              rows="1"
              dir="auto"
              maxlength=${question === 'report' ? MAX_REASON : nothing}
              enterkeyhint=${isTouch() ? 'enter' : 'done'}
              aria-label=${label}
              placeholder=${label}
              .value=${this.#text}
              @input=${this.#input}
              @compositionend=${this.#input}
              @focus=${this.#focus}
              @blur=${() => this.#writing.help?.close()}
              @paste=${(event: ClipboardEvent) => this.#writing.help?.paste(event)}
            ></textarea>
            ${this.#writing.help?.suggestions()}`
      }
      ${question === 'edit' ? this.#writing.help?.counter(this.#text) : nothing}
      ${error(this.#problem)}
      <div class="line">
        <button class="strong">${confirm}</button>
        ${button(strings.cancel, this.#hooks.close, 'cancel')}
      </div>
    </form>`
  }
}
