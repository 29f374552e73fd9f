import type { Settle } from '../limits/types'

/** Marks wait this long for others. While one waits the hub stays awake, so it is short. */
const WAIT_MILLISECONDS = 2000

/** A reader has read the log of a room up to `seq`. `wrote` tells the daily quota how many rows that took. */
export type Mark = { roomId: number; userId: number; seq: number; wrote: Settle }

type Options = {
  /** Writes marks in one statement. Returns the number of rows; undefined if it is not known. */
  write: (marks: Mark[]) => Promise<number | undefined>
  waitUntil: (work: Promise<void>) => void
}

/**
 * Collects how far readers have read, and writes the marks of all of them in one statement. A mark that gets lost with the hub is
 * repaired by the reader's next one, since a mark stands for all entries before it.
 */
export class Marks {
  readonly #options: Options
  /** The farthest mark of each user that is not written yet. */
  readonly #waiting = new Map<number, Mark>()
  #isWaiting = false

  constructor(options: Options) {
    this.#options = options
  }

  add(mark: Mark): void {
    const known = this.#waiting.get(mark.userId)
    const isFarther = known === undefined || known.roomId !== mark.roomId || known.seq < mark.seq
    const [kept, dropped] = isFarther ? [mark, known] : [known, mark]
    this.#waiting.set(mark.userId, kept)
    dropped?.wrote(0)
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#options.waitUntil(this.#writeSoon())
  }

  async #writeSoon(): Promise<void> {
    await scheduler.wait(WAIT_MILLISECONDS)
    this.#isWaiting = false
    const marks = [...this.#waiting.values()]
    this.#waiting.clear()
    const rowsWritten = await this.#options.write(marks)
    // A failed batch may have written or not. Then the reserved rows stay spent.
    if (rowsWritten === undefined) return
    for (const [index, { wrote }] of marks.entries()) wrote(index === 0 ? rowsWritten : 0)
  }
}
