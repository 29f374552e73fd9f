import { DurableObject } from 'cloudflare:workers'

const DAY_MILLISECONDS = 86_400_000

/** A request of an isolate: `rows` to write, `debt` of rows written beyond its leases, and the `limit` for the day. */
export type LeaseRequest = { rows: number; debt: number; limit: number }

/** The bytes that may be uploaded on a day under a key: a keyed hash of a person or an address, or the whole site. */
export type UploadLimit = { whom: string; limit: number }

/** The answer to an upload. `over`: this key has too few bytes left on this day, which ends in `wait` milliseconds. */
export type UploadCount = { over: string | undefined; wait: number }

/** The answer to a request for one more room. `wait`: none is left on this day, which ends in so many milliseconds. */
export type RoomCount = { wait: number | undefined }

export type Lease = {
  /** Fewer than requested when the day's rows run out. */
  rows: number
  /** The end of the day, in milliseconds. The rows can't be used after it. */
  until: number
  /** The instance's secret for keyed hashes. It never leaves the Worker. */
  secret: string
}

const today = (): number => Math.floor(Date.now() / DAY_MILLISECONDS)

/**
 * Counts the rows that the whole instance writes to D1 on a day, in UTC as D1's quota does. It gives them out in leases, so
 * that a write need not ask while its isolate has rows left.
 */
export class Meter extends DurableObject {
  lease({ rows, debt, limit }: LeaseRequest): Lease {
    const { kv } = this.ctx.storage
    const day = today()
    const until = (day + 1) * DAY_MILLISECONDS
    const before = this.#today('spent') + debt
    const granted = Math.max(0, Math.min(rows, limit - before))
    if (granted + debt > 0) kv.put('spent', { day, rows: before + granted })
    return { rows: granted, until, secret: this.#secret() }
  }

  /** Returns the rows that were given out today. */
  spentToday(): number {
    return this.#today('spent')
  }

  /** Returns how many of them the sweep was given. */
  sweptToday(): number {
    return this.#today('swept')
  }

  /** Gives rows to the sweep, no more than its own limit leaves and than the instance may still write. A limit of 0 is none. */
  leaseSweep(rows: number, { limit, sweepLimit }: { limit: number; sweepLimit: number }): number {
    const left = [
      rows,
      ...(limit > 0 ? [limit - this.#today('spent')] : []),
      ...(sweepLimit > 0 ? [sweepLimit - this.#today('swept')] : []),
    ]
    const granted = Math.max(0, Math.min(...left))
    if (granted > 0) this.#count(granted)
    return granted
  }

  /** Takes back rows that the sweep has not written. A negative number is rows beyond its lease. */
  returnSweep(rows: number): void {
    this.#count(-rows)
  }

  #count(rows: number): void {
    for (const key of ['spent', 'swept'] as const)
      this.ctx.storage.kv.put(key, { day: today(), rows: Math.max(0, this.#today(key) + rows) })
  }

  #today(key: 'spent' | 'swept'): number {
    const counted = this.ctx.storage.kv.get<{ day: number; rows: number }>(key)
    return counted?.day === today() ? counted.rows : 0
  }

  /** Counts one more room that an address makes today. `address` is a keyed hash, which is deleted when the day ends. */
  async countRoom(address: string, limit: number): Promise<RoomCount> {
    const day = today()
    const sql = this.#roomsMade()
    const [{ count } = { count: 0 }] = sql
      .exec<{ count: number }>('select count from rooms_made where day = ? and address = ?', day, address)
      .toArray()
    const end = (day + 1) * DAY_MILLISECONDS
    if (count >= limit) return { wait: end - Date.now() }
    sql.exec(
      'insert into rooms_made values (?, ?, 1) on conflict do update set count = count + 1',
      day,
      address,
    )
    await this.#deleteAtMidnight()
    return { wait: undefined }
  }

  /** Takes back the count of a room that was not made after all. */
  uncountRoom(address: string): void {
    this.#roomsMade().exec(
      'update rooms_made set count = count - 1 where day = ? and address = ?',
      today(),
      address,
    )
  }

  /** Counts an upload under all keys, or under none if one of them has too few bytes left. The keys are deleted when the day ends. */
  async countUpload(bytes: number, limits: UploadLimit[]): Promise<UploadCount> {
    const day = today()
    const sql = this.#uploads()
    const end = (day + 1) * DAY_MILLISECONDS
    for (const { whom, limit } of limits) {
      const [{ bytes: before } = { bytes: 0 }] = sql
        .exec<{ bytes: number }>('select bytes from uploads where day = ? and whom = ?', day, whom)
        .toArray()
      if (before + bytes > limit) return { over: whom, wait: end - Date.now() }
    }
    for (const { whom } of limits)
      sql.exec(
        'insert into uploads values (?, ?, ?) on conflict do update set bytes = bytes + excluded.bytes',
        day,
        whom,
        bytes,
      )
    await this.#deleteAtMidnight()
    return { over: undefined, wait: 0 }
  }

  /** Takes back the count of an upload that was not stored after all. */
  uncountUpload(bytes: number, whom: string[]): void {
    for (const key of whom)
      this.#uploads().exec(
        'update uploads set bytes = max(0, bytes - ?) where day = ? and whom = ?',
        bytes,
        today(),
        key,
      )
  }

  #uploads(): SqlStorage {
    const { sql } = this.ctx.storage
    sql.exec(
      'create table if not exists uploads (day integer, whom text, bytes integer, primary key (day, whom)) without rowid',
    )
    return sql
  }

  async #deleteAtMidnight(): Promise<void> {
    const { storage } = this.ctx
    if ((await storage.getAlarm()) === null) await storage.setAlarm((today() + 1) * DAY_MILLISECONDS)
  }

  override async alarm(): Promise<void> {
    const rooms = this.#roomsMade()
    rooms.exec('delete from rooms_made where day < ?', today())
    this.#uploads().exec('delete from uploads where day < ?', today())
    // Rows of the new day may have come before.
    const left = rooms.exec('select 1 from rooms_made union all select 1 from uploads limit 1').toArray()
    if (left.length > 0) await this.#deleteAtMidnight()
  }

  #roomsMade(): SqlStorage {
    const { sql } = this.ctx.storage
    sql.exec(
      'create table if not exists rooms_made (day integer, address text, count integer, primary key (day, address)) without rowid',
    )
    return sql
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
