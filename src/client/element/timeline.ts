import type { Message } from '../../contract/index.ts'
import type { RoomEvent } from '../types.ts'

/** A message in its newest known state. */
export type Entry = Omit<Message, 'chatroom'>
type Change = Pick<Entry, 'message' | 'editedAt' | 'deletedAt'>

/** Orders the states of a message: edits by their time, and a deletion is the last state. */
const age = ({ message, editedAt = '' }: Change): string => (message === null ? '~' : editedAt)
const isLater = (given: Change, held: Change): boolean => age(given) >= age(held)

/**
 * The messages of a room, from some message to the newest: pages and live events put together. They may overlap, and a page may be
 * older than events that came before it. A message that changes becomes another object.
 */
export class Timeline {
  #entries: Entry[] = []
  /** Changes by the number of their message. A page that comes later may be older than they are. */
  readonly #changes = new Map<number, Change>()
  /** False once the room's first message is here. */
  hasMore = true

  /** The messages, oldest first. */
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

  /** Returns the index of the first entry whose number is at least `seq`. */
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

  /** Adds a page: the newest messages, or those before the first one here. */
  addPage(messages: readonly Entry[], hasMore: boolean): void {
    const start = messages[0]?.seq ?? 0
    if (start <= (this.first ?? start)) this.hasMore = hasMore
    for (const message of messages) this.#place(message)
  }

  /** Adds a stored message. One from before the first one here is left to its page. */
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
        this.add({ ...message, reactions: message.reactions.map((count) => ({ ...count, mine: false })) })
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
      case 'reaction':
      case 'hello':
      case 'typing':
      case 'presence':
      case 'present':
      case 'room':
      case 'member':
      case 'banned':
        break
      default:
        event satisfies never
    }
  }

  /** Keeps only the newest `count` messages. */
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
