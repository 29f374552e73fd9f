/** As near to the end, in pixels, the reader is at the end. */
const NEAR_END = 40
/** What comes next is made ready this far ahead, in heights of what is seen. */
const AHEAD = 1.5

/** Keeps what is read where it is while things come and go above and below it, and the end in sight for who is there. */
export class Scroll {
  /** Whether the reader is at the end, and wants to be. */
  isFollowing = true
  readonly #log: () => HTMLElement | null
  readonly #sizes: ResizeObserver
  #observed: HTMLElement | null = null
  #anchor: { element: Element; bottom: number } | undefined

  constructor(log: () => HTMLElement | null) {
    this.#log = log
    // The composer grows, the page is turned: who is at the end stays there.
    this.#sizes = new ResizeObserver(() => this.#settle())
  }

  disconnect(): void {
    this.#sizes.disconnect()
    this.#observed = null
  }

  /** Before the document changes: notes where what is read stands. Browsers' own scroll anchoring isn't everywhere. */
  before(): void {
    const log = this.#log()
    this.#anchor = undefined
    if (!log || this.isFollowing) return
    const { top } = log.getBoundingClientRect()
    for (const element of log.querySelectorAll('[data-key]')) {
      const box = element.getBoundingClientRect()
      if (box.bottom <= top) continue
      // Its end is what is in sight; at its beginning, the author's name goes when earlier messages of theirs come.
      this.#anchor = { element, bottom: box.bottom }
      return
    }
  }

  /** After it has changed. */
  after(): void {
    const log = this.#log()
    if (log && log !== this.#observed) {
      this.disconnect()
      this.#sizes.observe(log)
      if (log.firstElementChild) this.#sizes.observe(log.firstElementChild)
      this.#observed = log
    }
    this.#settle()
  }

  #settle(): void {
    const log = this.#log()
    if (!log) return
    if (this.isFollowing) log.scrollTop = log.scrollHeight
    else if (this.#anchor?.element.isConnected)
      log.scrollTop += this.#anchor.element.getBoundingClientRect().bottom - this.#anchor.bottom
    this.#anchor = undefined
  }

  /** Where the reader is now. */
  look(): { isAtEnd: boolean; isNearStart: boolean; isNearEnd: boolean } {
    const log = this.#log()
    if (!log) return { isAtEnd: true, isNearStart: false, isNearEnd: false }
    const { scrollTop, scrollHeight, clientHeight } = log
    const below = scrollHeight - scrollTop - clientHeight
    const ahead = AHEAD * clientHeight
    return { isAtEnd: below < NEAR_END, isNearStart: scrollTop < ahead, isNearEnd: below < ahead }
  }
}
