import { DurableObject } from 'cloudflare:workers'

const DAY_MILLISECONDS = 86_400_000

/** A request of an isolate: `rows` to write, `debt` of rows written beyond its leases, and the `limit` for the day. */
export type LeaseRequest = { rows: number; debt: number; limit: number }

export type Lease = {
  /** Fewer than requested when the day's rows run out. */
  rows: number
  /** The end of the day, in milliseconds. The rows can't be used after it. */
  until: number
  /** The instance's secret for keyed hashes. It never leaves the Worker. */
  secret: string
}

/**
 * Counts the rows that the whole instance writes to D1 on a day, in UTC as D1's quota does. It gives them out in leases, so
 * that a write need not ask while its isolate has rows left.
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
