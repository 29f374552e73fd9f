import { html } from 'lit/html.js'
import type { Sanction } from '../../contract/index.ts'
import { button, error, nameOf } from './controls.ts'
import type { PanelView } from './panel.ts'
import { problemText } from './problem-text.ts'
import css from './styles/sanction-form.css'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** The message whose author is banned or muted. */
export type SanctionOptions = {
  entry: Entry
  kind: Sanction['kind']
  /** Called once it is done, with a sentence that says so. `lift` takes it back. */
  done: (text: string, lift: () => Promise<unknown>) => void
}

/** The times to choose from, as units of `Intl.NumberFormat`. */
const spans = [
  { unit: 'minute', count: 10, seconds: 600 },
  { unit: 'hour', count: 1, seconds: 3600 },
  { unit: 'day', count: 1, seconds: 86_400 },
  { unit: 'week', count: 1, seconds: 604_800 },
  { unit: 'month', count: 1, seconds: 2_592_000 },
]
/** The choice before the moderator makes another one. */
const USUAL_SECONDS = 86_400
/** The messages that are deleted with a ban are no older than this. */
const RECENT_MILLISECONDS = 86_400_000
const MAX_REASON = 200

/** The form to ban or mute the author of a message. */
class SanctionForm implements PanelView {
  readonly focus = '.ask select'
  #problem: string | undefined
  #isBusy = false
  readonly #context: ViewContext
  readonly #options: SanctionOptions
  readonly #close: () => void

  constructor(context: ViewContext, options: SanctionOptions, close: () => void) {
    this.#context = context
    this.#options = options
    this.#close = close
  }

  get #author(): string {
    return this.#options.entry.userName ?? this.#context.localizer.strings.nobody
  }

  /** Imposes the sanction, then deletes the author's recent messages if that was asked for. */
  async #impose(seconds: number | null, reason: string | null, isPurged: boolean): Promise<void> {
    const { activeClient, conversation, localizer } = this.#context
    const { entry, kind, done } = this.#options
    const path = `/chatroom/${encodeURIComponent(conversation.name)}`
    const body = { authorOf: entry.seq, kind, seconds, reason }
    const { until } = await activeClient.request<Sanction>('POST', `${path}/sanction`, body)
    if (isPurged) {
      const from = new Date(Date.now() - RECENT_MILLISECONDS).toISOString()
      const query = new URLSearchParams({ authorOf: `${entry.seq}`, from })
      await activeClient.request('DELETE', `${path}/message?${query}`)
    }
    const { strings } = localizer
    const ends = until === null ? strings.untilLifted : localizer.full(until)
    const text = kind === 'ban' ? strings.isBanned : strings.isMuted
    const sentences = [localizer.insert(text, this.#author), ' ', localizer.insert(strings.until, ends)]
    const member = `${path}/member/${encodeURIComponent(this.#author)}`
    done(sentences.flat().join(''), () => activeClient.request('PATCH', member, { [kind]: null }))
    this.#close()
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (this.#isBusy) return
    this.#isBusy = true
    const data = new FormData(event.currentTarget as HTMLFormElement)
    const reason = String(data.get('reason')).trim()
    try {
      await this.#impose(Number(data.get('seconds')) || null, reason || null, data.has('purge'))
    } catch (refusal) {
      this.#problem = problemText(refusal, this.#context.localizer)
      this.#context.requestUpdate()
    } finally {
      this.#isBusy = false
    }
  }

  readonly #keydown = (event: KeyboardEvent) => {
    // The log's own keys are for its messages.
    event.stopPropagation()
    if (event.key === 'Escape' && !event.isComposing) this.#close()
  }

  render(): unknown {
    const { localizer } = this.#context
    const { strings, lang } = localizer
    const { kind } = this.#options
    const label = kind === 'ban' ? strings.banAsk : strings.muteAsk
    const span = (unit: string, count: number) =>
      new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
    return html`<form class="ask" part="ask" @submit=${this.#submit} @keydown=${this.#keydown}>
      <p>${localizer.insert(label, nameOf(this.#author))}</p>
      <label>${strings.howLong}
        <select name="seconds">
          ${spans.map(
            ({ unit, count, seconds }) =>
              html`<option value=${seconds} ?selected=${seconds === USUAL_SECONDS}>${span(unit, count)}</option>`,
          )}
          <option value="">${strings.untilLifted}</option>
        </select>
      </label>
      <input name="reason" dir="auto" maxlength=${MAX_REASON} aria-label=${strings.why} placeholder=${strings.why} />
      <label class="check"><input type="checkbox" name="purge" /> ${strings.purge}</label>
      ${error(this.#problem)}
      <div class="line">
        <button class="strong">${kind === 'ban' ? strings.ban : strings.mute}</button>
        ${button(strings.cancel, this.#close, 'cancel')}
      </div>
    </form>`
  }
}

export const open = (context: ViewContext, options: SanctionOptions, close: () => void): PanelView => {
  context.adopt(css)
  return new SanctionForm(context, options, close)
}
