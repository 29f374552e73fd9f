import { html, nothing } from 'lit/html.js'
import { openStorage } from '../../storage.ts'
import type { Parlour } from '../../types.ts'
import { linkTo } from '../address.ts'
import { error } from '../controls.ts'
import { problemText } from '../problem-text.ts'
import type { PushTexts } from '../translations.ts'
import type { ViewContext } from '../view-context.ts'
import { pushTexts } from './push-texts.ts'
import { findSubscription, scopeOf, subscribe } from './subscribe.ts'

export type PushContext = ViewContext & HTMLElement

/** The subscription of this browser, as the server has it. `at`: when the server last got it. */
type Stored = { userId: number; id: string; endpoint: string; at: number }

/** The public key of a server. `text` is null until it is known, and where Web Push is off. */
type Key = { client: Parlour; loading: Promise<string | null>; text: string | null }

/** The server gets the subscription again after so long, because it may have removed it. */
const RENEW_MILLISECONDS = 7 * 86_400_000
const ROUTE = '/api/users/me/push'

const isPossible = (): boolean => isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window

/** The choice to be notified while the page is closed. */
export class WebPush {
  #key: Key | undefined
  #problem: string | undefined
  #isBusy = false
  /** Set once the subscription of before was looked at. */
  #hasBegun = false
  /** Set once the user who has subscribed was signed in here. */
  #wasOwn = false
  readonly #context: PushContext
  readonly #storage = openStorage('localStorage')
  readonly #ended = new AbortController()

  constructor(context: PushContext) {
    this.#context = context
    if (!isPossible()) return
    const { signal } = this.#ended
    navigator.serviceWorker.addEventListener('message', this.#clicked, { signal })
    context.addEventListener('parlour-identity', this.#identityChanged, { signal })
    context.requestUpdate()
  }

  end(): void {
    this.#ended.abort()
  }

  get #worker(): string {
    return new URL(this.#context.getAttribute('push-worker') ?? '', this.#context.baseURI).href
  }

  get #storageKey(): string {
    return `parlour-push ${this.#context.activeClient.url}`
  }

  get #stored(): Stored | undefined {
    const stored = Object(this.#storage.get(this.#storageKey))
    return typeof stored.id === 'string' ? stored : undefined
  }

  /** Tells whether mentions and replies are pushed to this browser. */
  get isOn(): boolean {
    const { activeClient } = this.#context
    // The tag has opened no room yet.
    if (!activeClient || !isPossible()) return false
    if (!this.#hasBegun) {
      this.#hasBegun = true
      this.#identityChanged()
    }
    const { userId } = activeClient
    return userId !== undefined && this.#stored?.userId === userId && Notification.permission === 'granted'
  }

  /** The address of a message of this room, without its number. */
  get #page(): string {
    const { location } = this.#context.ownerDocument
    return linkTo(this.#context, 0)?.slice(0, -1) ?? location.href.replace(/#.*/, '')
  }

  #text(key: keyof PushTexts): string {
    const { lang, strings } = this.#context.localizer
    return strings[key] ?? (pushTexts[lang.split('-')[0] ?? ''] ?? pushTexts.en)[key]
  }

  /** Goes to the message of a notification that was clicked. */
  readonly #clicked = ({ data }: MessageEvent) => {
    const address = String(data?.parlour)
    const [page, seq] = [this.#page, address.slice(this.#page.length)]
    if (address.startsWith(page) && /^\d+$/.test(seq)) this.#context.jumps.open({ seq: Number(seq) })
  }

  /** Ends the subscription of a user who has signed out here: others may use this browser now. */
  readonly #identityChanged = () => {
    const stored = this.#stored
    const { userId } = this.#context.activeClient
    if (!stored) return
    if (userId === stored.userId) {
      this.#wasOwn = true
      this.#renew().catch(() => {})
    } else if (this.#wasOwn || userId !== undefined) void this.#forget()
  }

  async #forget(): Promise<void> {
    this.#storage.set(this.#storageKey, undefined)
    this.#context.requestUpdate()
    const subscription = await findSubscription(this.#worker).catch(() => null)
    await subscription?.unsubscribe().catch(() => {})
  }

  /** Asks a server once for its key. */
  #loadKey(): Promise<string | null> {
    const { activeClient } = this.#context
    if (this.#key?.client === activeClient) return this.#key.loading
    const hello = activeClient.request<{ pushKey: string | null }>('GET', '/api/hello')
    const loading = hello.then(({ pushKey }) => {
      key.text = pushKey
      this.#context.requestUpdate()
      return pushKey
    })
    const key: Key = { client: activeClient, loading, text: null }
    this.#key = key
    return loading
  }

  /** Sends the subscription again where the browser has another one, or after a week. Notes the page of this room for the worker. */
  async #renew(): Promise<void> {
    const stored = this.#stored
    if (!stored || !this.isOn) return
    const subscription = await findSubscription(this.#worker)
    const isCurrent = subscription?.endpoint === stored.endpoint
    if (!isCurrent || Date.now() - stored.at > RENEW_MILLISECONDS) await this.#subscribe()
    else await this.#notePage()
  }

  async #notePage(): Promise<void> {
    const { conversation } = this.#context
    const room = encodeURIComponent(conversation.chatroom?.name ?? conversation.name)
    const cache = await caches.open('parlour-push')
    await cache.put(scopeOf(this.#worker) + room, new Response(this.#page))
  }

  async #subscribe(): Promise<void> {
    const { activeClient } = this.#context
    const { userId } = activeClient
    const key = await this.#loadKey()
    if (!key || userId === undefined) return
    const subscription = await subscribe(this.#worker, key)
    const body = { ...subscription.toJSON(), page: this.#page }
    const { id } = await activeClient.request<{ id: string }>('PUT', ROUTE, body)
    const { endpoint } = subscription
    this.#storage.set(this.#storageKey, { userId, id, endpoint, at: Date.now() } satisfies Stored)
    await this.#notePage()
  }

  /** Asks the browser for its permission, which it gives only at a click, and subscribes. */
  async #turnOn(blocked: string): Promise<void> {
    if ((await Notification.requestPermission()) === 'granted') await this.#subscribe()
    else if (Notification.permission === 'denied') this.#problem = blocked
  }

  async #turnOff(): Promise<void> {
    const { id } = this.#stored ?? {}
    await this.#forget()
    if (id) await this.#context.activeClient.request('DELETE', `${ROUTE}?id=${id}`)
  }

  async #set(box: HTMLInputElement, blocked: string): Promise<void> {
    this.#problem = undefined
    this.#isBusy = true
    this.#context.requestUpdate()
    try {
      await (box.checked ? this.#turnOn(blocked) : this.#turnOff())
    } catch (problem) {
      const isServer = problem instanceof Error && 'problem' in problem
      if (!isServer) this.#context.failed(problem)
      this.#problem = isServer ? problemText(problem, this.#context) : this.#text('notifyPushFailed')
    }
    this.#isBusy = false
    box.checked = this.isOn
    this.#context.requestUpdate()
  }

  /** Renders the choice, where the site, the server and the browser make it possible. `blocked` says that the browser forbids it. */
  render(blocked: string): unknown {
    if (!isPossible() || !this.#context.activeClient.hasToken) return nothing
    this.#loadKey().catch(() => {})
    if (!this.#key?.text) return nothing
    return html`<label>
        <input
          type="checkbox"
          part="notify-push"
          .checked=${this.isOn}
          ?disabled=${this.#isBusy}
          @change=${({ target }: Event) => this.#set(target as HTMLInputElement, blocked)}
        />
        ${this.#text('notifyPush')}
      </label>
      ${error(this.#problem)}`
  }
}

export const open = (context: PushContext): WebPush => new WebPush(context)
