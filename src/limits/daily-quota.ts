import { errorText, log } from '../http/log'
import type { Lease, LeaseRequest } from './meter'

/** Rows reserved for a write until D1 reports its cost: as many as a new user takes, the most of the usual writes. */
const RESERVED_ROWS = 4

// The first lease is small, because most isolates end soon and what is left of their lease is lost. Each further lease is
// twice the size, so that a busy isolate seldom asks.
const FIRST_LEASE_ROWS = 8
const LARGEST_LEASE_ROWS = 256

const METER_TIMEOUT_MILLISECONDS = 1000
const RETRY_METER_AFTER_MILLISECONDS = 10_000

type Ask = (request: LeaseRequest) => Promise<Lease>
type Background = (work: Promise<unknown>) => void

const tooLate = async (): Promise<never> => {
  await scheduler.wait(METER_TIMEOUT_MILLISECONDS)
  throw new Error(`the meter did not answer within ${METER_TIMEOUT_MILLISECONDS} ms`)
}

/**
 * Holds the rows that this isolate may still write before it asks the meter again. A write waits for the meter only when no
 * rows are left. When the meter can't be reached, writes pass and the meter learns of them later. Requests share no promise,
 * because workerd cancels a promise with the request that made it.
 */
export class DailyQuota {
  readonly #ask: Ask
  readonly #limit: number
  readonly #own = crypto.randomUUID()
  #rows = 0
  #size = FIRST_LEASE_ROWS
  #until = 0
  #runsOut = false
  #secret: string | undefined
  #renewingUntil = 0
  #quietUntil = 0

  /** `limit` is the number of rows that the instance may write on a day; 0 means no limit. */
  constructor(ask: Ask, limit: number) {
    this.#ask = ask
    this.#limit = limit
  }

  /** The instance's secret for keys. Until the meter has told it, a secret of this isolate. */
  get secret(): string {
    return this.#secret ?? this.#own
  }

  /** Tells whether that is the secret of the instance. */
  get hasSecret(): boolean {
    return this.#secret !== undefined
  }

  /** Asks the meter for the secret, once, and for the first lease if `writes`. */
  async learnSecret({ writes }: { writes: boolean }): Promise<void> {
    if (this.#secret !== undefined || Date.now() < this.#quietUntil) return
    await this.#renew(writes && this.#limit > 0 ? this.#size : 0)
  }

  /** Reserves the rows of one write. If the day's rows are used up, returns for how many milliseconds. */
  async reserve(background: Background): Promise<{ rows: number } | { wait: number }> {
    if (this.#limit === 0) return { rows: 0 }
    const now = Date.now()
    if (now >= this.#until) {
      this.#rows = Math.min(this.#rows, 0)
      this.#runsOut = false
    }
    if (!this.#runsOut && now >= this.#quietUntil) {
      if (this.#rows < RESERVED_ROWS) await this.#renew(this.#size)
      else if (this.#rows < this.#size / 4 && now >= this.#renewingUntil) {
        this.#renewingUntil = now + METER_TIMEOUT_MILLISECONDS
        background(this.#renew(this.#size))
      }
    }
    if (this.#runsOut && this.#rows < RESERVED_ROWS) return { wait: this.#until - now }
    this.#rows -= RESERVED_ROWS
    return { rows: RESERVED_ROWS }
  }

  /**
   * Records that a request wrote `rows`, of which `reserved` were reserved. The meter is told at once of rows beyond the
   * lease: this isolate may end before its next write.
   */
  settle(rows: number, reserved: number, background: Background): void {
    if (this.#limit === 0) return
    this.#rows += reserved - rows
    if (this.#rows < 0 && Date.now() >= this.#quietUntil) background(this.#renew(0))
  }

  async #renew(rows: number): Promise<void> {
    const debt = Math.max(0, -this.#rows)
    // Another request may tell the meter of its rows meanwhile, but not of these.
    this.#rows += debt
    try {
      const lease = await Promise.race([this.#ask({ rows, debt, limit: this.#limit }), tooLate()])
      this.#rows += lease.rows
      this.#until = lease.until
      this.#secret = lease.secret
      this.#renewingUntil = 0
      if (rows === 0) return
      this.#runsOut = lease.rows < rows
      if (this.#runsOut) {
        const until = new Date(lease.until).toISOString()
        log('warn', 'daily writes used up', undefined, { limit: this.#limit, until })
      } else this.#size = Math.min(2 * rows, LARGEST_LEASE_ROWS)
    } catch (error) {
      this.#rows -= debt
      this.#quietUntil = Date.now() + RETRY_METER_AFTER_MILLISECONDS
      log('warn', 'meter not reached', undefined, { error: errorText(error) })
    }
  }
}
