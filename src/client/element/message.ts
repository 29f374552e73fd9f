import { html, nothing } from 'lit/html.js'
import type { Sending } from '../types.ts'
import { button, error, icons } from './controls.ts'
import { errorText, type Host } from './host.ts'
import { grow, isEnter } from './keys.ts'
import { markdown } from './markdown-view.ts'
import type { Entry } from './timeline.ts'

type Kind = 'edit' | 'remove' | 'report'
/** What somebody is about to do with a message. */
type Intent = { seq: number; kind: Kind; problem?: string }

/** Always the same of the soft colours for a name. */
const hueOf = (name: string): string => {
  return `face hue${(name.length + name.charCodeAt(0)) % 5}`
}

/** A message, and what one can do with it. */
export class MessageView {
  intent: Intent | undefined
  readonly #reported = new Set<number>()
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
  }

  /** What a message's looks depend on, other than itself. */
  stateOf(seq: number): unknown {
    return this.intent?.seq === seq ? this.intent : this.#reported.has(seq)
  }

  begin(kind: Kind, seq: number): void {
    this.intent = { kind, seq }
    // What deletes isn't where the key is that was just pressed.
    this.#host.focusOn(kind === 'remove' ? '.ask .cancel' : '.ask textarea')
  }

  #end(seq: number): void {
    this.intent = undefined
    this.#host.focusOn(`[data-key="${seq}"]`)
  }

  async #act(text: string, entry: Entry): Promise<void> {
    const { intent } = this
    const { chat } = this.#host
    if (!intent) return
    const { kind, seq } = intent
    if (kind !== 'remove' && text.trim() === '') return
    try {
      if (kind === 'remove') await chat.remove(seq)
      else if (kind === 'report') {
        await chat.report(seq, text)
        this.#reported.add(seq)
      } else if (text !== entry.message) await chat.edit(seq, text)
      this.#end(seq)
    } catch (refusal) {
      this.intent = { ...intent, problem: errorText(refusal) }
      this.#host.requestUpdate()
    }
  }

  #ask({ kind, seq, problem }: Intent, entry: Entry): unknown {
    const { strings } = this.#host.localizer
    const submit = (event: Event) => {
      event.preventDefault()
      const field = (event.currentTarget as HTMLFormElement).elements[0]
      void this.#act(field instanceof HTMLTextAreaElement ? field.value : '', entry)
    }
    const keydown = (event: KeyboardEvent) => {
      event.stopPropagation()
      if (event.key === 'Escape') this.#end(seq)
      if (!isEnter(event) || !(event.target instanceof HTMLTextAreaElement)) return
      event.preventDefault()
      event.target.form?.requestSubmit()
    }
    const label = { edit: strings.edit, remove: strings.removeAsk, report: strings.reason }[kind]
    const go = { edit: strings.save, remove: strings.remove, report: strings.report }[kind]
    return html`<form class="ask" part="ask" @submit=${submit} @keydown=${keydown}>
      ${
        kind === 'remove'
          ? html`<p>${label}</p>`
          : html`<textarea
              rows="1"
              dir="auto"
              aria-label=${label}
              placeholder=${label}
              .value=${kind === 'edit' ? (entry.message ?? '') : ''}
              @input=${grow}
              @focus=${grow}
            ></textarea>`
      }
      ${error(problem)}
      <div class="line">
        <button class="strong">${go}</button>
        ${button(strings.cancel, () => this.#end(seq), 'cancel')}
      </div>
    </form>`
  }

  #tools(entry: Entry, isCurrent: boolean): unknown {
    const { strings } = this.#host.localizer
    const { chat, who } = this.#host
    const tool = (kind: Kind) =>
      html`<button
        part="tool"
        class="icon"
        tabindex=${isCurrent ? 0 : -1}
        title=${strings[kind]}
        @click=${() => this.begin(kind, entry.seq)}
      >
        ${icons[kind]}
      </button>`
    if (entry.message === null || who.userName === undefined) return nothing
    return html`<div class="tools" part="tools">
      ${chat.isMine(entry) ? [tool('edit'), tool('remove')] : tool('report')}
    </div>`
  }

  #head(name: string | null, at: string | number): unknown {
    const { localizer } = this.#host
    return html`<div class="head">
      <span class=${name === null ? 'face' : hueOf(name)} aria-hidden="true"
        >${[...(name ?? '')][0]?.toLocaleUpperCase() ?? '·'}</span
      ><b part="author" dir="auto">${name ?? localizer.strings.nobody}</b
      ><time part="time" title=${localizer.full(at)}
        >${localizer.time(at)}</time
      >
    </div>`
  }

  entry(entry: Entry, isFirst: boolean, isCurrent: boolean): unknown {
    const { localizer, chat } = this.#host
    const { strings } = localizer
    const { seq, message, userName, createdAt, editedAt } = entry
    const isAsking = this.intent?.seq === seq && message !== null ? this.intent : undefined
    return html`<div
      class="row ${isFirst ? 'first' : ''}"
      part="message ${chat.isMine(entry) ? 'own' : ''}"
      role="article"
      data-key=${seq}
      tabindex=${isCurrent ? 0 : -1}
      aria-label="${userName ?? strings.nobody}, ${localizer.full(createdAt)}"
      aria-describedby="text${seq}"
    >
      ${isFirst ? this.#head(userName, createdAt) : nothing}
      ${
        isAsking && isAsking.kind === 'edit'
          ? nothing
          : html`<div class="text" part="text" id="text${seq}">
              ${message === null ? html`<p class="faint">${strings.removed}</p>` : markdown(message)}${
                editedAt && message !== null ? html`<small>(${strings.edited})</small>` : nothing
              }
            </div>`
      }
      ${isAsking ? this.#ask(isAsking, entry) : this.#tools(entry, isCurrent)}
      ${this.#reported.has(seq) ? html`<p class="faint" role="status">${strings.reported}</p>` : nothing}
    </div>`
  }

  sending(sending: Sending, isFirst: boolean): unknown {
    const { localizer, who } = this.#host
    const { strings } = localizer
    const { state, text, problem } = sending
    return html`<div class="row sending ${isFirst ? 'first' : ''}" part="message own ${state}">
      ${isFirst ? this.#head(who.userName ?? null, sending.at) : nothing}
      <div class="text" part="text">${markdown(text)}</div>
      ${
        state === 'failed'
          ? html`${error(`${strings.failed} ${problem?.message ?? ''}`)}
              <div class="line">
                ${button(strings.retry, () => sending.retry(), 'retry')}
                ${button(strings.remove, () => sending.discard(), 'discard')}
              </div>`
          : html`<p class="faint wait">${strings.pending}</p>`
      }
    </div>`
  }
}
