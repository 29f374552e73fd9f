import type { Credential } from '../auth/actor'
import type { Meter } from './meter'

/** The limits that Cloudflare counts for us, each a binding. */
export type RateLimitName = 'ADDRESS_WRITES' | 'ADDRESS_READS' | 'NAME_WRITES'

/** What a gate is built of; `wrangler.toml` explains each. */
export type LimitBindings = Record<RateLimitName, RateLimit> & {
  DB: D1Database
  METER: DurableObjectNamespace<Meter>
  RATE_LIMITS: Record<RateLimitName, { limit: number; period: number }>
  DAILY_WRITES?: number | string
  TRUSTED_NAMES?: string
}

/** Who is at the gate: an HTTP request with its address, or a frame on a socket with the source that the socket keeps. */
export type Visitor = {
  /** `CF-Connecting-IP`; none when the request came over no network, but from another Worker of the owner. */
  address?: string | undefined
  /** Where a socket came from when it was opened: a hash, because addresses are never stored in the clear. */
  source?: string | undefined
  credential: Credential
  /** What may go on when the answer is out. */
  waitUntil: (work: Promise<unknown>) => void
}

/**
 * Where all that is done here is counted, by who does it and never by the path on which it is asked for. Throws a 429
 * problem when somebody does too much, a 503 when the whole instance has written enough for the day.
 */
export interface RequestLimits {
  readonly credential: Credential
  /** What a socket keeps, to be counted together with this request. */
  source(): Promise<string | undefined>
  /** Counts a read. */
  countRead(): Promise<void>
  /** Counts a write; gives the function to be told how many rows it has written in the end. */
  countWrite(): Promise<(rows: number) => void>
  /** Counts what is written under a bare name; who shows a token or a login is counted by that. */
  countWriteByName(userKey: string): Promise<void>
}
