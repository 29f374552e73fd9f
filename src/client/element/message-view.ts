import { html, nothing, render, type TemplateResult } from 'lit/html.js'
import { lazily } from '../lazy.ts'
import type { Sending } from '../types.ts'
import { button, error } from './controls.ts'
import { face } from './face.ts'
import { markdown } from './markdown-view.ts'
import { mentionsReader } from './mentions.ts'
import type { MessageTools } from './message-tools.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

const loadTools = lazily(() => import('./message-tools.ts'))

/** The events of reactions that the tools handle. */
const reactionEvents =
  'click contextmenu pointerover pointerout pointerdown pointerup pointercancel focusin focusout'

/** A message that shows all that most messages do. The other fields would only take bytes. */
const sample: Partial<Entry> = {
  userName: '-',
  message: '- **a** `b`',
  createdAt: '1970',
  mentions: [],
  reactions: [{ reaction: '👍', count: 1, mine: false }],
}

/** Renders messages. */
export class MessageView {
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

  /**
   * Renders a message and lays it out while the first ones are on their way, and removes it before anybody sees it. Browsers compile code
   * and load fonts, such as that of emoji, when they are first used, which would delay the first paint.
   */
  warmUp(log: Element): void {
    setTimeout(() => {
      const cell = document.createElement('div')
      render(this.entry(sample as Entry, true, false), cell)
      log.append(cell)
      cell.getBoundingClientRect()
      cell.remove()
    })
  }

  /** Forgets what the reader was doing with the messages of another room. */
  reset(): void {
    this.#tools = undefined
    if (this.#isWanted) void this.#loadTools()
  }

  async #loadTools(): Promise<void> {
    this.#isWanted = true
    const module = await loadTools().catch(() => undefined)
    // The part for later is here already, unless that has failed.
    const later = await this.#context.loadLater()
    this.#hasFailed = !module || !later
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
  stateOf(entry: Entry, isCurrent: boolean): unknown[] {
    const { replyTo, mentions, files } = entry
    return [
      this.#tools ? this.#tools.stateOf(entry, isCurrent) : this.#hasFailed,
      (replyTo || mentions?.length || files?.length) && this.#context.later,
      replyTo && this.#context.conversation.timeline.find(replyTo),
      this.#context.files?.state,
    ]
  }

  /** Renders what the tools show. If they can't be loaded, it is a button that tries again, unless that is shown elsewhere. */
  #withTools(show: (tools: MessageTools) => unknown, isShown = true): unknown {
    if (this.#tools) return show(this.#tools)
    const { strings } = this.#context.localizer
    return this.#hasFailed && isShown
      ? html`${error(strings['not-loaded'])} ${button(strings.retry, () => this.#loadTools(), 'load-again')}`
      : nothing
  }

  /** Renders the author and the time. With a `tabindex`, the author is a button. */
  #head(
    name: string | null,
    avatar: string | null | undefined,
    at: string | number,
    tabindex?: number,
    bot?: true,
  ): unknown {
    const { localizer } = this.#context
    const author = html`${face(name, avatar)}<b part="author" dir="auto">${name ?? localizer.strings.nobody}</b>`
    return html`<div class="head">
      ${
        tabindex !== undefined
          ? html`<button class="quiet" tabindex=${tabindex} aria-haspopup="dialog">${author}</button>`
          : bot
            ? html`${author}<small class="bot" part="bot">${localizer.strings.bot}</small>`
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

  /** Listens to the reactions and the authors in the log. */
  listen(log: Element): void {
    for (const type of reactionEvents.split(' '))
      log.addEventListener(type, (event) => {
        const target = event.target as Element
        if (target.closest('.reactions')) void this.#use((tools) => tools.reaction(event, target))
        if (type === 'click' && target.closest('.head button')) this.#openProfile(target)
      })
  }

  /** Opens the profile of a message's author. */
  #openProfile(target: Element): void {
    const { key } = target.closest<HTMLElement>('[data-key]')?.dataset ?? {}
    const { userName } = this.#context.conversation.timeline.find(Number(key)) ?? {}
    if (userName) void this.#context.side.open({ userName, opener: `[data-key="${key}"]` })
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
            data-of=${reaction}
            tabindex=${isCurrent ? 0 : -1}
            aria-pressed=${mine}
            .textContent=${`${reaction} ${localizer.number(count)}`}
          ></button>`,
      )}
    </div>`
  }

  /** Renders the quote of the message that is replied to. `from` is the number of the reply. */
  #quote(seq: number | null | undefined, tabindex: number, from?: number): unknown {
    if (!seq) return nothing
    return this.#context.later?.quote(this.#context, seq, tabindex, from) ?? html`<p class="faint">…</p>`
  }

  /** Renders the files and the reactions below the text of a message. Most messages have no files, and no node for them. */
  #below(entry: Entry, isCurrent: boolean, tabindex: number): unknown {
    const reactions = entry.reactions.length > 0 ? this.#reactions(entry, isCurrent) : nothing
    if (!entry.files?.length) return reactions
    return [this.#context.later?.filesOf(this.#context, entry, tabindex), reactions]
  }

  /** Renders a message of the log. */
  entry(entry: Entry, isFirst: boolean, isCurrent: boolean): unknown {
    const { localizer, conversation } = this.#context
    const { strings } = localizer
    const { seq, message, userName, bot, avatar, createdAt, editedAt, mentions, replyTo } = entry
    const tabindex = isCurrent ? 0 : -1
    const isForReader = mentionsReader(entry, this.#context)
    return html`<div
      class="row ${isFirst ? 'first' : ''} ${isForReader ? 'mentioned' : ''}"
      part="message ${conversation.isMine(entry) ? 'own' : ''} ${isForReader ? 'mentioned' : ''}"
      role="article"
      data-key=${seq}
      tabindex=${tabindex}
      aria-label="${userName ?? strings.nobody}${bot ? ` (${strings.bot})` : ''}, ${localizer.full(createdAt)}${isForReader ? `, ${strings.mentionsYou}` : ''}"
      aria-describedby="quote${seq} text${seq} files${seq}"
    >
      ${isFirst ? this.#head(userName, avatar, createdAt, userName === null || bot ? undefined : tabindex, bot) : nothing}
      ${this.#quote(replyTo, tabindex, seq)}
      ${
        this.#tools?.formOf(entry)?.question === 'edit'
          ? nothing
          : html`<div class="text" part="text" id="text${seq}">
              ${message === null ? html`<p class="faint">${strings.removed}</p>` : markdown(message, this.#context.later?.findMentionOf(mentions))}${
                editedAt && message !== null ? html`<small>(${strings.edited})</small>` : nothing
              }
            </div>`
      }
      ${this.#below(entry, isCurrent, tabindex)}
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
      ${this.#context.later?.filesOfSending(this.#context, sending)}
      ${
        state === 'failed'
          ? this.#withTools((tools) => tools.failed(sending, this.#mend))
          : html`<p class="faint wait">${localizer.strings[state === 'held' ? 'held' : 'pending']}</p>`
      }
    </div>`
  }
}
