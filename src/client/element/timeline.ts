import type { Message } from '../../contract/index.ts'
import type { RoomEvent } from '../types.ts'

export type ReactionEvent = Extract<RoomEvent, { type: 'reaction' }>
type Event<Type extends RoomEvent['type']> = Extract<RoomEvent, { type: Type }>

/** A message in its newest known state. */
export type Entry = Omit<Message, 'chatroom'>

/** A message as an answer or a frame has told it. `seq`: all entries up to this number are in it. `now`: as it stands, with later changes. */
type Told = { entry: Entry; seq: number; now: Entry }
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
    Object.assign(now, { message: null, deletedAt: deletion.createdAt, reactions: [], files: [] })
  return now
}

/** Messages between which none is missing, oldest first. */
export type Span = {
  entries: Entry[]
  /** False once the room's first message is here. */
  hasMore: boolean
}

/**
 * The messages of a room: pages and live events put together. They may come in any order and overlap, since each page says which entry is
 * the last that is in it. A message that changes becomes another object.
 */
export class Timeline {
  /** The newest messages, from some message on. */
  live: Span = { entries: [], hasMore: true }
  /** The messages that the reader sees: the newest ones, or some that are further up. */
  shown = this.live
  /** All known messages by their numbers, also those that are only quoted. */
  readonly #told = new Map<number, Told>()
  /** By the number of the message that they change. A page that comes later may be older than they are. */
  readonly #changes = new Map<number, Changes>()

  /** The messages that the reader sees, oldest first. */
  get entries(): readonly Entry[] {
    return this.shown.entries
  }

  /** The number of the newest message; 0 if there is none. */
  get last(): number {
    return this.live.entries.at(-1)?.seq ?? 0
  }

  /** The number of the first message that the reader sees. */
  get first(): number | undefined {
    return this.entries[0]?.seq
  }

  /** Returns the index of the first entry whose number is at least `seq`. */
  indexOf(seq: number, entries = this.entries): number {
    let [from, to] = [0, entries.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((entries[middle]?.seq ?? 0) < seq) from = middle + 1
      else to = middle
    }
    return from
  }

  /** Returns a message as it stands now, if it is known. */
  find(seq: number): Entry | undefined {
    return this.#told.get(seq)?.now
  }

  /** Shows a message as it stands now, and adds it to a span. */
  #renew(seq: number, span?: Span): void {
    const told = this.#told.get(seq)
    if (!told) return
    const changes = this.#changes.get(seq)
    told.now = changes ? changed(told, changes) : told.entry
    for (const each of [this.live, this.shown]) {
      const at = this.indexOf(seq, each.entries)
      const isHere = each.entries[at]?.seq === seq
      if (isHere || each === span) each.entries.splice(at, isHere ? 1 : 0, told.now)
    }
  }

  /** Takes a message that all entries up to `seq` are in, and adds it to a span. Without one it is only quoted. */
  #place(entry: Entry, seq: number, span?: Span): void {
    const known = this.#told.get(entry.seq)
    if (!known || known.seq <= seq) this.#told.set(entry.seq, { entry, seq, now: entry })
    this.#renew(entry.seq, span)
  }

  /**
   * Adds a page to the messages that the reader sees: the newest ones, or those next to the ones that are here. `seq` is the number of the
   * last entry that it shows; `quoted` are the messages that its replies name.
   */
  addPage(messages: readonly Entry[], hasMore: boolean, seq: number, quoted: readonly Entry[] = []): void {
    const { shown } = this
    const start = messages[0]?.seq ?? 0
    if (start <= (this.first ?? start)) shown.hasMore = hasMore
    for (const message of messages) this.#place(message, Math.max(seq, message.seq), shown)
    for (const message of quoted) this.#place(message, Math.max(seq, message.seq))
  }

  /** Adds a message as it was stored. One from before the first one here is left to its page. */
  add(message: Entry): void {
    const { hasMore, entries } = this.live
    if (hasMore && message.seq < (entries[0]?.seq ?? 0)) return
    this.#place(message, message.seq, this.live)
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
      case 'held':
        break
      default:
        event satisfies never
    }
  }

  /** Keeps only the newest `count` messages, and those that they quote. */
  trim(count: number): void {
    const { live } = this
    if (live.entries.length <= count) return
    live.entries = live.entries.slice(-count)
    live.hasMore = true
    const kept = new Set(live.entries.flatMap(({ seq, replyTo }) => [seq, replyTo]))
    for (const seq of this.#told.keys()) if (!kept.has(seq)) this.#told.delete(seq)
  }

  clear(): void {
    this.live = this.shown = { entries: [], hasMore: true }
    this.#told.clear()
    this.#changes.clear()
  }
}
