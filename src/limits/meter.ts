import { DurableObject } from 'cloudflare:workers'

const DAY_MILLISECONDS = 86_400_000

/** What an isolate asks for: `rows` to spend, `debt` it has spent beyond what it was given, `limit` for the day. */
export type LeaseRequest = { rows: number; debt: number; limit: number }

export type Lease = {
  /** Fewer than were asked for when the day's rows run out. */
  rows: number
  /** When the day ends, in milliseconds; the rows are worth nothing after it. */
  until: number
  /** The instance's own, for keyed hashes; never leaves the Worker. */
  secret: string
}

/**
 * Counts the rows that the whole instance writes to D1 on a day, UTC as D1's quota counts it. It gives them out in leases,
 * so that a write asks nobody as long as its isolate has some left.
 */
export class Meter extends DurableObject {
  lease({ rows, debt, limit }: LeaseRequest): Lease {
    const { kv } = this.ctx.storage
    const day = Math.floor(Date.now() / DAY_MILLISECONDS)
    const until = (day + 1) * DAY_MILLISECONDS
    const spent = kv.get<{ day: number; rows: number }>('spent')
    const before = (spent?.day === day ? spent.rows : 0) + debt
    const granted = Math.max(0, Math.min(rows, limit - before))
    if (granted + debt > 0) kv.put('spent', { day, rows: before + granted })
    return { rows: granted, until, secret: this.#secret() }
  }

  #secret(): string {
    const { kv } = this.ctx.storage
    const known = kv.get<string>('secret')
    if (known !== undefined) return known
    const secret = crypto.getRandomValues(new Uint8Array(32)).toBase64()
    kv.put('secret', secret)
    return secret
  }
}
