import type { EntryFrame } from '../contract'
import type { Database } from '../db/client'
import { type EntryRow, entryFrameOf } from '../messages/entry-frames'
import { attachmentOf } from './attachment'
import type { Connections } from './connections'
import { ReorderBuffer } from './reorder-buffer'
import { entriesAfter, lastSeqOf } from './store'

/** How long an entry waits for those before it, which are mostly on their way, until D1 is asked for them. */
const REPAIR_DELAY_MILLISECONDS = 50
/** How many entries are read at once, and kept. */
export const MAX_ENTRIES = 500

/** Brings the log of a room to its connections: in order, without a gap, each entry once. */
export class Delivery {
  readonly #connections: Connections
  readonly #open: () => Database
  #roomId: number | undefined
  /** Its last entry is the one up to which everybody has been sent, but those who are behind. */
  #log = new ReorderBuffer(MAX_ENTRIES)
  #repairing: Promise<void> | undefined
  /** Whether there are listeners, and it is not known what they have been sent. */
  #isLost = false

  /** Goes on where the connections says that it was. */
  constructor(connections: Connections, open: () => Database) {
    this.#connections = connections
    this.#open = open
    const [socket] = connections.sockets
    if (!socket) return
    this.#roomId = attachmentOf(socket).roomId
    this.#isLost = true
    this.resume()
  }

  /** Goes on where the connections was, now that it knows: the anchor has come, if only to say that it is closed. */
  resume(): void {
    if (!this.#isLost || this.#connections.at === undefined) return
    this.#isLost = false
    this.#log.resumeAt(this.#connections.at)
  }

  /** The number of the last entry that was handed on. */
  get last(): number | undefined {
    return this.#log.last
  }

  /** Whether the entries after a number are at hand. */
  keeps(after: number): boolean {
    return this.#log.after(after) !== undefined
  }

  get roomId(): number | undefined {
    return this.#roomId
  }

  /** Goes over to the room that has the name now; gives whether it is the newest that we know of. */
  enter(roomId: number): boolean {
    if (roomId < (this.#roomId ?? 0)) return false
    if (this.#roomId !== roomId) this.#log.forget()
    this.#roomId = roomId
    return true
  }

  /** Takes an entry, which may come late, twice or too early. */
  take(entry: EntryFrame): void {
    // Where nobody listens nobody misses what came before.
    if (this.#connections.sockets.length === 0 && entry.seq > (this.last ?? -1) + 1)
      this.#log.beginAt(entry.seq - 1)
    this.#hand(entry)
  }

  #hand(entry: EntryFrame): void {
    for (const next of this.#log.take(entry)) this.#connections.tell(next, next.seq)
  }

  /** Learns that the log goes up to this number: what isn't here yet is read from D1, if somebody listens. */
  async expect(seq: number): Promise<void> {
    if (this.#connections.sockets.length === 0 && seq > (this.last ?? -1)) this.#log.beginAt(seq)
    this.#log.expect(seq)
    await this.repair()
    if (this.#log.last === undefined) this.#log.beginAt(seq)
  }

  /** Reads what is missing from D1, until everybody has what there is. */
  async repair(): Promise<void> {
    if (!this.#log.isIncomplete && !this.#isLost) return
    this.#repairing ??= this.#fill().finally(() => {
      this.#repairing = undefined
    })
    await this.#repairing
  }

  async #fill(): Promise<void> {
    await scheduler.wait(REPAIR_DELAY_MILLISECONDS)
    // Whoever knows what they have seen can come again and say so.
    if (this.#isLost) this.#connections.dismiss('again', () => true)
    this.#isLost = false
    while (this.#roomId !== undefined && this.last !== undefined && this.#log.isIncomplete) {
      const { last } = this
      const roomId = this.#roomId
      const rows = await entriesAfter(this.#open(), roomId, last, MAX_ENTRIES)
      if (roomId !== this.#roomId) break
      for (const row of rows) this.#hand(entryFrameOf(row))
      // Where a row has been deleted from D1 by hand there is no next one, however often one asks.
      if (this.last === last) break
    }
  }

  /** Sends entries to one who is behind, in order and as far as everybody is; `rows` go on where that one is, or before. */
  catchUp(socket: WebSocket, rows: EntryRow[]): void {
    const { last } = this
    let { behind } = attachmentOf(socket)
    if (behind === null || last === undefined) return
    // What is held is for those who are not behind now.
    this.#connections.flush()
    const kept = this.#log.after(rows.at(-1)?.seq ?? behind) ?? []
    const due = [...rows.map(entryFrameOf), ...kept].filter(({ seq }) => {
      const isNext = behind !== null && seq === behind + 1 && seq <= last
      if (isNext) behind = seq
      return isNext
    })
    this.#connections.send(socket, ...due)
    this.#connections.settle(socket, behind === last ? null : behind)
  }

  /** Brings one who is behind to where everybody is; it waits while that one doesn't read. */
  async pump(socket: WebSocket): Promise<void> {
    while (this.#connections.behind.has(socket) && this.#connections.unread(socket) < 1 / 4) {
      const { behind, roomId } = attachmentOf(socket)
      if (behind === null) return
      const rows = this.keeps(behind) ? [] : await entriesAfter(this.#open(), roomId, behind, MAX_ENTRIES)
      this.catchUp(socket, rows)
      if (attachmentOf(socket).behind === behind) return
    }
  }

  /** Compares with D1: there may be entries that nobody published, or fewer, where it was restored to an earlier time. */
  async compare(): Promise<void> {
    if (this.#roomId === undefined) return
    const there = await lastSeqOf(this.#open(), this.#roomId)
    if (there === undefined) return this.#connections.dismiss('gone', () => true)
    if (this.last === undefined || there >= this.last) await this.expect(there)
    else {
      this.#log.beginAt(there)
      this.#connections.tell({ type: 'reset', seq: there }, there)
    }
    await Promise.all([...this.#connections.behind].map((socket) => this.pump(socket)))
  }
}
