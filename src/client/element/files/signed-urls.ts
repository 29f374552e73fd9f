import { roomOf } from '../change-message.ts'
import type { ViewContext } from '../view-context.ts'
import type { ChatFile } from './file-names.ts'

/** A URL is renewed when it ends within this time. */
const AHEAD_MILLISECONDS = 60_000
const CHECK_MILLISECONDS = 20_000

/** Returns when a URL ends, in milliseconds since 1970. One without a signature never does. */
const endOf = (url: string): number => Number(new URL(url).searchParams.get('until') ?? Infinity)

/**
 * The URLs of files in a room. In a room for members they are signed and end. One signature holds for all files of the room, so one message
 * that is read again renews all of them.
 */
export class SignedUrls {
  /** The query of the URL that ends last. */
  #query = ''
  #end = 0
  /** The URLs that are shown. An image that is loaded keeps its URL, for another one would load it again. */
  readonly #shown = new Map<string, string>()
  readonly #loaded = new Set<string>()
  /** The number of a message that has a file. */
  #seq: number | undefined
  #renewal: Promise<void> | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #context: ViewContext
  readonly #changed: () => void

  /** `changed` is called when there are new URLs. */
  constructor(context: ViewContext, changed: () => void) {
    this.#context = context
    this.#changed = changed
  }

  /** Returns the URL of a file of a message. */
  urlOf({ id, url }: ChatFile, seq?: number): string {
    const end = endOf(url)
    if (end === Infinity) return url
    // A message that waits for approval has the number 0.
    this.#seq = seq || this.#seq
    this.#note(url)
    this.#timer ??= setInterval(this.#check, CHECK_MILLISECONDS)
    const shown = this.#shown.get(id)
    if (shown && (this.#loaded.has(id) || endOf(shown) > Date.now())) return shown
    const newest = url.replace(/\?.*/, this.#query)
    this.#shown.set(id, newest)
    return newest
  }

  /** Returns the URL of a file that ends last, also of an image that is loaded by an earlier one. */
  newestOf({ url }: ChatFile): string {
    return endOf(url) === Infinity ? url : url.replace(/\?.*/, this.#query)
  }

  /** Takes note of the query that ends last. */
  #note(url: string): void {
    const end = endOf(url)
    if (end <= this.#end) return
    this.#end = end
    this.#query = new URL(url).search
  }

  /** Takes note that an image is loaded. */
  loaded(id: string): void {
    this.#loaded.add(id)
  }

  /** Looks for another URL of a file that could not be loaded. Resolves to false if there is none. */
  async failed(file: ChatFile): Promise<boolean> {
    const url = this.#shown.get(file.id)
    this.#loaded.delete(file.id)
    if (url === undefined || endOf(url) > Date.now()) return false
    await this.renew()
    return this.urlOf(file) !== url
  }

  /** Reads a message with a file again, once however many files need it. */
  renew(): Promise<void> {
    this.#renewal ??= this.#renew()
      .catch(() => {})
      .finally(() => {
        this.#renewal = undefined
      })
    return this.#renewal
  }

  /** Reads messages of which one has a file. */
  async #messages(): Promise<readonly { files: readonly ChatFile[] }[]> {
    // Not the message alone: a page names the reader.
    if (this.#seq) return (await roomOf(this.#context).page({ before: this.#seq + 1, limit: 1 })).messages
    const { held } = this.#context.conversation
    await held?.load()
    return held?.messages ?? []
  }

  async #renew(): Promise<void> {
    for (const { files } of await this.#messages()) for (const { url } of files) this.#note(url)
    const now = Date.now() + AHEAD_MILLISECONDS
    for (const [id, url] of this.#shown) if (!this.#loaded.has(id) && endOf(url) < now) this.#shown.delete(id)
    this.#changed()
  }

  /** True if the URLs end soon. */
  get isEnding(): boolean {
    return this.#end > 0 && this.#end < Date.now() + AHEAD_MILLISECONDS
  }

  /** Renews the URLs before they end, if the reader sees a file that isn't loaded. */
  readonly #check = () => {
    const log = this.#context.query<HTMLElement>('.log')
    if (!log?.isConnected) return this.stop()
    if (!this.isEnding || log.ownerDocument.visibilityState !== 'visible') return
    const { top, bottom } = log.getBoundingClientRect()
    const isInView = (element: Element) => {
      const box = element.getBoundingClientRect()
      return box.bottom > top && box.top < bottom
    }
    const waiting = [...log.querySelectorAll<HTMLElement>('[data-file]')].filter(
      ({ dataset }) => !this.#loaded.has(dataset.file ?? ''),
    )
    const needed = waiting.find(isInView)
    if (!needed) return
    this.#seq = Number(needed.closest<HTMLElement>('[data-key]')?.dataset.key) || this.#seq
    void this.renew()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
