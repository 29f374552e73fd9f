import type { Message } from '../../contract/index.ts'
import type { RoomEvent } from '../types.ts'

/** A message as it stands, as far as is known. */
export type Entry = Omit<Message, 'chatroom'>
type Change = Pick<Entry, 'message' | 'editedAt' | 'deletedAt'>

/** Which of two states of a message is later: edits by their time, and nothing comes after a deletion. */
const age = ({ message, editedAt = '' }: Change): string => (message === null ? '~' : editedAt)
const isLater = (given: Change, held: Change): boolean => age(given) >= age(held)

/**
 * What a room's log says, from some message up to its end: pages of it and events put together. They may overlap, and a page may
 * be older than the events that came before it. A message that changes is another object.
 */
export class Timeline {
  #entries: Entry[] = []
  /** By the number of the message: what is known of messages of which a page may come that doesn't know it yet. */
  readonly #changes = new Map<number, Change>()
  /** Whether there are older messages than these. */
  hasMore = true

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** The number of the newest message; 0 if there is none. */
  get last(): number {
    return this.#entries.at(-1)?.seq ?? 0
  }

  get first(): number | undefined {
    return this.#entries[0]?.seq
  }

  /** Where the first entry is whose number is not less than this one. */
  indexOf(seq: number): number {
    let [from, to] = [0, this.#entries.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#entries[middle]?.seq ?? 0) < seq) from = middle + 1
      else to = middle
    }
    return from
  }

  find(seq: number): Entry | undefined {
    const found = this.#entries[this.indexOf(seq)]
    return found?.seq === seq ? found : undefined
  }

  #place(given: Entry): void {
    const change = this.#changes.get(given.seq)
    const entry = change && isLater(change, given) ? { ...given, ...change } : given
    const at = this.indexOf(entry.seq)
    const held = this.#entries[at]
    if (held?.seq !== entry.seq) this.#entries.splice(at, 0, entry)
    else if (isLater(entry, held)) this.#entries[at] = entry
  }

  /** Takes a page: the newest messages, or those before the first that is here. */
  addPage(messages: readonly Entry[], hasMore: boolean): void {
    const start = messages[0]?.seq ?? 0
    if (start <= (this.first ?? start)) this.hasMore = hasMore
    for (const message of messages) this.#place(message)
  }

  /** Takes a message that is stored; one from before the first that is here comes with its page. */
  add(message: Entry): void {
    if (this.hasMore && message.seq < (this.first ?? 0)) return
    this.#place(message)
  }

  #change(seq: number, change: Change): void {
    const known = this.#changes.get(seq)
    if (known && !isLater(change, known)) return
    this.#changes.set(seq, change)
    const held = this.find(seq)
    if (held) this.#place(held)
  }

  apply(event: RoomEvent): void {
    switch (event.type) {
      case 'message': {
        const { type, ...message } = event
        this.add(message)
        break
      }
      case 'edit':
        this.#change(event.target, { message: event.message, editedAt: event.createdAt })
        break
      case 'delete':
        this.#change(event.target, { message: null, deletedAt: event.createdAt })
        break
      case 'reset':
        this.clear()
        break
    }
  }

  /** Keeps only so many, the newest. */
  trim(count: number): void {
    if (this.#entries.length <= count) return
    this.#entries = this.#entries.slice(-count)
    this.hasMore = true
  }

  clear(): void {
    this.#entries = []
    this.#changes.clear()
    this.hasMore = true
  }
}
