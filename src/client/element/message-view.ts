import { html, nothing, type TemplateResult } from 'lit/html.js'
import type { FindMention } from '../../contract/markdown.ts'
import type { Sending } from '../types.ts'
import { button, error } from './controls.ts'
import { face } from './face.ts'
import { lazily } from './lazy.ts'
import { markdown } from './markdown-view.ts'
import { mentionsReader } from './mentions.ts'
import type { MessageTools } from './message-tools.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

const loadTools = lazily(() => import('./message-tools.ts'))

/** The events of reactions that the tools handle. */
const reactionEvents =
  'click contextmenu pointerover pointerout pointerdown pointerup pointercancel focusin focusout'

/** Renders messages. */
export class MessageView {
  /** Finds the names in a text that it mentions. Undefined until it is loaded: then the mentions are marked. */
  findMentionOf: ((names: readonly string[]) => FindMention) | undefined
  /** The tools for messages. Undefined until they are loaded. */
  #tools: MessageTools | undefined
  #isWanted = false
  #hasFailed = false
  readonly #context: ViewContext
  /** Takes a message that was refused back into the composer. */
  readonly #mend: (sending: Sending) => void

  constructor(context: ViewContext, mend: (sending: Sending) => void) {
    this.#context = context
    this.#mend = mend
  }

  /** Loads the tools, which nobody sees before they use the element. */
  readonly prepare = (): void => {
    if (!this.#isWanted) void this.#loadTools()
  }

  /** Forgets what the reader was doing with the messages of another room. */
  reset(): void {
    this.#tools = undefined
    if (this.#isWanted) void this.#loadTools()
  }

  async #loadTools(): Promise<void> {
    this.#isWanted = true
    const module = await loadTools().catch(() => undefined)
    this.#hasFailed = module === undefined
    this.#tools ??= module?.messageTools(this.#context)
    this.#context.requestUpdate()
  }

  /** Opens the form to edit a message. Returns false if it can't be loaded. */
  async edit(entry: Entry): Promise<boolean> {
    if (!this.#tools) await this.#loadTools()
    this.#tools?.ask('edit', entry)
    return this.#tools !== undefined
  }

  /** Returns the state that a message is rendered from, beside the message itself. */
  stateOf(entry: Entry): unknown {
    return this.#tools ? this.#tools.stateOf(entry) : this.#hasFailed
  }

  /** Renders what the tools show. If they can't be loaded, it is a button that tries again, unless that is shown elsewhere. */
  #withTools(show: (tools: MessageTools) => unknown, isShown = true): unknown {
    if (this.#tools) return show(this.#tools)
    const { strings } = this.#context.localizer
    return this.#hasFailed && isShown
      ? html`${error(strings['not-loaded'])} ${button(strings.retry, () => this.#loadTools(), 'load-again')}`
      : nothing
  }

  /** Renders the author and the time. `open` opens the author's profile. */
  #head(
    name: string | null,
    avatar: string | null | undefined,
    at: string | number,
    open?: { tabindex: number; click: () => void },
  ): unknown {
    const { localizer } = this.#context
    const author = html`${face(name, avatar)}<b part="author" dir="auto">${name ?? localizer.strings.nobody}</b>`
    return html`<div class="head">
      ${
        open
          ? html`<button class="quiet" tabindex=${open.tabindex} aria-haspopup="dialog" @click=${open.click}>
              ${author}
            </button>`
          : author
      }<time part="time" title=${localizer.full(at)}
        >${localizer.time(at)}</time
      >
    </div>`
  }

  /** Does something with the tools, which may have to be loaded first. Where they are loaded, it does so at once. */
  async #use(act: (tools: MessageTools) => void): Promise<void> {
    if (!this.#tools && !this.#hasFailed) await this.#loadTools()
    if (this.#tools) act(this.#tools)
  }

  /** Listens to the reactions in the log. */
  listen(log: Element): void {
    for (const type of reactionEvents.split(' '))
      log.addEventListener(type, (event) => {
        const target = event.target as Element
        if (target.closest('.reactions')) void this.#use((tools) => tools.reaction(event, target))
      })
  }

  /** Takes a key that is pressed on a message. */
  keydown(event: KeyboardEvent, entry: Entry): void {
    void this.#use((tools) => tools.keydown(event, entry))
  }

  #reactions(entry: Entry, isCurrent: boolean): TemplateResult {
    const { localizer } = this.#context
    return html`<div
      class="reactions"
      part="reactions"
      role="group"
      aria-label=${localizer.strings.reactions}
    >
      ${entry.reactions.map(
        ({ reaction, count, mine }) =>
          html`<button
            class="reaction"
            part="reaction"
            data-reaction=${reaction}
            tabindex=${isCurrent ? 0 : -1}
            aria-pressed=${mine}
          >${reaction} ${localizer.number(count)}</button>`,
      )}
    </div>`
  }

  /** Renders the quote of the message that is replied to, once the tools are loaded. `from` is the number of the reply. */
  #quote(seq: number | null | undefined, tabindex: number, from?: number): unknown {
    if (!seq) return nothing
    this.prepare()
    return this.#tools?.quote(seq, tabindex, from) ?? html`<p class="faint">…</p>`
  }

  /** Renders a message of the log. */
  entry(entry: Entry, isFirst: boolean, isCurrent: boolean): unknown {
    const { localizer, conversation } = this.#context
    const { strings } = localizer
    const { seq, message, userName, avatar, createdAt, editedAt, mentions, replyTo } = entry
    const tabindex = isCurrent ? 0 : -1
    const isForReader = mentionsReader(entry, this.#context)
    return html`<div
      class="row ${isFirst ? 'first' : ''} ${isForReader ? 'mentioned' : ''}"
      part="message ${conversation.isMine(entry) ? 'own' : ''} ${isForReader ? 'mentioned' : ''}"
      role="article"
      data-key=${seq}
      tabindex=${tabindex}
      aria-label="${userName ?? strings.nobody}, ${localizer.full(createdAt)}${isForReader ? `, ${strings.mentionsYou}` : ''}"
      aria-describedby="quote${seq} text${seq}"
    >
      ${
        isFirst
          ? this.#head(
              userName,
              avatar,
              createdAt,
              userName === null
                ? undefined
                : {
                    tabindex,
                    click: () => this.#context.side.open({ userName, opener: `[data-key="${seq}"]` }),
                  },
            )
          : nothing
      }
      ${this.#quote(replyTo, tabindex, seq)}
      ${
        this.#tools?.formOf(entry)?.question === 'edit'
          ? nothing
          : html`<div class="text" part="text" id="text${seq}">
              ${message === null ? html`<p class="faint">${strings.removed}</p>` : markdown(message, this.findMentionOf?.(mentions))}${
                editedAt && message !== null ? html`<small>(${strings.edited})</small>` : nothing
              }
            </div>`
      }
      ${entry.reactions.length > 0 ? this.#reactions(entry, isCurrent) : nothing}
      ${this.#withTools((tools) => tools.render(entry, isCurrent), isCurrent)}
    </div>`
  }

  /** Renders a message on its way, or one that has failed. */
  sending(sending: Sending, isFirst: boolean): unknown {
    const { localizer, activeClient, conversation } = this.#context
    const own = conversation.timeline.entries.findLast((entry) => conversation.isMine(entry))
    const { state, text } = sending
    if (state === 'failed') this.prepare()
    return html`<div class="row sending ${isFirst ? 'first' : ''}" part="message own ${state}">
      ${isFirst ? this.#head(activeClient.userName ?? null, own?.avatar, sending.at) : nothing}
      ${this.#quote(sending.replyTo, 0)}
      <div class="text" part="text">${markdown(text)}</div>
      ${
        state === 'failed'
          ? this.#withTools((tools) => tools.failed(sending, this.#mend))
          : html`<p class="faint wait">${localizer.strings[state === 'held' ? 'held' : 'pending']}</p>`
      }
    </div>`
  }
}
