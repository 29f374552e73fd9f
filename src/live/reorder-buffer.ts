import type { EntryFrame } from '../contract'

type Reaction = Extract<EntryFrame, { type: 'reaction' }>

/** Returns an entry as it stands after a later one: deleted text must not be sent again, and an old count would stand until the next reaction. */
const changedBy = (old: EntryFrame, later: EntryFrame): EntryFrame => {
  switch (later.type) {
    case 'message':
      return old
    case 'edit':
      return withText(old, later.target, later.message, { editedAt: later.createdAt })
    case 'delete':
      return withoutLinks(
        withCounts(withText(old, later.target, null, { deletedAt: later.createdAt }), later.target, []),
        later.target,
      )
    case 'reaction':
      return withCounts(old, later.target, later.reactions)
  }
}

const withText = (
  old: EntryFrame,
  target: number,
  message: string | null,
  at: { editedAt: string } | { deletedAt: string },
): EntryFrame => {
  switch (old.type) {
    case 'message':
      return old.seq === target ? { ...old, ...at, message } : old
    case 'edit':
      return old.target === target ? { ...old, message } : old
    case 'delete':
    case 'reaction':
      return old
  }
}

const withCounts = (old: EntryFrame, target: number, reactions: Reaction['reactions']): EntryFrame => {
  switch (old.type) {
    case 'message':
      return old.seq === target ? { ...old, reactions } : old
    case 'reaction': {
      if (old.target !== target) return old
      const count = reactions.find(({ reaction }) => reaction === old.reaction)?.count ?? 0
      return { ...old, count, reactions }
    }
    case 'edit':
    case 'delete':
      return old
  }
}

/** Returns an entry without what a deletion takes besides the text: files and mentions, as `tombstone` does it in the database. */
const withoutLinks = (old: EntryFrame, target: number): EntryFrame =>
  old.type === 'message' && old.seq === target ? { ...old, files: [], mentions: [] } : old

/**
 * Puts the entries of a log in order, in whatever order they come: each once, none before the one ahead of it. It keeps the newest
 * ones for clients that come back after a moment.
 */
export class ReorderBuffer {
  readonly #limit: number
  /** The last entry in order. Undefined until one is known. */
  #last: number | undefined
  /** The largest number that is known to be in the log. */
  #known = 0
  /** Entries that came before their turn. */
  #early = new Map<number, EntryFrame>()
  /** The newest entries in order, without a gap, as they would be sent now. */
  #recent: EntryFrame[] = []

  /** `limit`: how many entries it keeps. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get last(): number | undefined {
    return this.#last
  }

  /** Set while entries are missing that are known to be in the log. */
  get isIncomplete(): boolean {
    return this.#last !== undefined && this.#last < this.#known
  }

  /** Goes on after an entry, as if there were no others. */
  beginAt(seq: number): void {
    if (seq !== this.#last) this.#recent = []
    this.#last = seq
    this.#known = seq
    this.#early.clear()
  }

  /** Goes on after an entry. Entries after it that it has been told of stay known. */
  resumeAt(seq: number): void {
    const known = this.#known
    this.beginAt(seq)
    this.expect(known)
  }

  /** Takes a number that is in the log. */
  expect(seq: number): void {
    this.#known = Math.max(this.#known, seq)
  }

  /** Adds an entry, and returns those whose turn it is now. */
  add(entry: EntryFrame): EntryFrame[] {
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

  #keep(entry: EntryFrame): void {
    if (entry.type !== 'message') this.#recent = this.#recent.map((old) => changedBy(old, entry))
    this.#recent.push(entry)
    if (this.#recent.length > this.#limit) this.#recent.shift()
  }

  /** Returns the entries after a number. Undefined if some of them are not kept, or the log has not reached it. */
  after(seq: number): EntryFrame[] | undefined {
    if (seq === this.#last) return []
    const first = this.#recent[0]
    return first && first.seq <= seq + 1 && seq < (this.#last ?? 0)
      ? this.#recent.slice(seq + 1 - first.seq)
      : undefined
  }

  /** Keeps none of the entries that it has passed on. */
  forgetKept(): void {
    this.#recent = []
  }

  forget(): void {
    this.#last = undefined
    this.#known = 0
    this.#early.clear()
    this.#recent = []
  }
}
