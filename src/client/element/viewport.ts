/** So many messages are in the document, however many there are. */
const SPAN = 200
/** So many come in at one end, and as many go out at the other. */
const STEP = 40
/** What comes at the end while the reader is further up is added, up to here. */
const LONGEST = 2 * SPAN

type Numbered = { readonly seq: number }

/**
 * Which of the messages are in the document: a stretch of them that goes along with the reader. It is kept by their numbers,
 * because what comes in above or below must not move it.
 */
export class Viewport {
  /** Without it, the newest are shown. */
  #first: number | undefined
  #last: number | undefined

  /** Shows the newest from now on. */
  follow(): void {
    this.#first = undefined
    this.#last = undefined
  }

  /** Goes on showing what is shown: from this message on. */
  hold(first: number | undefined): void {
    this.#first ??= first
  }

  /** Where what is shown begins, and before which it ends. `entries` are in order. */
  range(entries: readonly Numbered[]): { from: number; to: number } {
    const index = (seq: number) => entries.findLastIndex((entry) => entry.seq < seq) + 1
    const to = this.#last === undefined ? entries.length : index(this.#last + 1)
    const from = this.#first === undefined ? Math.max(0, to - SPAN) : index(this.#first)
    return { from, to: Math.min(to, from + LONGEST) }
  }

  #show(entries: readonly Numbered[], from: number, to: number): void {
    this.#first = entries[from]?.seq
    this.#last = to < entries.length ? entries[to - 1]?.seq : undefined
  }

  /** Goes towards older messages. */
  up(entries: readonly Numbered[]): void {
    const { from, to } = this.range(entries)
    const first = Math.max(0, from - STEP)
    this.#show(entries, first, Math.min(to, first + SPAN))
  }

  /** Goes towards newer messages. */
  down(entries: readonly Numbered[]): void {
    const { from, to } = this.range(entries)
    const end = Math.min(entries.length, to + STEP)
    this.#show(entries, Math.max(from, end - SPAN), end)
  }
}
