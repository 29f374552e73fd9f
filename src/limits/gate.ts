import { digest } from '../identity/token'
import { isLoopback, networkOf } from './address'
import { Allowance } from './allowance'
import { dailyLimit, rateLimited } from './refusal'
import { holderOf, isTrusted } from './trust'
import type { Gate, GateBindings, RateLimitName, Visitor } from './types'

/** One for each meter that this isolate knows, which is one outside of the tests. */
const allowances = new WeakMap<object, Allowance>()

const allowanceOf = ({ METER, DAILY_WRITES = 0 }: GateBindings): Allowance => {
  const known = allowances.get(METER)
  if (known) return known
  const limit = Number(DAILY_WRITES)
  if (Number.isNaN(limit)) throw new Error(`DAILY_WRITES is no number: ${DAILY_WRITES}`)
  const made = new Allowance((request) => METER.getByName('meter').lease(request), limit)
  allowances.set(METER, made)
  return made
}

/** The gate for one visitor. The admin, and whoever sits at the machine that serves (`npm start`), pass uncounted. */
export const openGate = (env: GateBindings, visitor: Visitor): Gate => {
  const { address, credential, waitUntil } = visitor
  const network = address === undefined ? undefined : networkOf(address)
  const isLocal = network !== undefined && isLoopback(network)
  const isFree = isLocal || credential.kind === 'admin'
  const allowance = allowanceOf(env)

  const count = async (limit: RateLimitName, whom: string): Promise<void> => {
    const key = await digest(`${allowance.secret} ${limit} ${whom}`)
    // A limiter that fails keeps nobody out.
    const { success } = await env[limit].limit({ key }).catch(() => ({ success: true }))
    if (success || (await isTrusted(env, credential))) return
    throw rateLimited(limit, env.RATE_LIMITS[limit])
  }

  return {
    credential,

    async read() {
      if (isFree || network === undefined) return
      // No read waits for the meter; until it has told the secret, keys are made with the isolate's own.
      waitUntil(allowance.introduce({ writes: false }))
      await count('ADDRESS_READS', network)
    },

    async write() {
      if (isLocal) return () => undefined
      // What the admin writes is written too, though nothing keeps the admin from it.
      if (isFree) return (rows) => allowance.settle(rows, 0)
      if (network !== undefined) {
        await allowance.introduce({ writes: true })
        await count('ADDRESS_WRITES', network)
        const holder = holderOf(credential)
        if (holder !== undefined) await count('NAME_WRITES', holder)
      }
      const reserved = await allowance.reserve(waitUntil)
      if ('wait' in reserved) throw dailyLimit(reserved.wait)
      return (rows) => allowance.settle(rows, reserved.rows)
    },

    async writeAs(userKey) {
      if (isFree || network === undefined || credential.kind !== 'none') return
      await count('NAME_WRITES', `name ${userKey}`)
    },
  }
}
