import type { Lease, LeaseRequest } from './meter'

/** What a write is taken to cost until D1 says what it did: as many rows as a new user, the dearest of the usual. */
const RESERVED_ROWS = 4

// The first lease is small, because most isolates die young and take the rest of it along; each further one is twice
// the size, so that a busy isolate seldom asks.
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
 * The rows that this isolate may still write before it asks the meter again. It waits for the meter only when it has none;
 * when the meter can't be reached, writes pass and are told to it later: a limit that nobody has hit is no reason to
 * fail. No promise is shared between requests: workerd would tie them to the first one's fate.
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

  /** `limit` is what the instance may write a day; 0 is no limit. */
  constructor(ask: Ask, limit: number) {
    this.#ask = ask
    this.#limit = limit
  }

  /** The instance's secret; until the meter has told it, one of the isolate's own, so that nobody goes uncounted. */
  get secret(): string {
    return this.#secret ?? this.#own
  }

  /** Learns the secret; for a writer, brings the first lease along. */
  async introduce({ writes }: { writes: boolean }): Promise<void> {
    if (this.#secret !== undefined || Date.now() < this.#quietUntil) return
    await this.#renew(writes && this.#limit > 0 ? this.#size : 0)
  }

  /** Sets the rows of one write aside and gives their number; if there are none, says for how many milliseconds. */
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

  /** Says that a write has cost `rows`, of which `reserved` were set aside. */
  settle(rows: number, reserved: number): void {
    this.#rows += reserved - rows
  }

  async #renew(rows: number): Promise<void> {
    const debt = Math.max(0, -this.#rows)
    try {
      const lease = await Promise.race([this.#ask({ rows, debt, limit: this.#limit }), tooLate()])
      this.#rows += lease.rows + debt
      this.#until = lease.until
      this.#secret = lease.secret
      this.#renewingUntil = 0
      this.#runsOut = lease.rows < rows
      if (this.#runsOut) {
        const until = new Date(lease.until).toISOString()
        console.warn(JSON.stringify({ limit: 'daily writes', rows: this.#limit, until }))
      } else if (rows > 0) this.#size = Math.min(2 * rows, LARGEST_LEASE_ROWS)
    } catch (error) {
      this.#quietUntil = Date.now() + RETRY_METER_AFTER_MILLISECONDS
      console.warn(JSON.stringify({ limit: 'daily writes', meter: String(error) }))
    }
  }
}
