/** The reader is at the end of the log within this many pixels. */
const NEAR_END = 40
/** Older and newer messages are loaded this far ahead, in heights of the log. */
const AHEAD = 1.5

/** Keeps the reader's place while messages come and go above and below it, and keeps the end in sight for a reader who is there. */
export class Scroll {
  /** True while the reader is at the end and stays there. */
  isFollowing = true
  readonly #log: HTMLElement
  /** The position that the log was last scrolled to, for a reader at the end. */
  #end = 0
  #anchor: { element: Element; bottom: number } | undefined

  constructor(log: HTMLElement, rows: Element) {
    this.#log = log
    // A reader at the end stays there when the composer grows or the screen is turned.
    const sizes = new ResizeObserver(() => this.restore())
    sizes.observe(log)
    sizes.observe(rows)
  }

  /** Goes to the end with the next change, and stays there. */
  follow(): void {
    this.isFollowing = true
    this.#end = 0
  }

  /** Saves the reader's place before the document changes. Not every browser has scroll anchoring of its own. */
  save(): void {
    const log = this.#log
    // A script may have scrolled up in this very frame. Its scroll event comes with the next one.
    if (log.scrollTop < this.#end && !this.position().isAtEnd) this.isFollowing = false
    if (this.isFollowing) return
    const { top } = log.getBoundingClientRect()
    for (const element of log.querySelectorAll('[data-key]')) {
      const box = element.getBoundingClientRect()
      if (box.bottom <= top) continue
      // Its bottom is the anchor, because its top moves: the author's name goes when an earlier message of theirs is added.
      this.#anchor = { element, bottom: box.bottom }
      return
    }
  }

  /** Restores the reader's place after the document has changed. */
  restore(): void {
    const log = this.#log
    if (this.isFollowing) {
      log.scrollTop = log.scrollHeight
      this.#end = log.scrollTop
    } else if (this.#anchor?.element.isConnected)
      log.scrollTop += this.#anchor.element.getBoundingClientRect().bottom - this.#anchor.bottom
    this.#anchor = undefined
  }

  position(): { isAtEnd: boolean; isNearStart: boolean; isNearEnd: boolean } {
    const { scrollTop, scrollHeight, clientHeight } = this.#log
    const below = scrollHeight - scrollTop - clientHeight
    const ahead = AHEAD * clientHeight
    return { isAtEnd: below < NEAR_END, isNearStart: scrollTop < ahead, isNearEnd: below < ahead }
  }
}
