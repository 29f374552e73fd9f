import type { Message } from '../../contract/index.ts'
import type { RoomEvent } from '../types.ts'

export type ReactionEvent = Extract<RoomEvent, { type: 'reaction' }>
type Event<Type extends RoomEvent['type']> = Extract<RoomEvent, { type: Type }>

/** A message in its newest known state. */
export type Entry = Omit<Message, 'chatroom'>

/** A message as an answer or a frame has told it. `seq`: all entries up to this number are in it. */
type Told = { entry: Entry; seq: number }
/** The newest changes of a message. Each tells its part of the message as it stood then, so that older ones need not be kept. */
type Changes = {
  edit?: Event<'edit'>
  delete?: Event<'delete'>
  reaction?: ReactionEvent
  /** The reader's own reactions, by their emoji. */
  own: Map<string, ReactionEvent>
}

/** Returns a message with the changes that are not in it yet. */
const changed = ({ entry, seq }: Told, changes: Changes): Entry => {
  const isNews = (event: { seq: number } | undefined) => event !== undefined && event.seq > seq
  const { edit, delete: deletion, reaction, own } = changes
  const now = { ...entry }
  if (edit && isNews(edit)) Object.assign(now, { message: edit.message, editedAt: edit.createdAt })
  if (reaction && isNews(reaction)) {
    now.reactions = reaction.reactions.map((counted) => {
      const isOwn = own.get(counted.reaction)
      const before = entry.reactions.find((each) => each.reaction === counted.reaction)
      const mine = isOwn && isNews(isOwn) ? isOwn.added : (before?.mine ?? false)
      return { ...counted, mine }
    })
  }
  if (deletion && isNews(deletion))
    Object.assign(now, { message: null, deletedAt: deletion.createdAt, reactions: [] })
  return now
}

/**
 * The messages of a room, from some message to the newest: pages and live events put together. They may come in any order and
 * overlap, since each page says which entry is the last that is in it. A message that changes becomes another object.
 */
export class Timeline {
  #entries: Entry[] = []
  /** The messages without the changes after them, by their numbers. */
  readonly #told = new Map<number, Told>()
  /** By the number of the message that they change. A page that comes later may be older than they are. */
  readonly #changes = new Map<number, Changes>()
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

  /** Shows a message as it stands now. */
  #renew(seq: number): void {
    const told = this.#told.get(seq)
    if (!told) return
    const changes = this.#changes.get(seq)
    const entry = changes ? changed(told, changes) : told.entry
    const at = this.indexOf(seq)
    this.#entries.splice(at, this.#entries[at]?.seq === seq ? 1 : 0, entry)
  }

  #place(entry: Entry, seq: number): void {
    const known = this.#told.get(entry.seq)
    if (known && known.seq > seq) return
    this.#told.set(entry.seq, { entry, seq })
    this.#renew(entry.seq)
  }

  /** Adds a page: the newest messages, or those before the first one here. `seq` is the number of the last entry that it shows. */
  addPage(messages: readonly Entry[], hasMore: boolean, seq: number): void {
    const start = messages[0]?.seq ?? 0
    if (start <= (this.first ?? start)) this.hasMore = hasMore
    for (const message of messages) this.#place(message, Math.max(seq, message.seq))
  }

  /** Adds a message as it was stored. One from before the first one here is left to its page. */
  add(message: Entry): void {
    if (this.hasMore && message.seq < (this.first ?? 0)) return
    this.#place(message, message.seq)
  }

  /**
   * Takes a message from the answer to a change of it. `before` is what `find` gave when the request was sent. If it has changed since,
   * the answer may be older, and the event of the change brings the same.
   */
  answered(message: Entry, before: Entry | undefined): void {
    const { seq } = message
    const told = this.#told.get(seq)
    if (!told || this.find(seq) !== before) return
    const { edit, delete: deletion, reaction } = this.#changes.get(seq) ?? {}
    this.#place(message, Math.max(told.seq, ...[edit, deletion, reaction].map((event) => event?.seq ?? 0)))
  }

  #change(event: Event<'edit' | 'delete' | 'reaction'>, isMine: boolean): void {
    const changes: Changes = this.#changes.get(event.target) ?? { own: new Map() }
    if ((changes[event.type]?.seq ?? 0) >= event.seq) return
    Object.assign(changes, { [event.type]: event })
    if (event.type === 'reaction' && isMine) changes.own.set(event.reaction, event)
    this.#changes.set(event.target, changes)
    if (event.seq > (this.#told.get(event.target)?.seq ?? 0)) this.#renew(event.target)
  }

  /** Takes an event. `isMine`: it is an act of the reader. */
  apply(event: RoomEvent, isMine = false): void {
    switch (event.type) {
      case 'message': {
        const { type, ...message } = event
        this.add({ ...message, reactions: message.reactions.map((count) => ({ ...count, mine: false })) })
        break
      }
      case 'edit':
      case 'delete':
      case 'reaction':
        this.#change(event, isMine)
        break
      case 'reset':
        this.clear()
        break
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
    for (const { seq } of this.#entries.splice(0, this.#entries.length - count)) this.#told.delete(seq)
    this.hasMore = true
  }

  clear(): void {
    this.#entries = []
    this.#told.clear()
    this.#changes.clear()
    this.hasMore = true
  }
}
