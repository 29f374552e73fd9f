import { MAX_FILES } from '../contract/limits'
import { MAX_MENTIONS } from '../contract/mentions'
import { numberOf } from './numbers'
import type { LimitBindings } from './types'

/** The rows that are asked for at once. If the sweep is killed, no more than these are lost for the day. */
const LEASE_ROWS = 2000
/** The most rows that are written when a message is removed or emptied, without its reactions: its own, those of its mentions and files, its room's and versions. */
export const ROWS_OF_MESSAGE = 10 + 2 * MAX_MENTIONS + 3 * MAX_FILES
/** No piece of work begins with fewer rows. */
export const MIN_PIECE_ROWS = ROWS_OF_MESSAGE + 10

type Bindings = Pick<LimitBindings, 'METER' | 'DAILY_WRITES' | 'SWEEP_WRITES'>

const limitsOf = ({ DAILY_WRITES, SWEEP_WRITES }: Bindings) => ({
  limit: numberOf('DAILY_WRITES', DAILY_WRITES),
  sweepLimit: numberOf('SWEEP_WRITES', SWEEP_WRITES),
})

/** The rows that one run of the sweep may write. The meter counts them for the day, also against DAILY_WRITES. */
export class SweepBudget {
  readonly #env: Bindings
  #rows = 0

  constructor(env: Bindings) {
    this.#env = env
  }

  get #meter() {
    return this.#env.METER.getByName('meter')
  }

  /** Returns how many rows the next piece may write; 0 if the rows of the day are used up. */
  async rows(): Promise<number> {
    if (this.#rows < MIN_PIECE_ROWS)
      this.#rows += await this.#meter.leaseSweep(LEASE_ROWS - this.#rows, limitsOf(this.#env))
    return this.#rows < MIN_PIECE_ROWS ? 0 : this.#rows
  }

  /** Takes what a piece has written. */
  spend(rows: number): void {
    this.#rows -= rows
  }

  /** Gives back what is left. */
  async close(): Promise<void> {
    const rest = this.#rows
    this.#rows = 0
    if (rest !== 0) await this.#meter.returnSweep(rest)
  }
}

/** Returns the rows that the sweep has written today, and its limit; null for none. */
export const sweptToday = async (env: Bindings): Promise<{ writes: number; limit: number | null }> => {
  const { sweepLimit } = limitsOf(env)
  return { writes: await env.METER.getByName('meter').sweptToday(), limit: sweepLimit || null }
}
