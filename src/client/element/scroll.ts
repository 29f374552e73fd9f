/** As near to the end, in pixels, the reader is at the end. */
const NEAR_END = 40
/** What comes next is made ready this far ahead, in heights of what is seen. */
const AHEAD = 1.5

/** Keeps what is read where it is while things come and go above and below it, and the end in sight for who is there. */
export class Scroll {
  /** Whether the reader is at the end, and wants to be. */
  isFollowing = true
  readonly #log: HTMLElement
  /** Where the log was put last, for who is at the end. */
  #end = 0
  #anchor: { element: Element; bottom: number } | undefined

  /** `rows`: what is in the log. */
  constructor(log: HTMLElement, rows: Element) {
    this.#log = log
    // The composer grows, the page is turned: who is at the end stays there.
    const sizes = new ResizeObserver(() => this.settle())
    sizes.observe(log)
    sizes.observe(rows)
  }

  /** Goes to the end with the next change, and stays there. */
  follow(): void {
    this.isFollowing = true
    this.#end = 0
  }

  /** Before the document changes: notes where what is read stands. Browsers' own scroll anchoring isn't everywhere. */
  before(): void {
    const log = this.#log
    // Who has been scrolled up in this very frame, by a script: the event that says so comes with the next.
    if (log.scrollTop < this.#end && !this.look().isAtEnd) this.isFollowing = false
    if (this.isFollowing) return
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
  settle(): void {
    const log = this.#log
    if (this.isFollowing) {
      log.scrollTop = log.scrollHeight
      this.#end = log.scrollTop
    } else if (this.#anchor?.element.isConnected)
      log.scrollTop += this.#anchor.element.getBoundingClientRect().bottom - this.#anchor.bottom
    this.#anchor = undefined
  }

  /** Where the reader is now. */
  look(): { isAtEnd: boolean; isNearStart: boolean; isNearEnd: boolean } {
    const { scrollTop, scrollHeight, clientHeight } = this.#log
    const below = scrollHeight - scrollTop - clientHeight
    const ahead = AHEAD * clientHeight
    return { isAtEnd: below < NEAR_END, isNearStart: scrollTop < ahead, isNearEnd: below < ahead }
  }
}
