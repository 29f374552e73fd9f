import { html, nothing } from 'lit/html.js'
import type { Parlour } from '../types.ts'
import { error } from './controls.ts'
import type { ViewContext } from './view-context.ts'

/** A message of the frame: see src/client/pages/turnstile.ts. */
type FrameMessage = { type?: unknown; token?: unknown; expired?: unknown; error?: unknown; height?: unknown }

/**
 * Cloudflare Turnstile's check that the visitor is a person. It runs in a frame from the server: Turnstile doesn't work inside of a
 * shadow root, and the site's policy needn't allow its script.
 */
export class Challenge {
  #client: Parlour | undefined
  #siteKey: Promise<string | null> | undefined
  #isNeeded = false
  #token = Promise.withResolvers<string>()
  #hasFailed = false
  readonly #context: ViewContext

  constructor(context: ViewContext) {
    this.#context = context
  }

  /** Asks the server once for its Turnstile site key; null if it asks for no check. */
  #load(): Promise<string | null> {
    const { activeClient } = this.#context
    if (this.#client !== activeClient || !this.#siteKey) {
      this.#client = activeClient
      this.#siteKey = activeClient
        .request<{ turnstileSiteKey: string | null }>('GET', '/api/hello')
        .then(({ turnstileSiteKey }) => {
          this.#isNeeded = turnstileSiteKey !== null
          this.#context.requestUpdate()
          return turnstileSiteKey
        })
    }
    return this.#siteKey
  }

  /** Resolves with the visitor's token once the check is passed, or with undefined if the server asks for none. */
  async token(): Promise<string | undefined> {
    return (await this.#load()) === null ? undefined : this.#token.promise
  }

  /** Starts the check again: a token is valid once. */
  reset(): void {
    this.#token = Promise.withResolvers()
    this.#frame()?.contentWindow?.postMessage('reset', '*')
  }

  readonly #receive = ({ source, data }: MessageEvent<FrameMessage | undefined>) => {
    const frame = this.#frame()
    if (!frame) removeEventListener('message', this.#receive)
    if (!frame || source !== frame.contentWindow || data?.type !== 'parlour-turnstile') return
    const { token, expired, error: failure, height } = data
    if (typeof height === 'number') frame.style.blockSize = `${height}px`
    if (expired) this.#token = Promise.withResolvers()
    if (typeof token === 'string') {
      this.#token.resolve(token)
      // It may stand in for one that the widget has given before.
      this.#token = Promise.withResolvers()
      this.#token.resolve(token)
    }
    if (failure !== undefined || token !== undefined) this.#hasFailed = failure !== undefined
    this.#context.requestUpdate()
  }

  /** The theme of the element, or `auto` where it is the system's. */
  get #theme(): string {
    const room = this.#context.query('.room')
    const scheme = room ? getComputedStyle(room).colorScheme : ''
    if (/light/.test(scheme) && /dark/.test(scheme)) return 'auto'
    return /dark/.test(scheme) ? 'dark' : 'light'
  }

  #frame(): HTMLIFrameElement | null {
    return this.#context.query('iframe')
  }

  /** Renders the frame where the server asks for the check. */
  render(): unknown {
    const { activeClient, localizer } = this.#context
    // If the server can't be asked now, it is asked again when the name is sent.
    this.#load().catch(() => {
      this.#siteKey = undefined
    })
    if (!this.#isNeeded) return nothing
    addEventListener('message', this.#receive)
    return html`<iframe
        part="challenge"
        title=${localizer.strings.challenge}
        src="${activeClient.url}/turnstile?lang=${localizer.lang}&theme=${this.#theme}"
      ></iframe>
      ${error(this.#hasFailed && localizer.strings['challenge-failed'])}`
  }
}
