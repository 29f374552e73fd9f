import { html, nothing, render, type TemplateResult } from 'lit/html.js'
import { parlour } from '../client.ts'
import type { Parlour } from '../types.ts'
import { announce } from './announcer.ts'
import { Composer } from './composer.ts'
import { button, icons } from './controls.ts'
import { Conversation } from './conversation.ts'
import { header, status, typing } from './header.ts'
import type { Host } from './host.ts'
import { type Localizer, loadLocalizer } from './localize.ts'
import { LogView } from './log.ts'
import { MessageView } from './message.ts'
import { roomName } from './room-name.ts'
import { type Row, rowsOf } from './rows.ts'
import { Scroll } from './scroll.ts'
import base from './styles/base.css'
import composer from './styles/composer.css'
import log from './styles/log.css'
import type { Translations } from './translations.ts'
import { UnreadMarker } from './unread.ts'
import { Viewport } from './viewport.ts'

const clients = new Map<string, Parlour>()
/** All rooms of a page speak as the same person. */
const clientOf = (server: string): Parlour => {
  const client = clients.get(server) ?? parlour(server)
  clients.set(server, client)
  return client
}

/** The nearest element, out through shadow roots, that has the attribute. */
const nearest = (element: Element, attribute: string): Element | null => {
  const found = element.closest(`[${attribute}]`)
  const root = element.getRootNode()
  return found ?? (root instanceof ShadowRoot ? nearest(root.host, attribute) : null)
}

const sheet = new CSSStyleSheet()
sheet.replaceSync(base + log + composer)

/** `<parlour-room name="lobby">`: a chatroom to put into a page. */
export class ParlourRoom extends HTMLElement implements Host {
  static readonly observedAttributes = ['name', 'server', 'lang', 'dir']

  localizer!: Localizer
  chat!: Conversation
  who!: Parlour
  readonly #root = this.attachShadow({ mode: 'open' })
  #client: Parlour | undefined
  #strings: Partial<Translations> | undefined
  #lang: string | undefined
  #pending: Promise<void> | undefined
  #isStale = true
  #reading = new UnreadMarker()
  #viewport = new Viewport()
  readonly #messages = new MessageView(this)
  readonly #log = new LogView(this, this.#messages)
  /** Once there is something to scroll. */
  #scroll: Scroll | undefined
  readonly #composer = new Composer(this, {
    field: () => this.#root.querySelector('[part=input]'),
    editLast: () => this.#editLast(),
    sent: () => {
      this.#reading.answered()
      this.#toEnd()
    },
  })

  constructor() {
    super()
    this.#root.adoptedStyleSheets = [sheet]
    // What the page has set before this script was there.
    for (const key of ['client', 'strings'] as const) {
      const { value } = Object.getOwnPropertyDescriptor(this, key) ?? {}
      delete this[key]
      this[key] = value
    }
  }

  /** A client of the site's own: one that is signed in by the site's login, say. */
  get client(): Parlour | undefined {
    return this.#client
  }
  set client(client: Parlour | undefined) {
    this.#client = client
    this.#restart()
  }

  /** Texts that are to be others than those of the language. */
  get strings(): Partial<Translations> | undefined {
    return this.#strings
  }
  set strings(strings: Partial<Translations> | undefined) {
    this.#strings = strings
    this.#lang = undefined
    this.requestUpdate()
  }

  attributeChangedCallback(name: string): void {
    if (name === 'name' || name === 'server') this.#restart()
    this.requestUpdate()
  }

  connectedCallback(): void {
    document.addEventListener('visibilitychange', this.#look)
    this.#restart()
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#look)
    this.chat?.close()
  }

  #restart(): void {
    this.#isStale = true
    this.requestUpdate()
  }

  #start(): void {
    this.#isStale = false
    this.chat?.close()
    // Without `server`, where this script came from; without `name`, the room of the page.
    this.who = this.#client ?? clientOf(this.getAttribute('server') ?? new URL(import.meta.url).origin)
    const name = this.getAttribute('name') || roomName(location.pathname)
    this.#reading = new UnreadMarker()
    this.#viewport.follow()
    this.#scroll?.follow()
    this.chat = new Conversation(this.who, name, {
      changed: () => this.requestUpdate(),
      arrived: (entry, isMine) => {
        if (isMine) return
        const said = `${entry.userName ?? this.localizer?.strings.nobody}: ${entry.message ?? ''}`
        if (entry.message !== null) announce(this.#root.querySelector('[aria-live=polite]'), said)
        this.#reading.arrived(entry.seq)
      },
    })
    this.chat.open()
  }

  /** Renders in the next frame: once, however many messages come until then. */
  requestUpdate(): void {
    this.#pending ??= new Promise(requestAnimationFrame).then(() => {
      this.#pending = undefined
      if (this.isConnected) this.#update()
    })
  }

  async #speak(lang: string): Promise<void> {
    this.#lang = lang
    const localizer = await loadLocalizer(lang, this.#strings)
    if (lang !== this.#lang) return
    this.localizer = localizer
    this.requestUpdate()
  }

  #update(): void {
    const lang = nearest(this, 'lang')?.getAttribute('lang') || navigator.language
    if (this.#isStale) this.#start()
    if (lang !== this.#lang) void this.#speak(lang)
    if (!this.localizer) return
    this.#scroll?.before()
    render(this.#template(), this.#root)
    const log = this.#root.querySelector<HTMLElement>('.log')
    const rows = log?.firstElementChild
    if (!log || !rows) return
    this.#log.show(rows, this.#rows())
    this.#scroll ??= new Scroll(log, rows)
    this.#scroll.settle()
    this.#look()
  }

  focusOn(selector: string): void {
    this.requestUpdate()
    void this.#pending?.then(() => this.#root.querySelector<HTMLElement>(selector)?.focus())
  }

  #range() {
    return this.#viewport.range(this.chat.timeline.entries)
  }

  /** Where the reader is, and what that calls for. */
  readonly #look = () => {
    if (!this.#scroll) return
    const { timeline } = this.chat
    const { entries } = timeline
    const { from, to } = this.#range()
    const { isAtEnd, isNearStart, isNearEnd } = this.#scroll.look()
    const isThere = isAtEnd && to === entries.length
    const before = [this.#scroll.isFollowing, this.#reading.count].join()
    this.#scroll.isFollowing = isThere
    this.#reading.look(isThere && document.visibilityState === 'visible')
    if (isThere) this.#viewport.follow()
    else this.#viewport.hold(entries[from]?.seq)
    if (before !== [isThere, this.#reading.count].join()) this.requestUpdate()
    if (isNearStart && from > 0 && !isThere) {
      this.#viewport.up(entries)
      this.requestUpdate()
    } else if (isNearEnd && to < entries.length) {
      this.#viewport.down(entries)
      this.requestUpdate()
    }
    if (isNearStart && from < 100) void this.chat.older()
    else if (isThere) this.chat.trim()
  }

  #toEnd(): void {
    this.#viewport.follow()
    this.#scroll?.follow()
    this.requestUpdate()
  }

  #editLast(): void {
    const { from, to } = this.#range()
    const shown = this.chat.timeline.entries.slice(from, to)
    const last = shown.findLast((entry) => this.chat.isMine(entry) && entry.message !== null)
    if (last) this.#messages.begin('edit', last.seq)
  }

  #newest(): unknown {
    const { count } = this.#reading
    if (this.#scroll?.isFollowing !== false) return nothing
    const label = this.localizer.count(this.localizer.strings.unread, count)
    const toEnd = () => {
      this.#toEnd()
      this.focusOn('[part=input]')
    }
    const shown = count > 0 ? label : html`<span class="unseen">${label}</span>`
    return button([icons.down, shown], toEnd, count > 0 ? 'new-messages' : 'latest', 'newest')
  }

  #rows(): Row[] {
    const { entries } = this.chat.timeline
    const { from, to } = this.#range()
    return rowsOf({
      entries: entries.slice(from, to),
      outbox: to === entries.length ? this.chat.outbox : [],
      userName: this.who.userName,
      marker: this.#reading.marker,
    })
  }

  #template(): TemplateResult {
    const { localizer } = this
    const dir = !nearest(this, 'dir') && localizer.isRightToLeft ? 'rtl' : nothing
    return html`<div class="room" part="room" lang=${localizer.lang} dir=${dir}>
      ${header(this)}
      <div class="middle">
          ${status(this)}
          <div
            class="log"
            part="log"
            role="log"
            aria-live="off"
            aria-label=${localizer.strings.messages}
            @scroll=${this.#look}
            @focusin=${this.#log.focus}
            @keydown=${this.#log.key}
          >
            <div class="rows"></div>
          </div>
          ${this.#newest()}
      </div>
      ${typing(this)} ${this.#composer.render(!this.#client)}
      <div class="unseen" part="announcer" aria-live="polite"></div>
    </div>`
  }
}
