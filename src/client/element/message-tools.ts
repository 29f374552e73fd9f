import { html, nothing } from 'lit/html.js'
import { lazily } from '../lazy.ts'
import type { Sending } from '../types.ts'
import { changeMessage } from './change-message.ts'
import { button, error } from './controls.ts'
import { LinkCopier } from './copy-link.ts'
import { type Action, messageActions, type Question, REPLY_KEY } from './message-actions.ts'
import { MessageForm } from './message-form.ts'
import { isModerator } from './moderator.ts'
import { Panel } from './panel.ts'
import { isAboutText, problemText, problemType } from './problem-text.ts'
import { ReactionMenu } from './reaction-menu.ts'
import { hasReacted } from './reactions.ts'
import { rowsInView } from './rows-in-view.ts'
import type { SanctionOptions } from './sanction-form.ts'
import css from './styles/message-tools.css'
import { watchSwipes } from './swipe.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'
import { WhoReacted } from './who-reacted.ts'

const loadSanctionForm = lazily(() => import('./sanction-form.ts'))

/** The tools for messages: their buttons, their keys, and the form below a message. */
class MessageTools {
  readonly #context: ViewContext
  readonly #actions: readonly Action[]
  readonly #reported = new Set<number>()
  /** The edits that wait for approval, by the numbers of their messages, with the text before. */
  readonly #heldEdits = new Map<number, { id: string; before: string | null }>()
  #form: MessageForm | undefined
  /** The reader and the room whose role was looked up. */
  #roleOf = ''
  /** The user who has reported messages, and the like. */
  #userId: number | undefined
  /** The messages that have their buttons, beside the current one. */
  #inView: { seqs: ReadonlySet<number> } | undefined
  /** Why something could not be done with a message. */
  #refusal: { seq: number; text: string } | undefined
  readonly #menu: ReactionMenu
  readonly #who: WhoReacted
  readonly #link: LinkCopier
  readonly #sanction: Panel<SanctionOptions>
  /** The ban or mute that was imposed last. */
  #sanctioned: { seq: number; text: string; lift: () => Promise<unknown> } | undefined

  constructor(context: ViewContext) {
    this.#context = context
    this.#userId = context.activeClient.userId
    this.#menu = new ReactionMenu(context, (seq, reaction) => this.#toggle(seq, reaction))
    this.#who = new WhoReacted(context)
    this.#link = new LinkCopier(context)
    this.#sanction = new Panel(context, loadSanctionForm, ({ entry }) => `[data-key="${entry.seq}"]`)
    this.#actions = messageActions(context, {
      ask: (question, entry) => this.ask(question, entry),
      react: (entry) => this.#menu.open(entry),
      copyLink: ({ seq }) => void this.#link.copy(seq),
      sanction: (entry, kind) => {
        const { seq } = entry
        const done = (text: string, lift: () => Promise<unknown>) => {
          this.#sanctioned = { seq, text, lift }
        }
        void this.#sanction.open({ entry, kind, done })
      },
      attempt: ({ seq }, act) => void this.#attempt(seq, act),
    })
  }

  /** Finds out anew what the reader may do, and forgets what another one has done, whenever the reader is another one or the room's settings come. */
  #findRole(): void {
    const { activeClient, conversation } = this.#context
    const { userName, userId } = activeClient
    if (this.#userId !== userId) {
      this.#userId = userId
      this.#reported.clear()
      this.#heldEdits.clear()
      this.#sanctioned = undefined
    }
    const { name = '', owner = null } = conversation.chatroom ?? {}
    const asked = [userName, activeClient.token, name, owner].join('\n')
    if (asked === this.#roleOf) return
    this.#roleOf = asked
    conversation.isModerator = false
    isModerator(this.#context)
      .then((found) => {
        if (this.#roleOf !== asked) return
        conversation.isModerator = found
        this.#context.requestUpdate()
      })
      // Without a network the reader can't moderate either.
      .catch(() => {})
  }

  /** Prepares for an update: follows the reader, the room and the log. */
  #prepare(): void {
    const log = this.#context.query<HTMLElement>('.log')
    this.#findRole()
    watchSwipes(log, (seq) => this.#swiped(seq))
    this.#inView = log ? rowsInView(log, () => this.#context.requestUpdate()) : undefined
  }

  /**
   * Returns the actions whose buttons a message has. Of the messages in the document, only those in view have any, and the current one:
   * buttons take longer to draw than texts.
   */
  #shown(entry: Entry, isCurrent: boolean): readonly Action[] {
    return isCurrent || this.#inView?.seqs.has(entry.seq) ? this.#offered(entry) : []
  }

  #offered(entry: Entry): readonly Action[] {
    return entry.message === null ? [] : this.#actions.filter((action) => action.isOffered(entry))
  }

  /** Begins a reply to a message that was swiped. */
  #swiped(seq: number): void {
    const entry = this.#context.conversation.timeline.find(seq)
    if (entry && this.#offered(entry).some(({ key }) => key === REPLY_KEY)) this.#context.reply(seq)
  }

  /** Opens a form below a message. */
  ask(question: Question, entry: Entry): void {
    const { conversation } = this.#context
    const form = new MessageForm(this.#context, question, entry, {
      close: () => {
        // The answer may come when another form is open, or another room.
        if (this.#form !== form || this.#context.conversation !== conversation) return
        this.#form = undefined
        this.#context.focusOn(`[data-key="${entry.seq}"]`)
      },
      reported: () => {
        this.#reported.add(entry.seq)
        conversation.reported?.(entry.seq)
      },
      held: (id) => this.#heldEdits.set(entry.seq, { id, before: entry.message }),
    })
    this.#form = form
    this.#context.focusOn(form.focus)
  }

  /** Tells whether an edit of a message waits for approval. */
  #hasHeldEdit({ seq, message }: Entry): boolean {
    const edit = this.#heldEdits.get(seq)
    return edit?.before === message && !this.#context.conversation.held?.isDecided(edit.id)
  }

  /** Returns the open form of a message. */
  formOf({ seq, message }: Entry): MessageForm | undefined {
    return this.#form?.seq === seq && message !== null ? this.#form : undefined
  }

  /** Returns the state that a message is rendered from, beside the message itself. With an open form or menu it is rendered each time. */
  stateOf(entry: Entry, isCurrent: boolean): unknown {
    // One message is the current one.
    if (isCurrent) this.#prepare()
    const { seq } = entry
    if (this.formOf(entry) || this.#menu.seq === seq || this.#sanction.options?.entry.seq === seq) return {}
    if (this.#sanctioned?.seq === seq) return this.#sanctioned
    if (this.#refusal?.seq === seq) return this.#refusal
    const link = this.#link.stateOf(seq)
    if (link) return link
    const { strings } = this.#context.localizer
    return [
      this.#reported.has(seq),
      this.#hasHeldEdit(entry),
      ...this.#shown(entry, isCurrent).map(({ label }) => label(strings)),
    ].join()
  }

  /** Does something with a message, and says so below it if that is refused. */
  async #attempt(seq: number, act: () => Promise<unknown>): Promise<void> {
    this.#refusal = undefined
    try {
      await act()
    } catch (refusal) {
      this.#refusal = { seq, text: problemText(refusal, this.#context) }
    }
    this.#context.requestUpdate()
  }

  /** Gives the reader's reaction, or takes it back. Asks for a name first. */
  #toggle(seq: number, reaction: string): void {
    const { activeClient, conversation } = this.#context
    const entry = conversation.timeline.find(seq)
    const isGiven = entry !== undefined && hasReacted(entry, reaction)
    const act = async () => {
      // While the reader was asked for a name, the page may have gone to another room, which has other messages.
      if (this.#context.conversation !== conversation) return
      await this.#attempt(seq, () =>
        changeMessage(this.#context, seq, (room) => room[isGiven ? 'unreact' : 'react'](seq, reaction)),
      )
    }
    if (activeClient.userName === undefined) this.#context.askName(act)
    else void act()
  }

  /** Handles an event of a message's reactions. `target` is the element that it happened on. */
  reaction(event: Event, target: Element): void {
    const { of: reaction } = target.closest<HTMLElement>('.reaction')?.dataset ?? {}
    const seq = Number(target.closest<HTMLElement>('[data-key]')?.dataset.key)
    const isDone = this.#who.handle(event, target, seq)
    if (event.type === 'click' && !isDone && reaction) this.#toggle(seq, reaction)
  }

  /** Renders the form to ban or mute the author, or what was done with it. */
  #renderSanction({ seq }: Entry): unknown {
    const { strings } = this.#context.localizer
    if (this.#sanction.options?.entry.seq === seq) return this.#sanction.render()
    const sanctioned = this.#sanctioned
    if (sanctioned?.seq !== seq) return nothing
    const { text, lift } = sanctioned
    const { conversation } = this.#context
    const undo = async () => {
      await this.#attempt(seq, lift)
      if (this.#context.conversation !== conversation) return
      if (this.#refusal?.seq !== seq) this.#sanctioned = undefined
      this.#context.focusOn(`[data-key="${seq}"]`)
    }
    return html`<p class="faint" part="sanctioned" role="status">
      ${text} ${button(strings.undo, undo, 'undo', 'quiet')}
    </p>`
  }

  /** Does what a key that is pressed on a message stands for. */
  keydown(event: KeyboardEvent, entry: Entry): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') this.#context.query<HTMLButtonElement>('[part=back]')?.click()
    const action = this.#offered(entry).find(({ key }) => key === event.key)
    if (!action) return
    event.preventDefault()
    action.run(entry)
  }

  /** Renders why a message could not be sent, and what its author can do about that. `mend` takes it back into the composer. */
  failed(sending: Sending, mend: (sending: Sending) => void): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    const { problem } = sending
    const reason = problem && problemType(problem) && [' ', problemText(problem, this.#context)]
    return html`${error([strings.failed, reason])}
      <div class="line">
        ${
          problem && isAboutText(problem)
            ? button(strings.edit, () => mend(sending), 'mend')
            : button(strings.retry, () => sending.retry(), 'retry')
        }
        ${button(strings.remove, () => sending.discard(), 'discard')}
      </div>`
  }

  /** Renders the buttons of a message, or its form. They are in the tab order if `isCurrent`. */
  render(entry: Entry, isCurrent: boolean): unknown {
    const { strings } = this.#context.localizer
    const form = this.formOf(entry)
    if (form) return form.render()
    const shown = this.#shown(entry, isCurrent)
    const buttons = html`<div class="tools" part="tools">
      ${shown.map(
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
      this.#menu.render(entry),
      this.#renderSanction(entry),
      error(this.#refusal?.seq === entry.seq && this.#refusal.text),
      shown.length > 0 ? buttons : nothing,
      this.#link.render(entry.seq),
      ...[this.#reported.has(entry.seq) && strings.reported, this.#hasHeldEdit(entry) && strings.held].map(
        (text) => (text ? html`<p class="faint" role="status">${text}</p>` : nothing),
      ),
    ]
  }
}

export type { MessageTools }

export const messageTools = (context: ViewContext): MessageTools => {
  context.adopt(css)
  return new MessageTools(context)
}
