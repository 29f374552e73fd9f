import type { EntryFrame } from '../contract'

/**
 * Puts the entries of a log in order, whatever order they come in: each once, none before the one ahead of it. It
 * keeps the last ones for those who come back after a moment.
 */
export class ReorderBuffer {
  readonly #limit: number
  /** The last entry in order; undefined until there is one to know. */
  #last: number | undefined
  /** The largest number that is known to be in the log. */
  #known = 0
  /** Entries that came before their turn. */
  #early = new Map<number, EntryFrame>()
  /** The last ones in order, without a gap, as they would be sent now. */
  #recent: EntryFrame[] = []

  /** `limit`: how many entries it keeps. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get last(): number | undefined {
    return this.#last
  }

  /** Whether entries are missing that are known to be in the log. */
  get isIncomplete(): boolean {
    return this.#last !== undefined && this.#last < this.#known
  }

  /** Begins after an entry, or goes on there. */
  beginAt(seq: number): void {
    if (seq !== this.#last) this.#recent = []
    this.#last = seq
    this.#known = seq
    this.#early.clear()
  }

  /** Goes on after an entry; what is known of the log, though the last was not, stays known. */
  resumeAt(seq: number): void {
    const known = this.#known
    this.beginAt(seq)
    this.expect(known)
  }

  /** Says that the log goes up to this number at least. */
  expect(seq: number): void {
    this.#known = Math.max(this.#known, seq)
  }

  /** Takes an entry in, and gives those whose turn it is now. */
  take(entry: EntryFrame): EntryFrame[] {
    this.expect(entry.seq)
    const inOrder: EntryFrame[] = []
    if (this.#last === undefined || entry.seq <= this.#last) return inOrder
    this.#early.set(entry.seq, entry)
    for (let next = this.#early.get(this.#last + 1); next; next = this.#early.get(this.#last + 1)) {
      this.#early.delete(next.seq)
      this.#last = next.seq
      this.#keep(next)
      inOrder.push(next)
    }
    return inOrder
  }

  /** Texts that the entry replaces are forgotten: what has been deleted isn't sent again. */
  #keep(entry: EntryFrame): void {
    if (entry.type !== 'message') {
      const message = entry.type === 'edit' ? entry.message : null
      const at = entry.type === 'edit' ? { editedAt: entry.createdAt } : { deletedAt: entry.createdAt }
      this.#recent = this.#recent.map((old) => {
        if (old.type === 'message' && old.seq === entry.target) return { ...old, ...at, message }
        return old.type === 'edit' && old.target === entry.target ? { ...old, message } : old
      })
    }
    this.#recent.push(entry)
    if (this.#recent.length > this.#limit) this.#recent.shift()
  }

  /** The entries after a number; undefined where some of them are not kept, or it has not come so far. */
  after(seq: number): EntryFrame[] | undefined {
    if (seq === this.#last) return []
    const first = this.#recent[0]
    return first && first.seq <= seq + 1 && seq < (this.#last ?? 0)
      ? this.#recent.slice(seq + 1 - first.seq)
      : undefined
  }

  forget(): void {
    this.#last = undefined
    this.#known = 0
    this.#early.clear()
    this.#recent = []
  }
}
