import type { Credential } from '../identity/actor'
import { digest } from '../identity/token'
import { isLoopback, networkOf } from './address'
import { Allowance } from './allowance'
import type { Meter } from './meter'
import { dailyLimit, type RateLimitName, rateLimited } from './refusal'
import { isTrusted } from './trust'

/** Who is at the gate: an HTTP request, or a socket, which keeps its gate for as long as it lives. */
export type Visitor = {
  /** `CF-Connecting-IP`; none when the request came over no network, but from another Worker of the owner. */
  address: string | undefined
  credential: Credential
  /** What may go on when the answer is out. */
  waitUntil: (work: Promise<unknown>) => void
}

/** What a gate is built of; `wrangler.toml` explains each. */
export type GateBindings = Record<RateLimitName, RateLimit> & {
  DB: D1Database
  METER: DurableObjectNamespace<Meter>
  RATE_LIMITS: Record<RateLimitName, { limit: number; period: number }>
  DAILY_WRITES: number | string
  TRUSTED_NAMES: string
}

/** One for each meter that this isolate knows, which is one outside of the tests. */
const allowances = new WeakMap<object, Allowance>()

const allowanceOf = ({ METER, DAILY_WRITES }: GateBindings): Allowance => {
  const known = allowances.get(METER)
  if (known) return known
  const made = new Allowance((request) => METER.getByName('meter').lease(request), Number(DAILY_WRITES))
  allowances.set(METER, made)
  return made
}

/**
 * Where everything that is done here is counted, by who does it and never by the path it is asked for on. Throws a 429
 * problem when somebody does too much, a 503 when the whole instance has written enough for the day.
 *
 * Whoever sits at the machine that serves (`npm start`) is let through uncounted, and so is the admin.
 */
export class Gate {
  readonly #env: GateBindings
  readonly #visitor: Visitor
  readonly #network: string | undefined
  readonly #allowance: Allowance
  readonly #isLocal: boolean
  readonly #isFree: boolean

  constructor(env: GateBindings, visitor: Visitor) {
    this.#env = env
    this.#visitor = visitor
    this.#network = visitor.address === undefined ? undefined : networkOf(visitor.address)
    this.#allowance = allowanceOf(env)
    this.#isLocal = this.#network !== undefined && isLoopback(this.#network)
    this.#isFree = this.#isLocal || visitor.credential.kind === 'admin'
  }

  get credential(): Credential {
    return this.#visitor.credential
  }

  /** Counts a read. */
  async read(): Promise<void> {
    if (this.#isFree || this.#network === undefined) return
    this.#visitor.waitUntil(this.#allowance.introduce())
    await this.#count('ADDRESS_READS', this.#network)
  }

  /** Counts a write; gives the function to be told how many rows it has written in the end. */
  async write(): Promise<(rows: number) => void> {
    if (this.#isLocal) return () => undefined
    // What the admin writes is written too, though nothing keeps the admin from it.
    if (this.#isFree) return (rows) => this.#allowance.settle(rows, 0)
    if (this.#network !== undefined) {
      await this.#allowance.introduce()
      await this.#count('ADDRESS_WRITES', this.#network)
      const { credential } = this.#visitor
      if (credential.kind === 'token') await this.#count('NAME_WRITES', `token ${credential.hash}`)
    }
    const reserved = await this.#allowance.reserve(this.#visitor.waitUntil)
    if ('wait' in reserved) throw dailyLimit(reserved.wait)
    return (rows) => this.#allowance.settle(rows, reserved.rows)
  }

  /** Counts what is written under a bare name; who shows a token is counted by that. */
  async writeAs(userKey: string): Promise<void> {
    if (this.#isFree || this.#network === undefined || this.#visitor.credential.kind !== 'none') return
    await this.#count('NAME_WRITES', `name ${userKey}`)
  }

  async #count(limit: RateLimitName, whom: string): Promise<void> {
    const key = await digest(`${this.#allowance.secret} ${limit} ${whom}`)
    // A limiter that fails keeps nobody out.
    const { success } = await this.#env[limit].limit({ key }).catch(() => ({ success: true }))
    if (success || (await isTrusted(this.#env, this.#visitor.credential))) return
    throw rateLimited(limit, this.#env.RATE_LIMITS[limit])
  }
}
