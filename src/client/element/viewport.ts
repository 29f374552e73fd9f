/** The number of messages in the document, however many there are. */
const SPAN = 200
/** The number of messages that come in at one end and go out at the other. */
const STEP = 40
/** New messages are added below a reader who is further up, up to this number. */
const MAX_SPAN = 2 * SPAN

type Numbered = { readonly seq: number }

/**
 * Says which messages are in the document: a range that moves with the reader. It is kept by their numbers, because messages that
 * come in above or below must not move it.
 */
export class Viewport {
  /** Undefined while the newest messages are shown. */
  #first: number | undefined
  #last: number | undefined

  /** Shows the newest messages from now on. */
  follow(): void {
    this.#first = undefined
    this.#last = undefined
  }

  /** Keeps showing what is shown now, from this message on. */
  hold(first: number | undefined): void {
    this.#first ??= first
  }

  /** Returns the range as indexes into `entries`, which are in order: `from` is included, `to` isn't. */
  range(entries: readonly Numbered[]): { from: number; to: number } {
    const index = (seq: number) => entries.findLastIndex((entry) => entry.seq < seq) + 1
    const to = this.#last === undefined ? entries.length : index(this.#last + 1)
    const from = this.#first === undefined ? Math.max(0, to - SPAN) : index(this.#first)
    return { from, to: Math.min(to, from + MAX_SPAN) }
  }

  #show(entries: readonly Numbered[], from: number, to: number): void {
    this.#first = entries[from]?.seq
    this.#last = to < entries.length ? entries[to - 1]?.seq : undefined
  }

  /** Shows the message at an index, and as many before it as after it. */
  center(entries: readonly Numbered[], at: number): void {
    this.#show(entries, Math.max(0, at - SPAN / 2), Math.min(entries.length, at + SPAN / 2))
  }

  /** Moves towards older messages. */
  up(entries: readonly Numbered[]): void {
    const { from, to } = this.range(entries)
    const first = Math.max(0, from - STEP)
    this.#show(entries, first, Math.min(to, first + SPAN))
  }

  /** Moves towards newer messages. */
  down(entries: readonly Numbered[]): void {
    const { from, to } = this.range(entries)
    const end = Math.min(entries.length, to + STEP)
    this.#show(entries, Math.max(from, end - SPAN), end)
  }
}
