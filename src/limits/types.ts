import type { Credential, Network } from '../auth/actor'
import type { Meter } from './meter'

/** The rate limits that Cloudflare counts, each a binding. */
export type RateLimitName = 'ADDRESS_WRITES' | 'ADDRESS_READS' | 'NAME_WRITES'

/** The bindings and vars that the limits use. `wrangler.toml` explains them. */
export type LimitBindings = Record<RateLimitName, RateLimit> & {
  DB: D1Database
  METER: DurableObjectNamespace<Meter>
  RATE_LIMITS: Record<RateLimitName, { limit: number; period: number }>
  DAILY_WRITES?: number | string
  /** The rows of a day that the sweep may write; 0 for no limit of its own. */
  SWEEP_WRITES?: number | string
  /** The number of rooms that one address may make on a day; 0 for no limit. */
  ROOMS_PER_DAY?: number | string
  /** The bytes that one person, one address and everybody may upload on a day; 0 for no limit. */
  FILE_BYTES_PER_USER_DAY?: number | string
  FILE_BYTES_PER_ADDRESS_DAY?: number | string
  FILE_BYTES_PER_DAY?: number | string
  /** For how many hours a ban holds for the network too; 0 for not at all. */
  BAN_NETWORK_HOURS?: number | string
  TRUSTED_NAMES?: string
  /** "true" if only programs on this machine can reach the server. `npm start` sets it. */
  LOOPBACK_ONLY?: string
}

/** The sender of an HTTP request or of a frame on a socket. */
export type Caller = {
  /** `CF-Connecting-IP`. Undefined for a request from another Worker of the owner, which comes over no network. */
  address?: string | undefined
  /** The key of a socket's address, as `RequestLimits.addressKey` gave it when the socket was opened. */
  addressKey?: string | undefined
  isAdmin: boolean
  /**
   * Returns the verified credential, or `none` where it is not valid. Without `fetchKeys` it checks a login only with keys
   * that this isolate has already.
   */
  credential: (options: { fetchKeys: boolean }) => Promise<Credential>
  requestId?: string | undefined
  /** Keeps work going after the answer is sent. */
  waitUntil: (work: Promise<unknown>) => void
}

/** Tells the daily quota how many rows were written. */
export type Settle = (rows: number) => void

/**
 * Counts what one caller does, whichever path is used. Throws a 429 problem when the caller does too much, and a 503 problem
 * when the whole instance has written its rows for the day.
 */
export interface RequestLimits {
  /** Returns the key by which a socket is counted together with this request: a hash, because addresses are not stored. */
  addressKey(): Promise<string | undefined>
  /** Returns the network of the caller for bans. Undefined if the owner has not turned that on, and for the admin and this machine. */
  network(): Promise<Network | undefined>
  /**
   * Returns the instance's secret, which signs what callers bring back. If the meter can't be asked, it is this isolate's own, which no other one
   * knows.
   */
  secret(): Promise<{ secret: string; isShared: boolean }>
  /** Returns the instance's secret. Throws a 503 problem if the meter can't be asked: nobody else could check what this isolate's own signs. */
  sharedSecret(): Promise<string>
  countRead(): Promise<void>
  /** Counts a write. Call what it returns when the write is done. */
  countWrite(): Promise<Settle>
  /** Throws a 503 problem if the rows of the day are used up, also for the admin, whom `countWrite` lets pass. */
  checkDaily(): Promise<void>
  /** Records rows that a read has written, such as the first use of a login. */
  settle: Settle
  /** Counts a write under a name without a token. A caller with a token or a login is counted by that. */
  countWriteByName(userKey: string): Promise<void>
  /** Counts a message of an incoming webhook. `secretHash` is the hash of its secret, which need not exist. */
  countWriteByHook(secretHash: string): Promise<void>
  /** Counts a new room against what the address may make on a day. Call what it returns if the room is not made. */
  countRoom(): Promise<() => void>
  /**
   * Counts an upload against what its person, its address and everybody may upload on a day. Call what it returns if it is not stored. `userKey` is the name
   * of a caller without a token.
   */
  countUpload(bytes: number, userKey: string | undefined): Promise<() => void>
}
