import { html } from 'lit/html.js'
import type { MemberState, Sanction } from '../../contract/index.ts'
import type { Parlour } from '../types.ts'
import { button, error, nameOf } from './controls.ts'
import type { Conversation } from './conversation.ts'
import type { PanelView } from './panel.ts'
import { problemText } from './problem-text.ts'
import css from './styles/sanction-form.css'
import type { ViewContext } from './view-context.ts'

export type SanctionOptions = {
  /** The message whose author is banned or muted. One that waits for approval has no number. */
  entry: { seq?: number; userName: string | null }
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
const RECENT_SECONDS = 86_400
const MAX_REASON = 200

/** The form to ban or mute the author of a message. */
class SanctionForm implements PanelView {
  readonly focus = '.ask select'
  #problem: string | undefined
  #isBusy = false
  readonly #context: ViewContext
  readonly #options: SanctionOptions
  readonly #close: () => void
  /** The page may go to another room before the server has answered. */
  readonly #conversation: Conversation
  readonly #client: Parlour

  constructor(context: ViewContext, options: SanctionOptions, close: () => void) {
    this.#context = context
    this.#options = options
    this.#conversation = context.conversation
    this.#client = context.activeClient
    this.#close = () => {
      if (context.conversation === this.#conversation) close()
    }
  }

  get #author(): string {
    return this.#options.entry.userName ?? this.#context.localizer.strings.nobody
  }

  get #path(): string {
    return `/chatroom/${encodeURIComponent(this.#conversation.name)}`
  }

  get #memberPath(): string {
    return `${this.#path}/member/${encodeURIComponent(this.#author)}`
  }

  /** Sends the sanction. By the number of a message, also an author who was deleted is found. */
  async #send(body: object): Promise<Pick<Sanction, 'until' | 'deletedMessages'>> {
    const { entry, kind } = this.#options
    if (entry.seq !== undefined)
      return this.#client.request<Sanction>('POST', `${this.#path}/sanction`, {
        authorOf: entry.seq,
        kind,
        ...body,
      })
    const state = await this.#client.request<MemberState>('PATCH', this.#memberPath, { [kind]: body })
    return { until: state[kind]?.until ?? null, deletedMessages: state.deletedMessages }
  }

  /** Deletes the recent messages of an author who was muted. A ban does it itself. */
  async #purge(): Promise<void> {
    const { seq } = this.#options.entry
    const from = new Date(Date.now() - 1000 * RECENT_SECONDS).toISOString()
    const author = seq === undefined ? { author: this.#author } : { authorOf: `${seq}` }
    const query = new URLSearchParams({ ...author, from })
    await this.#client.request('DELETE', `${this.#path}/message?${query}`)
  }

  /** Imposes the sanction, and deletes the author's recent messages if that was asked for. */
  async #impose(seconds: number | null, reason: string | null, isPurged: boolean): Promise<void> {
    const { localizer } = this.#context
    const { kind, done } = this.#options
    const isBan = kind === 'ban'
    const body = { seconds, reason, ...(isBan && isPurged && { deleteMessagesSeconds: RECENT_SECONDS }) }
    let imposed = await this.#send(body)
    // One request deletes a limited number of messages.
    while (imposed.deletedMessages?.left) imposed = await this.#send(body)
    if (!isBan && isPurged) await this.#purge()
    const { until } = imposed
    const { strings } = localizer
    const ends = until === null ? strings.untilLifted : localizer.full(until)
    const text = isBan ? strings.isBanned : strings.isMuted
    const sentences = [localizer.insert(text, this.#author), ' ', localizer.insert(strings.until, ends)]
    done(sentences.flat().join(''), () => this.#client.request('PATCH', this.#memberPath, { [kind]: null }))
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
      this.#problem = problemText(refusal, this.#context)
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
