import type { EntryFrame } from '../contract'
import type { Database } from '../db/client'
import type { MakeLinks } from '../files/links'
import { errorText, log } from '../http/log'
import { type EntryRow, entryFrameOf } from '../messages/entry-frames'
import { entriesAfter } from '../messages/log'
import type { Connections } from './connections'
import { ReorderBuffer } from './reorder-buffer'

/** An entry waits this long for the missing ones before it, which are mostly on their way. Then they are read from D1. */
const REPAIR_DELAY_MILLISECONDS = 50
/** The most entries that are read at once, and kept. */
export const MAX_ENTRIES = 500

/** Delivers the log of a room to its connections: in order, without a gap, each entry once. */
export class Delivery {
  readonly #connections: Connections
  readonly #open: () => Database
  readonly #makeLinks: MakeLinks
  #roomId: number | undefined
  /** Its last entry is the last one that everybody was sent, except those who catch up. */
  #log = new ReorderBuffer(MAX_ENTRIES)
  #repairing: Promise<void> | undefined
  /** The connections that entries are being read for. */
  readonly #catchingUp = new WeakSet<WebSocket>()
  /** Set while there are connections, and nothing says how far they have been sent the log. */
  #isLost = false

  /** Goes on from the saved cursor, if there are connections. */
  constructor(connections: Connections, open: () => Database, makeLinks: MakeLinks) {
    this.#connections = connections
    this.#open = open
    this.#makeLinks = makeLinks
    if (connections.size === 0) return
    this.#roomId = Math.max(...connections.all.map(([, { roomId }]) => roomId))
    connections.closeWhere('deleted', ({ roomId }) => roomId !== this.#roomId)
    this.#isLost = true
    this.resume()
  }

  /** Goes on from the saved cursor, if it has come back: the socket that holds it may only come to be closed. */
  resume(): void {
    if (!this.#isLost || this.#connections.cursor === undefined) return
    this.#isLost = false
    this.#log.resumeAt(this.#connections.cursor)
  }

  /** The number of the last entry that was delivered. */
  get last(): number | undefined {
    return this.#log.last
  }

  get roomId(): number | undefined {
    return this.#roomId
  }

  /** Returns whether the entries after a number are kept. */
  keeps(after: number): boolean {
    return this.#log.after(after) !== undefined
  }

  /** Begins with a room, which may be a new one of the same name. Returns whether it is the newest that is known of. */
  enter(roomId: number): boolean {
    if (this.#roomId !== undefined && roomId < this.#roomId) return false
    if (this.#roomId !== roomId) {
      this.#connections.closeWhere('deleted', () => true)
      this.#log.forget()
    }
    this.#roomId = roomId
    return true
  }

  /** Takes an entry, which may come late, twice or too early. */
  receive(entry: EntryFrame): void {
    // Without listeners, nobody misses the earlier entries.
    if (this.#connections.size === 0 && entry.seq > (this.last ?? -1) + 1) this.#log.beginAt(entry.seq - 1)
    this.#deliver(entry)
    // Without listeners, the hub doesn't hear whether names change.
    if (this.#connections.size === 0) this.#log.forgetKept()
  }

  #deliver(entry: EntryFrame): void {
    for (const next of this.#log.add(entry)) this.#connections.broadcast(next, next.seq)
  }

  /** Takes the number of the log's last entry. Entries up to it that are missing are read from D1, if somebody listens. */
  async readUpTo(seq: number): Promise<void> {
    const roomId = this.#roomId
    if (this.#connections.size === 0 && seq > (this.last ?? -1)) this.#log.beginAt(seq)
    this.#log.expect(seq)
    await this.repair()
    // The number says nothing about a room that has begun meanwhile.
    if (this.#log.last === undefined && roomId === this.#roomId) this.#log.beginAt(seq)
  }

  /** Reads missing entries from D1, until all are delivered. */
  async repair(): Promise<void> {
    if (!this.#log.isIncomplete && !this.#isLost) return
    this.#repairing ??= this.#readMissing().finally(() => {
      this.#repairing = undefined
    })
    await this.#repairing
  }

  async #readMissing(): Promise<void> {
    await scheduler.wait(REPAIR_DELAY_MILLISECONDS)
    // Clients know the last entry that they have seen, and come back with its number.
    if (this.#isLost) this.#connections.closeWhere('reconnect', () => true)
    this.#isLost = false
    while (this.#roomId !== undefined && this.last !== undefined && this.#log.isIncomplete) {
      const { last } = this
      const roomId = this.#roomId
      const rows = await entriesAfter(this.#open(), roomId, last, MAX_ENTRIES)
      const frames = await this.framesOf(rows)
      // Entries that came meanwhile have been delivered: only those after them can be missing.
      if (roomId !== this.#roomId || this.last === undefined) break
      const [first] = frames
      if (first && first.seq > this.last + 1) this.#skipTo(first.seq - 1)
      for (const frame of frames) this.#deliver(frame)
      if (this.last === last) break
    }
  }

  async framesOf(rows: EntryRow[]): Promise<EntryFrame[]> {
    const links = await this.#makeLinks(rows)
    return rows.map((row) => entryFrameOf(row, links))
  }

  /** Goes on after an entry. Those before it that are missing have been removed from D1. */
  #skipTo(seq: number): void {
    this.#log.resumeAt(seq)
    this.#connections.broadcast({ type: 'reset', seq }, seq)
  }

  /** Keeps no entries for those who come back: the first ones of the log have been removed. */
  forgetKept(): void {
    this.#log.forgetKept()
  }

  /**
   * Sends one that catches up the entries that it misses, as fast as it acknowledges them. `first`, if given, are the first entries
   * after its last one, which are sent at once. Disconnects it if they can't be read: nothing else would send them, and the client comes back with its number.
   */
  async catchUp(socket: WebSocket, first?: EntryFrame[]): Promise<void> {
    if (this.#catchingUp.has(socket)) return
    this.#catchingUp.add(socket)
    try {
      for (let read = first; ; read = undefined) {
        const listener = this.#connections.get(socket)
        if (!listener || listener.behind === null || !this.#connections.isReady(listener)) return
        const { behind, roomId } = listener
        const rows =
          read || this.keeps(behind) ? [] : await entriesAfter(this.#open(), roomId, behind, MAX_ENTRIES)
        // Nothing waits before entries are sent that are only kept now.
        this.#sendMissed(socket, behind, rows.length > 0 ? await this.framesOf(rows) : (read ?? []))
        if (listener.behind === behind) return
      }
    } catch (error) {
      log('warn', 'listener not caught up', undefined, { error: errorText(error) })
      this.#connections.closeWhere('reconnect', (_, each) => each === socket)
    } finally {
      this.#catchingUp.delete(socket)
    }
  }

  /** Sends entries to one that catches up: those that were read, then those that are kept. */
  #sendMissed(socket: WebSocket, behind: number, read: EntryFrame[]): void {
    const { last } = this
    if (last === undefined) return
    // Those frames are for the others, who are ahead of it.
    this.#connections.flush()
    const kept = this.#log.after(read.at(-1)?.seq ?? behind) ?? []
    this.#connections.sendEntries(socket, [...read, ...kept], last)
  }

  /**
   * Compares the log with D1, whose last entry `ask` asks for: nobody may have published it, or the database was restored to an
   * earlier time.
   */
  async compare(ask: () => Promise<number | undefined>): Promise<void> {
    // Later entries may be delivered while D1 is asked, so only this number can be larger than that of a restored database.
    const known = this.last
    const roomId = this.#roomId
    const last = await ask()
    if (last === undefined || roomId !== this.#roomId) return
    if (known === undefined || last >= known) await this.readUpTo(last)
    else {
      this.#log.beginAt(last)
      this.#connections.broadcast({ type: 'reset', seq: last }, last)
    }
    await Promise.all(this.#connections.all.map(([socket]) => this.catchUp(socket)))
  }
}
