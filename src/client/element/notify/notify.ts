import { lazily } from '../../lazy.ts'
import type { ParlourMessageDetail, ParlourUnreadDetail } from '../element-events.ts'
import css from '../styles/notify.css'
import type { ViewContext } from '../view-context.ts'
import { desktopPermission, showDesktop } from './desktop.ts'
import { NotifyMenu } from './menu.ts'
import { SettingsStore } from './settings.ts'
import { playSound } from './sound.ts'
import { isShown, NotifyingTab, showRoom } from './tabs.ts'
import { TitleCount } from './title-count.ts'

export type NotifyContext = ViewContext & HTMLElement

const loadPush = lazily(() => import('./push.ts'))

/** Belongs to all copies of this script in a page. Two counts would take each other's for the title of the page, without end. */
const TITLE = Symbol.for('parlour title count')

const titleOf = ({ ownerDocument }: Element): TitleCount => {
  const holder: Document & { [TITLE]?: TitleCount } = ownerDocument
  holder[TITLE] ??= new TitleCount(ownerDocument)
  return holder[TITLE]
}

/** Returns whether this window of the browser has the focus, as far as the page around a frame lets it know. */
const hasFocus = ({ ownerDocument }: Element): boolean => {
  try {
    return ownerDocument.defaultView?.top?.document.hasFocus() ?? false
  } catch {
    return ownerDocument.hasFocus()
  }
}

/** Counts unread messages in the page's title, and notifies the reader of messages while the room is not visible. */
export class Notifier {
  readonly #context: NotifyContext
  readonly #menu: NotifyMenu
  readonly #settings: SettingsStore
  readonly #ended = new AbortController()
  readonly #tab = new NotifyingTab()
  #unread: ParlourUnreadDetail | undefined
  #isOnScreen = false
  /** Set while the reader sees the room: ends telling the other tabs so. */
  #hideRoom: (() => void) | undefined
  /** The room that the other tabs were told of. */
  #shownRoom: string | undefined
  /** Closes the last notification. */
  #closeLast: (() => void) | undefined

  constructor(context: NotifyContext) {
    this.#context = context
    this.#settings = new SettingsStore(context)
    this.#menu = new NotifyMenu(context, this.#settings)
    context.adopt(css)
    const { signal } = this.#ended
    const onScreen = new IntersectionObserver((changes) => {
      this.#isOnScreen = changes.at(-1)?.isIntersecting === true
      this.#visibilityChanged()
    })
    onScreen.observe(context)
    signal.addEventListener('abort', () => onScreen.disconnect())
    const { ownerDocument } = context
    ownerDocument.addEventListener('visibilitychange', this.#visibilityChanged, { signal })
    for (const type of ['focus', 'blur'])
      ownerDocument.defaultView?.addEventListener(type, this.#visibilityChanged, { signal })
    context.addEventListener('parlour-unread', this.#unreadChanged, { signal })
    context.addEventListener('parlour-message', this.#arrived, { signal })
    context.requestUpdate()
    if (!context.hasAttribute('push-worker')) return
    void loadPush().then(
      ({ open }) => {
        if (!signal.aborted) this.#menu.push = open(context)
      },
      () => {},
    )
  }

  end(): void {
    this.#ended.abort()
    this.#menu.push?.end()
    this.#hideRoom?.()
    this.#tab.end()
    titleOf(this.#context).set(this.#context, '', 0)
    this.#context.requestUpdate()
  }

  /** The room, as this site's tabs know it. Undefined before the element has opened one: the page was never in front, or its attributes name none. */
  get #room(): string | undefined {
    const { activeClient, conversation } = this.#context
    return conversation && `${activeClient.url} ${conversation.name}`
  }

  /** Tells whether the page is in front and the room is in it. */
  get #isInView(): boolean {
    return this.#isOnScreen && this.#context.ownerDocument.visibilityState === 'visible'
  }

  readonly #visibilityChanged = () => {
    const isSeen = this.#isInView && hasFocus(this.#context)
    const room = isSeen ? this.#room : undefined
    if (room !== this.#shownRoom) {
      this.#shownRoom = room
      this.#hideRoom?.()
      this.#hideRoom = room === undefined ? undefined : showRoom(room)
      if (isSeen) this.#closeLast?.()
    }
    this.#countInTitle()
  }

  readonly #unreadChanged = ({ detail }: CustomEvent<ParlourUnreadDetail>) => {
    this.#unread = detail
    this.#tab.stay(this.#room)
    this.#countInTitle()
  }

  #countInTitle(): void {
    const { chatroom, unread = 0 } = this.#unread ?? {}
    const isCounted = this.#context.getAttribute('title-count') !== 'off' && !this.#isInView
    const isHere = chatroom === this.#context.conversation?.name
    titleOf(this.#context).set(this.#context, this.#room ?? '', isCounted && isHere ? unread : 0)
  }

  readonly #arrived = ({ detail }: CustomEvent<ParlourMessageDetail>) => {
    const { isOwn, isMention, isReply, message } = detail
    const isWanted = this.#mode === 'all' || (this.#mode === 'mentions' && (isMention || isReply))
    if (!isWanted || isOwn || message.message === null) return
    const { sound, desktop } = this.#settings.get()
    if (!sound && !desktop) return
    this.#visibilityChanged()
    const room = this.#room
    if (room !== undefined) void this.#notify(detail, room)
  }

  async #notify(detail: ParlourMessageDetail, room: string): Promise<void> {
    const { createdAt } = this.#context.conversation.chatroom ?? {}
    const isNew = () => this.#settings.isNew(`${room} ${createdAt}`, detail.message.seq)
    // A message that the reader sees in one tab is of no news in another that receives it later.
    if (this.#shownRoom === room) return void isNew()
    if (!(await this.#tab.isLeading(room)) || (await isShown(room)) || !isNew()) return
    const { sound, desktop } = this.#settings.get()
    if (sound) playSound().catch(() => {})
    // The service worker notifies of what is pushed.
    const isPushed = (detail.isMention || detail.isReply) && this.#menu.push?.isOn
    if (desktop && !isPushed && desktopPermission() === 'granted') this.#showDesktop(detail, room)
  }

  #showDesktop({ message }: ParlourMessageDetail, room: string): void {
    const { localizer, ownerDocument, jumps } = this.#context
    this.#closeLast = showDesktop({
      title: message.userName ?? localizer.strings.nobody,
      body: message.message || message.files.map(({ name }) => name).join(),
      tag: `parlour ${room}`,
      lang: localizer.lang,
      clicked: () => {
        ownerDocument.defaultView?.focus()
        // The page may have opened another room, or removed the element.
        if (room === this.#room && !this.#ended.signal.aborted) jumps.open({ seq: message.seq })
      },
    })
  }

  get #mode(): string | null {
    return this.#context.getAttribute('notify')
  }

  /** Renders the button of the header, if the site notifies. */
  render(): unknown {
    const mode = this.#mode
    return mode === 'all' || mode === 'mentions' ? this.#menu.render(mode) : undefined
  }
}

export const open = (context: NotifyContext): Notifier => new Notifier(context)
