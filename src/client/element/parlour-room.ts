import { html, nothing, render, type TemplateResult } from 'lit/html.js'
import type { Parlour } from '../types.ts'
import { Composer } from './composer.ts'
import { Conversation } from './conversation.ts'
import { Drafts } from './drafts.ts'
import type { FilesPart } from './files/files-part.ts'
import { guardPresses } from './guard-presses.ts'
import { header, status } from './header.ts'
import { Identity } from './identity.ts'
import { keepPlainKeys } from './keyboard.ts'
import { Language } from './language.ts'
import { type Later, loadLater } from './load-later.ts'
import { loadReplies } from './load-replies.ts'
import type { Localizer } from './localize.ts'
import { LogView } from './log-view.ts'
import { MessageView } from './message-view.ts'
import { followsSystem, inheritedAttribute } from './page.ts'
import { Panel } from './panel.ts'
import { PinBar } from './pin-bar.ts'
import { Side } from './side.ts'
import { roomNameOf, sourceOf } from './source.ts'
import { styleSheetFor, styles } from './styles.ts'
import type { Translations } from './translations.ts'
import type { Jump, ViewContext } from './view-context.ts'

/** `<parlour-room name="lobby">`: a chatroom to put into a page. */
export class ParlourRoom extends HTMLElement implements ViewContext {
  static readonly observedAttributes = ['name', 'server', 'lang', 'dir', 'heading']

  localizer!: Localizer
  conversation!: Conversation
  later: Later | undefined
  files: FilesPart | undefined
  activeClient!: Parlour
  readonly side = new Side(this)
  readonly jumps: Panel<Jump | 'address'> = new Panel<Jump | 'address'>(this, loadReplies)
  /** Set when the page's author has to change something before there can be a conversation. */
  #setupProblem: ((localizer: Localizer) => unknown) | undefined
  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #internals = this.attachInternals()
  #client: Parlour | undefined
  #room: string | undefined
  /** The path and the fragment of the page that were followed last. */
  #address: string | undefined
  #drafts: Drafts | undefined
  #pendingUpdate: Promise<void> | undefined
  #isStale = true
  #ends: (() => void)[] = []
  /** The styles of the first view, and of the parts that were loaded. */
  readonly #css = new Set([styles])
  readonly #language = new Language(this, (localizer) => {
    this.localizer = localizer
    this.requestUpdate()
  })
  readonly #identity: Identity = new Identity(this, {
    forgotten: () => {
      this.#draftsOfServer().removeAll()
      this.#composer.clear()
    },
    isOwnName: () => !this.#client,
  })
  readonly #composer: Composer = new Composer(this, this.#identity, {
    drafts: () => this.#draftsOfServer(),
    editLast: async () => {
      const last = this.#log.lastOwn()
      return !last || this.#messages.edit(last)
    },
    sent: () => this.#log.answered(),
  })
  readonly #pins = new PinBar(this)
  readonly #messages = new MessageView(this, (sending) => this.#composer.mend(sending))
  readonly #log = new LogView(this, this.#messages)

  constructor() {
    super()
    guardPresses(this.#root)
    for (const type of ['keydown', 'keypress', 'keyup']) this.#root.addEventListener(type, keepPlainKeys)
    this.addEventListener('keydown', this.side.keydown)
    // Takes over what the page has set before this script was loaded.
    for (const key of ['client', 'strings'] as const) {
      const { value } = Object.getOwnPropertyDescriptor(this, key) ?? {}
      delete this[key]
      this[key] = value
    }
  }

  /** A client of the site's own, such as one that is signed in by the site's login. */
  get client(): Parlour | undefined {
    return this.#client
  }
  set client(client: Parlour | undefined) {
    this.#client = client
    this.#restart()
  }

  /** Texts that replace those of the language. */
  get strings(): Partial<Translations> | undefined {
    return this.#language.strings
  }
  set strings(strings: Partial<Translations> | undefined) {
    this.#language.strings = strings
    this.requestUpdate()
  }

  attributeChangedCallback(name: string): void {
    if (name === 'name' || name === 'server') this.#restart()
    this.requestUpdate()
  }

  connectedCallback(): void {
    const { ownerDocument } = this
    this.#root.adoptedStyleSheets = [...this.#css].map((css) => styleSheetFor(ownerDocument, css))
    ownerDocument.addEventListener('visibilitychange', this.#visibilityChanged)
    this.#ends = [() => ownerDocument.removeEventListener('visibilitychange', this.#visibilityChanged)]
    this.#pageChanged()
    this.#restart()
    ownerDocument.addEventListener('DOMContentLoaded', this.#scriptsDone, { once: true })
    void this.#watchPage()
  }

  disconnectedCallback(): void {
    for (const end of this.#ends) end()
    this.#ends = []
    this.conversation?.close()
  }

  /** Follows the page until the element is removed. */
  async #watchPage(): Promise<void> {
    const ends = this.#ends
    const later = await this.loadLater()
    if (this.#ends !== ends || !later) return
    ends.push(later.watch(this, this.#pageChanged))
    // The page may have changed meanwhile.
    this.#pageChanged()
  }

  async loadLater(): Promise<Later | undefined> {
    this.later ??= await loadLater().catch(() => undefined)
    if (this.later) this.adopt(this.later.css)
    return this.later
  }

  async loadFiles(): Promise<void> {
    await (await this.loadLater())?.loadFiles(this)
  }

  /** Tells the page's scripts and the reader what has happened. */
  async #tell(tell: (later: Later) => void): Promise<void> {
    const later = await this.loadLater()
    if (later) tell(later)
  }

  readonly failed = (problem: unknown): void => void this.#tell((later) => later.failed(this, problem))

  readonly #pageChanged = () => {
    if (followsSystem(this)) this.#internals.states.add('system')
    else this.#internals.states.delete('system')
    if (roomNameOf(this) !== this.#room) this.#restart()
    this.#followAddress()
    this.#language.update()
  }

  readonly #visibilityChanged = () => {
    this.#log.updateReading()
    this.requestUpdate()
  }

  adopt(css: string): void {
    if (this.#css.has(css)) return
    this.#css.add(css)
    // A sheet of its own: the browser then looks only at elements that the new rules may match.
    this.#root.adoptedStyleSheets.push(styleSheetFor(this.ownerDocument, css))
  }

  #draftsOfServer(): Drafts {
    this.#drafts ??= new Drafts(this.activeClient.url)
    return this.#drafts
  }

  #restart(): void {
    this.#isStale = true
    this.requestUpdate()
  }

  /** Opens the room without waiting for a frame, once the page's own scripts have run: one may have set the client. */
  readonly #scriptsDone = () => {
    if (this.#isStale && this.isConnected && !this.ownerDocument.hidden) this.#start()
  }

  /** Opens the room that the attributes name. */
  #start(): void {
    this.#isStale = false
    this.conversation?.close()
    const source = sourceOf(this, this.#client)
    this.#room = roomNameOf(this)
    this.#setupProblem = source.problem
    if (source.problem) return
    const { client, room } = source
    if (client !== this.activeClient) this.#drafts = undefined
    this.activeClient = client
    this.#log.reset()
    this.side.options = this.jumps.options = undefined
    this.#messages.reset()
    this.conversation = new Conversation(client, room, {
      changed: () => this.requestUpdate(),
      loadFiles: () => this.loadFiles(),
      keepalive: () => this.later?.notifies(this) === true,
      refused: (sending, problem) => {
        this.failed(problem)
        this.#composer.refused(sending, problem)
      },
      happened: (...event) => void this.#tell((later) => later.happened(this, ...event)),
    })
    this.conversation.open()
  }

  /** Renders in the next frame: once, however many messages arrive until then. */
  requestUpdate(): void {
    this.later?.follow(this)
    this.#pendingUpdate ??= new Promise(requestAnimationFrame).then(() => {
      this.#pendingUpdate = undefined
      if (this.isConnected) this.#update()
    })
  }

  #update(): void {
    if (this.#isStale) this.#start()
    this.#language.update()
    if (!this.localizer) return
    this.#log.save()
    render(this.#template(), this.#root)
    if (this.#setupProblem) return
    this.#identity.update()
    this.#composer.update()
    this.#log.update()
    this.#followAddress()
  }

  /** Goes to the message that the page's address names, once the room is loaded. */
  #followAddress(): void {
    const { pathname, hash } = this.ownerDocument.location
    const address = pathname + hash
    if (this.#isStale || !this.conversation?.isLoaded || address === this.#address) return
    this.#address = address
    if (/message-\d+$/.test(hash)) void this.jumps.open('address')
  }

  query<E extends Element>(selector: string): E | null {
    return this.#root.querySelector<E>(selector)
  }

  askName(signedIn: () => unknown): void {
    this.#identity.askName(signedIn)
  }

  show(seq: number): void {
    this.#log.show(seq)
  }
  reply(seq?: number): void {
    this.#composer.reply(seq)
  }
  focusOn(selector: string): void {
    this.requestUpdate()
    void this.#pendingUpdate?.then(() => this.query<HTMLElement>(selector)?.focus())
  }

  #template(): TemplateResult {
    const { localizer } = this
    const dir = inheritedAttribute(this, 'dir') === null && localizer.isRightToLeft ? 'rtl' : nothing
    if (this.#setupProblem)
      return html`<canvas class="size"></canvas>
        <div class="room" part="room" lang=${localizer.lang} dir=${dir}>
          <p class="closed" part="status" role="alert" dir="auto">${this.#setupProblem(localizer)}</p>
        </div>`
    return html`<canvas class="size"></canvas>
      <div
        class="room"
        part="room"
        lang=${localizer.lang}
        dir=${dir}
        @pointerover=${this.#messages.prepare}
        @focusin=${this.#messages.prepare}
        @dragover=${this.#composer.drop}
        @drop=${this.#composer.drop}
      >
        ${header(this, this.getAttribute('heading'), this.#log.reading?.buttons())}
        ${this.#pins.render()}
        <div class="middle">${status(this)} ${this.#log.template()} ${this.side.render()}</div>
        ${this.jumps.render()}
        <p class="typing" part="typing" dir="auto">${this.later?.typing(this)}</p>
        ${this.#composer.render()} ${this.files?.viewer()}
        <div class="unseen" part="announcer" aria-live="polite"></div>
      </div>`
  }
}
