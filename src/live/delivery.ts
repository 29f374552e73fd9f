import type { EntryFrame } from '../contract'
import type { Database } from '../db/client'
import { listenerOf } from './attachment'
import type { Audience } from './connections'
import { frameOf } from './entry-frames'
import { Sequence } from './reorder-buffer'
import { type EntryRow, entriesAfter, lastOf } from './store'

/** How long an entry waits for those before it, which are mostly on their way, until D1 is asked for them. */
const PATIENCE_MILLISECONDS = 50
/** How many entries are read at once, and kept. */
export const PAGE = 500

/** Brings the log of a room to its audience: in order, without a gap, each entry once. */
export class Relay {
  readonly #audience: Audience
  readonly #open: () => Database
  #roomId: number | undefined
  /** Its last entry is the one up to which everybody has been sent, but those who are behind. */
  #log = new Sequence(PAGE)
  #repairing: Promise<void> | undefined
  /** Whether there are listeners, and it is not known what they have been sent. */
  #isLost = false

  /** Goes on where the audience says that it was. */
  constructor(audience: Audience, open: () => Database) {
    this.#audience = audience
    this.#open = open
    const [socket] = audience.sockets
    if (!socket) return
    this.#roomId = listenerOf(socket).roomId
    this.#isLost = true
    this.resume()
  }

  /** Goes on where the audience was, now that it knows: the anchor has come, if only to say that it is closed. */
  resume(): void {
    if (!this.#isLost || this.#audience.at === undefined) return
    this.#isLost = false
    this.#log.resumeAt(this.#audience.at)
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
    if (this.#audience.sockets.length === 0 && entry.seq > (this.last ?? -1) + 1)
      this.#log.beginAt(entry.seq - 1)
    this.#hand(entry)
  }

  #hand(entry: EntryFrame): void {
    for (const next of this.#log.take(entry)) this.#audience.tell(next, next.seq)
  }

  /** Learns that the log goes up to this number: what isn't here yet is read from D1, if somebody listens. */
  async expect(seq: number): Promise<void> {
    if (this.#audience.sockets.length === 0 && seq > (this.last ?? -1)) this.#log.beginAt(seq)
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
    await scheduler.wait(PATIENCE_MILLISECONDS)
    // Whoever knows what they have seen can come again and say so.
    if (this.#isLost) this.#audience.dismiss('again', () => true)
    this.#isLost = false
    while (this.#roomId !== undefined && this.last !== undefined && this.#log.isIncomplete) {
      const { last } = this
      const roomId = this.#roomId
      const rows = await entriesAfter(this.#open(), roomId, last, PAGE)
      if (roomId !== this.#roomId) break
      for (const row of rows) this.#hand(frameOf(row))
      // Where a row has been deleted from D1 by hand there is no next one, however often one asks.
      if (this.last === last) break
    }
  }

  /** Sends entries to one who is behind, in order and as far as everybody is; `rows` go on where that one is, or before. */
  catchUp(socket: WebSocket, rows: EntryRow[]): void {
    const { last } = this
    let { behind } = listenerOf(socket)
    if (behind === null || last === undefined) return
    // What is held is for those who are not behind now.
    this.#audience.flush()
    const kept = this.#log.after(rows.at(-1)?.seq ?? behind) ?? []
    const due = [...rows.map(frameOf), ...kept].filter(({ seq }) => {
      const isNext = behind !== null && seq === behind + 1 && seq <= last
      if (isNext) behind = seq
      return isNext
    })
    this.#audience.send(socket, ...due)
    this.#audience.settle(socket, behind === last ? null : behind)
  }

  /** Brings one who is behind to where everybody is; it waits while that one doesn't read. */
  async pump(socket: WebSocket): Promise<void> {
    while (this.#audience.behind.has(socket) && this.#audience.unread(socket) < 1 / 4) {
      const { behind, roomId } = listenerOf(socket)
      if (behind === null) return
      const rows = this.keeps(behind) ? [] : await entriesAfter(this.#open(), roomId, behind, PAGE)
      this.catchUp(socket, rows)
      if (listenerOf(socket).behind === behind) return
    }
  }

  /** Compares with D1: there may be entries that nobody published, or fewer, where it was restored to an earlier time. */
  async compare(): Promise<void> {
    if (this.#roomId === undefined) return
    const there = await lastOf(this.#open(), this.#roomId)
    if (there === undefined) return this.#audience.dismiss('gone', () => true)
    if (this.last === undefined || there >= this.last) await this.expect(there)
    else {
      this.#log.beginAt(there)
      this.#audience.tell({ type: 'reset', seq: there }, there)
    }
    await Promise.all([...this.#audience.behind].map((socket) => this.pump(socket)))
  }
}
