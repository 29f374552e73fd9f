import { Problem } from '../http/problem'
import type { Attachment } from './attachment'

// The runtime keeps in memory whatever a listener doesn't read, without a limit, and doesn't say how much that is. So listeners
// acknowledge what they read, and the hub counts. All amounts are in UTF-16 code units.

/** A listener that has not acknowledged this much in any way is disconnected. */
const MAX_UNREAD = 4 * 1024 * 1024
/** The same for a listener that acknowledges without a number, which proves nothing. */
const MAX_UNPROVEN = 2 * MAX_UNREAD
/** A listener that catches up is sent this much ahead of what it acknowledges. */
const MAX_AHEAD = (MAX_UNREAD * 5) / 8
/** Amounts smaller than this are acknowledged together. */
export const STEP = 64 * 1024

/** The parts of an attachment that count. */
type Counted = Pick<Attachment, 'behind' | 'read' | 'base' | 'marks'>

const unsent = (seq: number, last: number) => {
  const message = `seq must be at most ${last}: entry ${seq} was not sent to you`
  return new Problem('invalid-request', message, { errors: [{ path: 'seq', message }] })
}

/** Counts what listeners have been sent and have not acknowledged. */
export class Outgoing {
  /** The total that was sent to everybody, in UTF-16 code units. */
  sent = 0
  /** For the newest entries: the total that had been sent when the entry was. */
  #checkpoints: { seq: number; sent: number }[] = []

  /** Goes on from a saved cursor. */
  restore({ seq, sent }: Attachment['cursor']): void {
    this.sent += sent
    this.#checkpoints = [{ seq, sent: this.sent }]
  }

  /** Counts what was just sent to everybody, up to the entry `seq`. */
  add(length: number, seq: number | undefined): void {
    this.sent += length
    if (seq === undefined) return
    const points = this.#checkpoints
    // After a reset, numbers come again.
    while ((points.at(-1)?.seq ?? 0) > seq) points.pop()
    const [previous, last] = points.slice(-2)
    if (previous && last && last.sent - previous.sent < STEP) points.pop()
    points.push({ seq, sent: this.sent })
    while ((points[0]?.sent ?? this.sent) < this.sent - MAX_UNPROVEN) points.shift()
  }

  /** Begins to count for a new listener. */
  begin(isBehind: boolean): Pick<Counted, 'read' | 'base' | 'marks'> {
    const start = isBehind ? 0 : this.sent
    return { read: start, base: start, marks: [] }
  }

  /** Counts for a listener that has caught up: from now on it is sent what everybody is. */
  join(listener: Counted): void {
    listener.read += this.sent
    listener.base = this.sent
  }

  /** Counts what was sent to one listener alone. An acknowledgement of the entry `seq` covers it. */
  addFor(listener: Counted, length: number, seq: number): void {
    listener.read -= length
    const last = listener.marks.at(-1)
    if (last && last[1] + length <= STEP) {
      last[0] = Math.max(last[0], seq)
      last[1] += length
    } else listener.marks.push([seq, length])
  }

  #position({ behind }: Counted): number {
    return behind === null ? this.sent : 0
  }

  /** Returns how much a listener has not acknowledged, with or without a number. */
  #unread(listener: Counted): number {
    return this.#position(listener) - listener.read
  }

  /** Returns how much a listener has not acknowledged by number. */
  #unproven(listener: Counted): number {
    const own = listener.marks.reduce((sum, [, length]) => sum + length, 0)
    return own + (listener.behind === null ? this.sent - listener.base : 0)
  }

  /**
   * Acknowledges what was sent up to the entry `seq`; without a number, all that was sent, on the listener's word. `last` is the last entry
   * that it was sent. Returns how much is acknowledged. Throws a 400 problem for a number that was not sent.
   */
  acknowledge(listener: Counted, seq: number | undefined, last: number): number {
    if (seq !== undefined && seq > last) throw unsent(seq, last)
    const { read } = listener
    if (seq === undefined) listener.read = this.#position(listener)
    else {
      listener.marks = listener.marks.filter(([upTo]) => upTo > seq)
      const reached = this.#checkpoints.findLast((point) => point.seq <= seq)
      if (reached) listener.base = Math.max(listener.base, reached.sent)
      listener.read = Math.max(read, this.#position(listener) - this.#unproven(listener))
    }
    return listener.read - read
  }

  /** Returns whether a listener has to be disconnected, because it does not read. */
  isFull(listener: Counted): boolean {
    return this.#unread(listener) > MAX_UNREAD || this.#unproven(listener) > MAX_UNPROVEN
  }

  /** Returns how much more a listener that catches up may be sent before it acknowledges something. */
  room(listener: Counted): number {
    return MAX_AHEAD - this.#unread(listener)
  }
}
