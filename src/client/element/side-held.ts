import { html, nothing } from 'lit/html.js'
import type { HeldMessage } from '../../contract/index.ts'
import { lazily } from '../lazy.ts'
import type { Parlour } from '../types.ts'
import { button, error } from './controls.ts'
import type { Conversation } from './conversation.ts'
import { heldPath } from './held-messages.ts'
import { Panel, type PanelView } from './panel.ts'
import { problemText, problemType } from './problem-text.ts'
import type { SanctionOptions } from './sanction-form.ts'
import { closeByKey, coversLog, sideHead } from './side-frame.ts'
import type { ViewContext } from './view-context.ts'

const loadSanctionForm = lazily(() => import('./sanction-form.ts'))

/** The form to ban the author of this message. */
type BanOptions = SanctionOptions & { message: HeldMessage }

const rowOf = (id: string) => `[data-of="${id}"]`

/** The messages that wait for approval, the oldest first, with the buttons to decide on them. */
export class HeldList implements PanelView {
  readonly focus = '[part=held]'
  /** The messages that are being decided on. */
  readonly #busy = new Set<string>()
  /** Why something could not be done; without an id, why older messages could not be loaded. */
  #refusal: { id?: string; text: string } | undefined
  /** The ban that was imposed last. */
  #banned: { text: string; lift: () => Promise<unknown> } | undefined
  /** The messages that were shown last. */
  #shown: readonly string[] = []
  readonly #context: ViewContext
  /** The page may go to another room before the server has answered. */
  readonly #conversation: Conversation
  readonly #client: Parlour
  readonly #close: () => void
  readonly #ban: Panel<BanOptions>

  constructor(context: ViewContext, close: () => void) {
    this.#context = context
    this.#conversation = context.conversation
    this.#client = context.activeClient
    this.#close = close
    this.#ban = new Panel<BanOptions>(
      context,
      loadSanctionForm,
      ({ message }) => `${rowOf(message.id)} [part=ban]`,
    )
  }

  /** Does something, and says so in its place if that is refused. */
  async #attempt(act: () => Promise<unknown>, id = ''): Promise<void> {
    if (this.#busy.has(id)) return
    this.#busy.add(id)
    this.#refusal = undefined
    try {
      await act()
    } catch (refusal) {
      // Another moderator was faster.
      if (id && problemType(refusal) === 'held-not-found') this.#conversation.held?.remove(id)
      else this.#refusal = { ...(id && { id }), text: problemText(refusal, this.#context) }
    }
    this.#busy.delete(id)
    this.#context.requestUpdate()
  }

  /** Approves a message (`PUT`), or refuses it (`DELETE`). */
  #decide(method: 'PUT' | 'DELETE', { id }: HeldMessage): Promise<void> {
    return this.#attempt(async () => {
      await this.#client.request(method, `${heldPath(this.#conversation)}/${id}`)
      this.#conversation.held?.remove(id)
    }, id)
  }

  /** Approves or refuses all messages of an author, also those that aren't loaded. */
  #decideAll(method: 'PUT' | 'DELETE', { id, userName }: HeldMessage): Promise<void> {
    const query = new URLSearchParams({ author: userName })
    return this.#attempt(async () => {
      await this.#client.request(method, `${heldPath(this.#conversation)}?${query}`)
      // An edit of a message that was deleted meanwhile can't be approved, and still waits.
      await this.#conversation.held?.load()
    }, id)
  }

  /** Opens the form to ban an author. The ban also refuses the author's messages that wait. */
  #openBan(message: HeldMessage): void {
    const done = (text: string, lift: () => Promise<unknown>) => {
      this.#banned = { text, lift }
      void this.#decideAll('DELETE', message)
    }
    void this.#ban.open({ message, entry: { userName: message.userName }, kind: 'ban', done })
  }

  /**
   * Keeps the focus on its message when messages before it go away, and moves it to the next message when its own does. The rows are
   * rendered by their place.
   */
  #keepFocus(ids: readonly string[]): void {
    const shown = this.#shown
    this.#shown = ids
    const focused = this.#context.query<HTMLElement>('[data-of] :focus')
    const id = focused?.closest<HTMLElement>('[data-of]')?.dataset.of
    if (!focused || id === undefined) return
    const place = shown.indexOf(id)
    if (ids[place] === id) return
    const next = [...shown.slice(place), ...shown.slice(0, place).reverse()].find((each) =>
      ids.includes(each),
    )
    const part = ids.includes(id) ? focused.getAttribute('part') : 'approve'
    this.#context.focusOn(next === undefined ? this.focus : `${rowOf(next)} [part=${part}]`)
  }

  #goTo(seq: number): void {
    if (coversLog(this.#context)) this.#close()
    this.#context.jumps.open({ seq })
  }

  #text({ userName, createdAt, edits, message, files }: HeldMessage): unknown {
    const { localizer } = this.#context
    return html`<p class="head"><b dir="auto">${userName}</b> <time>${localizer.full(createdAt)}</time></p>
      ${edits === null ? nothing : button(localizer.strings.heldEdit, () => this.#goTo(edits), 'edits', 'quiet')}
      <p class="whole" dir="auto">${message}</p>
      ${files?.length ? this.#files(files) : nothing}`
  }

  #files(files: HeldMessage['files']): unknown {
    if (!this.#context.files) void this.#context.loadFiles()
    return this.#context.files?.held(files)
  }

  /** Renders a message with its buttons. `count`: how many messages of its author wait. */
  #row(message: HeldMessage, count: number): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    const { id } = message
    const all = (label: string, method: 'PUT' | 'DELETE', part: string) =>
      button(
        localizer.insert(label, localizer.number(count)),
        () => this.#decideAll(method, message),
        part,
        'quiet',
      )
    return html`${this.#text(message)}
      <div class="line">
        ${button(strings.approve, () => this.#decide('PUT', message), 'approve', 'strong')}
        ${button(strings.refuse, () => this.#decide('DELETE', message), 'refuse')}
        ${button(strings.ban, () => this.#openBan(message), 'ban')}
      </div>
      ${
        count > 1
          ? html`<div class="line">
              ${all(strings.approveAll, 'PUT', 'approve-all')} ${all(strings.refuseAll, 'DELETE', 'refuse-all')}
            </div>`
          : nothing
      }
      ${error(this.#refusal?.id === id && this.#refusal.text)}`
  }

  /** Renders what was done with the last ban. */
  #renderBanned(): unknown {
    const banned = this.#banned
    if (!banned) return nothing
    const undo = async () => {
      await this.#attempt(banned.lift)
      if (!this.#refusal) this.#banned = undefined
      this.#context.focusOn(this.focus)
    }
    return html`<p class="faint" role="status">
      ${banned.text} ${button(this.#context.localizer.strings.undo, undo, 'undo', 'quiet')}
    </p>`
  }

  #list(messages: readonly HeldMessage[], next: string | null): unknown {
    const { localizer } = this.#context
    const older = () => this.#attempt(async () => this.#conversation.held?.loadOlder())
    const ofAuthor = (userId: number | null) => messages.filter((each) => each.userId === userId).length
    return html`${this.#renderBanned()}
      ${next === null ? nothing : button(localizer.strings.showOlder, older, 'search-on')}
      ${error(this.#refusal && this.#refusal.id === undefined && this.#refusal.text)}
      <ol>
        ${messages.map(
          (message) =>
            html`<li class="waiting" data-of=${message.id}>${this.#row(message, ofAuthor(message.userId))}</li>`,
        )}
      </ol>`
  }

  render(): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    const { held } = this.#conversation
    const { messages = [], next = null } = held ?? {}
    const banned = this.#ban.options
    if (!banned) this.#keepFocus(messages.map(({ id }) => id))
    const title = messages.length === 0 ? strings.noneHeld : held?.label()
    return html`<section
      class="side-content"
      part="held"
      role="dialog"
      tabindex="-1"
      aria-label=${title}
      @keydown=${closeByKey(this.#close)}
    >
      ${sideHead(localizer, html`<h3>${title}</h3>`, this.#close)}
      <div class="side-list" tabindex="-1">
        ${banned ? [this.#text(banned.message), this.#ban.render()] : this.#list(messages, next)}
      </div>
    </section>`
  }
}
