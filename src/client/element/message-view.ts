import { html, nothing } from 'lit/html.js'
import type { Sending } from '../types.ts'
import { button, error, icons } from './controls.ts'
import { fitHeight, isSendKey, isTouch } from './keyboard.ts'
import { markdown } from './markdown-view.ts'
import { isAboutText, problemText, problemType } from './problem-text.ts'
import { counter, isTooLong } from './text-length.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** The longest reason of a report. */
const MAX_REASON = 200

type Action = 'edit' | 'remove' | 'report'
/** An action that the reader has begun and not confirmed. */
type PendingAction = { seq: number; action: Action; problem?: string; text: string }

/** Returns the classes of an author's picture: always the same of five soft colours for a name. */
const avatarClass = (name: string): string => `face hue${(name.length + name.charCodeAt(0)) % 5}`

/** Renders messages, and the forms to edit, delete and report them. */
export class MessageView {
  #pending: PendingAction | undefined
  readonly #reported = new Set<number>()
  readonly #context: ViewContext
  /** Takes a message that was refused back into the composer. */
  readonly #mend: (sending: Sending) => void

  constructor(context: ViewContext, mend: (sending: Sending) => void) {
    this.#context = context
    this.#mend = mend
  }

  /** Returns the state that a message is rendered from, beside the message itself. */
  stateOf(seq: number): unknown {
    return this.#pending?.seq === seq ? this.#pending : this.#reported.has(seq)
  }

  begin(action: Action, entry: Entry): void {
    this.#pending = { action, seq: entry.seq, text: action === 'edit' ? (entry.message ?? '') : '' }
    // Deleting takes a second key: the first one isn't on the button that deletes.
    this.#context.focusOn(action === 'remove' ? '.ask .cancel' : '.ask textarea')
  }

  #end(seq: number): void {
    this.#pending = undefined
    this.#context.focusOn(`[data-key="${seq}"]`)
  }

  #update(change: Partial<PendingAction>): void {
    if (this.#pending) this.#pending = { ...this.#pending, ...change }
    this.#context.requestUpdate()
  }

  async #submit(pending: PendingAction, entry: Entry): Promise<void> {
    const { conversation, localizer } = this.#context
    const { action, seq, text } = pending
    if (action !== 'remove' && (text.trim() === '' || isTooLong(text))) return
    try {
      if (action === 'remove') await conversation.remove(seq)
      else if (action === 'report') {
        await conversation.report(seq, text)
        this.#reported.add(seq)
      } else if (text !== entry.message) await conversation.edit(seq, text)
      this.#end(seq)
    } catch (refusal) {
      this.#update({ problem: problemText(refusal, localizer) })
    }
  }

  #form(pending: PendingAction, entry: Entry): unknown {
    const { action, seq, problem } = pending
    const { localizer } = this.#context
    const { strings } = localizer
    const submit = (event: Event) => {
      event.preventDefault()
      void this.#submit(pending, entry)
    }
    const keydown = (event: KeyboardEvent) => {
      // The log's own keys are for its messages.
      event.stopPropagation()
      if (event.key === 'Escape') this.#end(seq)
      if (!isSendKey(event) || !(event.target instanceof HTMLTextAreaElement)) return
      event.preventDefault()
      event.target.form?.requestSubmit()
    }
    const input = (event: InputEvent) => {
      fitHeight(event)
      this.#update({ text: (event.target as HTMLTextAreaElement).value })
    }
    const label = { edit: strings.edit, remove: strings.removeAsk, report: strings.reason }[action]
    const confirm = { edit: strings.save, remove: strings.remove, report: strings.report }[action]
    return html`<form class="ask" part="ask" @submit=${submit} @keydown=${keydown}>
      ${
        action === 'remove'
          ? html`<p>${label}</p>`
          : html`<textarea
              rows="1"
              dir="auto"
              maxlength=${action === 'report' ? MAX_REASON : nothing}
              enterkeyhint=${isTouch() ? 'enter' : 'done'}
              aria-label=${label}
              placeholder=${label}
              .value=${pending.text}
              @input=${input}
              @focus=${fitHeight}
            ></textarea>`
      }
      ${action === 'edit' ? counter(pending.text, localizer) : nothing}
      ${error(problem)}
      <div class="line">
        <button class="strong">${confirm}</button>
        ${button(strings.cancel, () => this.#end(seq), 'cancel')}
      </div>
    </form>`
  }

  #tools(entry: Entry, isCurrent: boolean): unknown {
    const { strings } = this.#context.localizer
    const { conversation, activeClient } = this.#context
    const tool = (action: Action) =>
      html`<button
        part="tool"
        class="icon"
        tabindex=${isCurrent ? 0 : -1}
        title=${strings[action]}
        @click=${() => this.begin(action, entry)}
      >
        ${icons[action]}
      </button>`
    if (entry.message === null || activeClient.userName === undefined) return nothing
    return html`<div class="tools" part="tools">
      ${conversation.isMine(entry) ? [tool('edit'), tool('remove')] : tool('report')}
    </div>`
  }

  #head(name: string | null, at: string | number): unknown {
    const { localizer } = this.#context
    return html`<div class="head">
      <span class=${name === null ? 'face' : avatarClass(name)} aria-hidden="true"
        >${[...(name ?? '')][0]?.toLocaleUpperCase() ?? '·'}</span
      ><b part="author" dir="auto">${name ?? localizer.strings.nobody}</b
      ><time part="time" title=${localizer.full(at)}
        >${localizer.time(at)}</time
      >
    </div>`
  }

  /** Renders a message of the log. */
  entry(entry: Entry, isFirst: boolean, isCurrent: boolean): unknown {
    const { localizer, conversation } = this.#context
    const { strings } = localizer
    const { seq, message, userName, createdAt, editedAt } = entry
    const pending = this.#pending?.seq === seq && message !== null ? this.#pending : undefined
    return html`<div
      class="row ${isFirst ? 'first' : ''}"
      part="message ${conversation.isMine(entry) ? 'own' : ''}"
      role="article"
      data-key=${seq}
      tabindex=${isCurrent ? 0 : -1}
      aria-label="${userName ?? strings.nobody}, ${localizer.full(createdAt)}"
      aria-describedby="text${seq}"
    >
      ${isFirst ? this.#head(userName, createdAt) : nothing}
      ${
        pending?.action === 'edit'
          ? nothing
          : html`<div class="text" part="text" id="text${seq}">
              ${message === null ? html`<p class="faint">${strings.removed}</p>` : markdown(message)}${
                editedAt && message !== null ? html`<small>(${strings.edited})</small>` : nothing
              }
            </div>`
      }
      ${pending ? this.#form(pending, entry) : this.#tools(entry, isCurrent)}
      ${this.#reported.has(seq) ? html`<p class="faint" role="status">${strings.reported}</p>` : nothing}
    </div>`
  }

  /** Renders a message on its way, or one that has failed. */
  sending(sending: Sending, isFirst: boolean): unknown {
    const { localizer, activeClient } = this.#context
    const { strings } = localizer
    const { state, text, problem } = sending
    const reason = problem && problemType(problem) && [' ', problemText(problem, localizer)]
    const mend = problem && isAboutText(problem) && button(strings.edit, () => this.#mend(sending), 'mend')
    return html`<div class="row sending ${isFirst ? 'first' : ''}" part="message own ${state}">
      ${isFirst ? this.#head(activeClient.userName ?? null, sending.at) : nothing}
      <div class="text" part="text">${markdown(text)}</div>
      ${
        state === 'failed'
          ? html`${error([strings.failed, reason])}
              <div class="line">
                ${mend || button(strings.retry, () => sending.retry(), 'retry')}
                ${button(strings.remove, () => sending.discard(), 'discard')}
              </div>`
          : html`<p class="faint wait">${strings.pending}</p>`
      }
    </div>`
  }
}
