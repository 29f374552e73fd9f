/** The time from a first message that is read to the request that says so, in milliseconds. Each next one waits twice as long. */
const FIRST_WAIT = 1000
const LONGEST_WAIT = 64_000

/** Stores a mark. With `isLeaving`, the page may be about to be closed. Returns false if it has to be tried again later. */
export type StoreMark = (seq: number, isLeaving: boolean) => boolean

/**
 * The number of the last message that the reader has read in a room. It only moves forward. It is stored now and then: a reader who
 * follows a busy room costs little, and when the page is hidden or closed the last mark is stored at once.
 */
export class ReadMark {
  /** The number of the last entry that is read. */
  seq: number
  readonly #store: StoreMark
  #wait = FIRST_WAIT
  /** Ends the wait of a mark that is not stored yet. */
  #waiting: AbortController | undefined

  constructor(seq: number, store: StoreMark) {
    this.seq = seq
    this.#store = store
  }

  move(seq: number): void {
    if (seq <= this.seq) return
    this.seq = seq
    if (!this.#waiting) this.#storeLater()
  }

  #storeLater(): void {
    const waiting = new AbortController()
    this.#waiting = waiting
    const timer = setTimeout(() => {
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT)
      this.#end(false)
    }, this.#wait)
    waiting.signal.addEventListener('abort', () => clearTimeout(timer))
    const leave = ({ type }: Event) => {
      if (type === 'visibilitychange' && document.visibilityState !== 'hidden') return
      this.#wait = FIRST_WAIT
      this.#end(true)
    }
    for (const type of ['pagehide', 'visibilitychange']) globalThis.addEventListener?.(type, leave, waiting)
  }

  #end(isLeaving: boolean): void {
    this.#waiting?.abort()
    this.#waiting = undefined
    if (!this.#store(this.seq, isLeaving)) this.#storeLater()
  }
}
