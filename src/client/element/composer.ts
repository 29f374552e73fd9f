import { html, type TemplateResult } from 'lit/html.js'
import type { Parlour, Sending } from '../types.ts'
import type { Attachments } from './attachments/attachments.ts'
import type { Taken } from './attachments/taken.ts'
import { error } from './controls.ts'
import type { Conversation } from './conversation.ts'
import type { Drafts } from './drafts.ts'
import { icons } from './icons.ts'
import type { Identity } from './identity.ts'
import { fitHeight, isSendKey, isTouch } from './keyboard.ts'
import { loadReplies } from './load-replies.ts'
import { markdown } from './markdown-view.ts'
import { Panel } from './panel.ts'
import { isAboutText, problemText } from './problem-text.ts'
import { isTooLong } from './text-length.ts'
import type { ViewContext } from './view-context.ts'
import { Writing } from './writing.ts'

type Hooks = {
  drafts: () => Drafts
  /** Opens the form to edit the reader's last message. Returns false if it can't be loaded. */
  editLast: () => Promise<boolean>
  /** The reader has written a message. */
  sent: () => void
}

/** A message as it was when the reader pressed Enter. Until it is sent, it stays in the field. */
type Written = {
  /** Names its server and its room. */
  place: string
  conversation: Conversation
  client: Parlour
  drafts: Drafts
  text: string
  replyTo: number | undefined
  files: Taken | undefined
}

/** The field to write in. A reader without a name is asked for one when they first send. */
export class Composer {
  #problem: string | undefined
  #text = ''
  /** The field and the room whose draft is in it. */
  #filled: { field: HTMLTextAreaElement; conversation: Conversation } | undefined
  readonly #context: ViewContext
  readonly #identity: Identity
  readonly #writing: Writing
  readonly #hooks: Hooks
  /** The quote above the field. It is open for the number of the message that is replied to. */
  readonly #reply: Panel<number>
  /** The messages that wait for a name or for their images, by their places. Another Enter replaces the one of its place. */
  readonly #waiting = new Map<string, Written>()

  constructor(context: ViewContext, identity: Identity, hooks: Hooks) {
    this.#context = context
    this.#identity = identity
    this.#hooks = hooks
    this.#reply = new Panel<number>(context, loadReplies)
    this.#writing = new Writing(
      context,
      () => this.#field(),
      () => this.#setProblem(context.localizer.strings['not-loaded']),
    )
  }

  #field(): HTMLTextAreaElement | null {
    return this.#context.query('[part=input]')
  }

  /** Sets the message that is replied to. */
  #answer(seq: number | undefined): void {
    this.#reply.options = undefined
    if (seq) void this.#reply.open(seq)
  }

  /** Sets the text, and keeps it as the room's draft. */
  #setText(text: string): void {
    this.#text = text
    this.#hooks.drafts().set(this.#conversation.name, { text, replyTo: this.#reply.options })
    const field = this.#field()
    if (field && field.value !== text) {
      field.value = text
      fitHeight({ target: field })
    }
    this.#context.requestUpdate()
  }

  #setProblem(problem: string | undefined): void {
    this.#problem = problem
    this.#context.requestUpdate()
  }

  /** Puts the room's draft into a field that is new or was another room's. */
  update(): void {
    const { conversation } = this.#context
    const field = this.#field()
    if (!field) this.#filled = undefined
    if (!field || (this.#filled?.field === field && this.#filled.conversation === conversation)) return
    this.#filled = { field, conversation }
    const { text, replyTo } = this.#hooks.drafts().get(conversation.name)
    this.#text = text
    this.#answer(replyTo)
    this.#problem = undefined
    if (field.value === text) return
    field.value = text
    fitHeight({ target: field })
    this.#context.requestUpdate()
  }

  /** Begins a reply to a message, or gives it up. */
  reply(seq?: number): void {
    this.#answer(seq)
    this.#setText(this.#text)
    this.#context.focusOn('[part=input]')
  }

  /** The room whose draft is in the field. */
  get #conversation(): Conversation {
    return (this.#filled ?? this.#context).conversation
  }

  get #place(): string {
    return `${this.#context.activeClient.url} ${this.#conversation.name}`
  }

  /** Returns what is written at this moment. The reader may go to another room or write on before it can be sent. */
  #written(): Written {
    const conversation = this.#conversation
    return {
      place: this.#place,
      conversation,
      client: this.#context.activeClient,
      drafts: this.#hooks.drafts(),
      text: this.#text,
      replyTo: this.#reply.options,
      files: this.#writing.help?.files?.taken(conversation.name),
    }
  }

  /** Returns the room and the client that send a message: those of now for a room that is shown, because the page may have set its client meanwhile. */
  #senderOf(written: Written): Pick<Written, 'conversation' | 'client'> {
    const { conversation, activeClient: client } = this.#context
    return `${client.url} ${conversation.name}` === written.place ? { conversation, client } : written
  }

  #send(written = this.#written()): void {
    const { place, text, replyTo, files } = written
    const { conversation, client } = this.#senderOf(written)
    const again = () => this.#waiting.get(place) === written && this.#send(written)
    const attached = files?.toSend(again)
    if ((text.trim() === '' && !attached) || isTooLong(text)) return
    this.#waiting.set(place, written)
    if (attached === 'later') return
    if (client.userName === undefined) {
      // The form signs in with the client of the element.
      if (client === this.#context.activeClient) this.#identity.askName(again)
      return
    }
    this.#waiting.delete(place)
    this.#sent(written)
    conversation.send(text, replyTo, attached)
  }

  /** Removes what is sent from the field, or from the draft of a room that the reader has left. Keeps what was written since. */
  #sent({ place, conversation: { name }, drafts, text, replyTo, files }: Written): void {
    files?.clear()
    const isShown = place === this.#place
    const now = isShown ? { text: this.#text, replyTo: this.#reply.options } : drafts.get(name)
    const rest = now.text.startsWith(text) ? now.text.slice(text.length).trimStart() : now.text
    const isAnswered = now.replyTo === replyTo
    if (isShown) {
      if (isAnswered) this.#answer(undefined)
      this.#setText(rest)
      this.#problem = undefined
      this.#hooks.sent()
    } else drafts.set(name, { text: rest, replyTo: isAnswered ? undefined : now.replyTo })
  }

  /** Removes all that is written and not sent. */
  clear(): void {
    this.#answer(undefined)
    this.#setText('')
    this.#writing.help?.files?.clear()
    this.#waiting.clear()
    this.#problem = undefined
  }

  /** Takes a refused message back to be changed, unless something else is being written. */
  refused(sending: Sending, problem: Error): void {
    if (isAboutText(problem) && this.#text.trim() === '') this.mend(sending, problem)
  }

  /** Takes a refused message out of the log and in front of the text that is being written. */
  mend(sending: Sending, problem = sending.problem): void {
    sending.discard()
    if (sending.replyTo) this.#answer(sending.replyTo)
    const { name } = this.#context.conversation
    void this.#withFiles((files) => files.restore(sending.files, name))
    this.#setText([sending.text, this.#text].filter(Boolean).join('\n'))
    this.#setProblem(problem && problemText(problem, this.#context))
    this.#context.focusOn('[part=input]')
  }

  /** Does something with the files of the message. The parts for that may have to be loaded. */
  async #withFiles(act?: (files: Attachments) => unknown): Promise<void> {
    await this.#writing.load()
    await this.#writing.help?.withFiles(act)
  }

  /** Takes files that are pasted, or dragged over the room and dropped. Returns false for anything else. */
  #take(event: Event, data: DataTransfer | null): boolean {
    if (!data?.types.includes('Files') || data.types.includes('text/plain')) return false
    event.preventDefault()
    // They are gone when the event is over.
    const taken = [...data.files]
    const { name } = this.#context.conversation
    void this.#withFiles((files) => files.take(taken, event.type, name))
    return true
  }

  readonly #paste = (event: ClipboardEvent) => {
    if (!this.#take(event, event.clipboardData)) this.#writing.help?.paste(event)
  }

  readonly #focus = () => {
    this.#identity.prepare()
    void this.#withFiles()
  }

  /** Takes files that are dragged over the room. Without this the browser would leave the page and open them. */
  readonly drop = (event: DragEvent): void => {
    this.#take(event, event.dataTransfer)
  }

  readonly #submit = (event: Event) => {
    event.preventDefault()
    this.#send()
  }

  readonly #keydown = (event: KeyboardEvent) => {
    if (this.#writing.keydown(event)) return
    if (isSendKey(event)) {
      event.preventDefault()
      this.#send()
    } else if (event.key === 'ArrowUp' && this.#text === '') {
      event.preventDefault()
      void this.#editLast()
    }
  }

  async #editLast(): Promise<void> {
    const isOpen = await this.#hooks.editLast()
    this.#setProblem(isOpen ? undefined : this.#context.localizer.strings['not-loaded'])
  }

  readonly #input = (event: Event) => {
    fitHeight(event)
    this.#problem = undefined
    this.#setText((event.target as HTMLTextAreaElement).value)
    this.#writing.help?.written(event)
    if (this.#text !== '') this.#context.conversation.typing()
  }

  render(): TemplateResult {
    const { localizer, conversation } = this.#context
    const { strings } = localizer
    const { help } = this.#writing
    if (conversation.chatroom?.archived)
      return html`<p class="closed" part="composer">${strings.archived}</p>`
    return html`<div class="foot">
      ${this.#identity.form()} ${error(this.#problem)} ${help?.preview(this.#text, markdown)}
      ${this.#reply.render()} ${help?.files?.list()}
      <form class="composer" part="composer" @submit=${this.#submit}>
        <textarea
          part="input"
          rows="1"
          dir="auto"
          enterkeyhint=${isTouch() ? 'enter' : 'send'}
          aria-label=${strings.write}
          placeholder=${strings.write}
          @keydown=${this.#keydown}
          @focus=${this.#focus}
          @blur=${() => this.#writing.help?.close()}
          @compositionend=${this.#input}
          @input=${this.#input}
          @paste=${this.#paste}
        ></textarea>
        ${help?.suggestions()} ${help?.files?.buttons()} ${help?.previewButton(this.#text)}
        <button
          class="icon send"
          part="send"
          title=${strings.send}
          ?disabled=${isTooLong(this.#text)}
        >${icons.send}</button>
      </form>
      ${help?.counter(this.#text)} ${this.#identity.line()}
    </div>`
  }
}
