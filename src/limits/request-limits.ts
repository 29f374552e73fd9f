import { digest } from '../lib/token'
import { isLoopback, networkOf } from './address'
import { DailyQuota } from './daily-quota'
import { dailyLimit, rateLimited } from './limit-problems'
import { holderOf, isTrusted } from './trusted-names'
import type { LimitBindings, RateLimitName, RequestLimits, Visitor } from './types'

/** The source of whoever sits at the machine that serves. */
const LOCAL = 'local'

/** One for each meter that this isolate knows, which is one outside of the tests. */
const dailyQuotas = new WeakMap<object, DailyQuota>()

const dailyQuotaOf = ({ METER, DAILY_WRITES = 0 }: LimitBindings): DailyQuota => {
  const known = dailyQuotas.get(METER)
  if (known) return known
  const limit = Number(DAILY_WRITES)
  if (Number.isNaN(limit)) throw new Error(`DAILY_WRITES is no number: ${DAILY_WRITES}`)
  const made = new DailyQuota((request) => METER.getByName('meter').lease(request), limit)
  dailyQuotas.set(METER, made)
  return made
}

/** The gate for one visitor. The admin, and whoever sits at the machine that serves (`npm start`), pass uncounted. */
export const openRequestLimits = (env: LimitBindings, visitor: Visitor): RequestLimits => {
  const { credential, waitUntil } = visitor
  const network = visitor.address === undefined ? undefined : networkOf(visitor.address)
  const isLocal = visitor.source === LOCAL || (network !== undefined && isLoopback(network))
  const isFree = isLocal || credential.kind === 'admin'
  const isNowhere = network === undefined && visitor.source === undefined
  const quota = dailyQuotaOf(env)

  const keyOf = (whom: string): Promise<string> => digest(`${quota.secret} ${whom}`)
  const networkKey = async (): Promise<string> => visitor.source ?? keyOf(`network ${network}`)
  const count = async (limit: RateLimitName, key: string): Promise<void> => {
    // A limiter that fails keeps nobody out.
    const { success } = await env[limit].limit({ key }).catch(() => ({ success: true }))
    if (success || (await isTrusted(env, credential))) return
    throw rateLimited(limit, env.RATE_LIMITS[limit])
  }

  return {
    credential,

    async source() {
      if (isNowhere) return undefined
      if (isLocal) return LOCAL
      // A key made with this isolate's own secret would be counted by nobody else.
      await quota.introduce({ writes: false })
      return networkKey()
    },

    async countRead() {
      if (isFree || isNowhere) return
      // No read waits for the meter; until it has told the secret, keys are made with the isolate's own.
      waitUntil(quota.introduce({ writes: false }))
      await count('ADDRESS_READS', await networkKey())
    },

    async countWrite() {
      if (isLocal) return () => undefined
      // What the admin writes is written too, though nothing keeps the admin from it.
      if (isFree) return (rows) => quota.settle(rows, 0)
      if (!isNowhere) {
        await quota.introduce({ writes: true })
        await count('ADDRESS_WRITES', await networkKey())
        const holder = holderOf(credential)
        if (holder !== undefined) await count('NAME_WRITES', await keyOf(holder))
      }
      const reserved = await quota.reserve(waitUntil)
      if ('wait' in reserved) throw dailyLimit(reserved.wait)
      return (rows) => quota.settle(rows, reserved.rows)
    },

    async countWriteByName(userKey) {
      if (isFree || isNowhere || credential.kind !== 'none') return
      await count('NAME_WRITES', await keyOf(`name ${userKey}`))
    },
  }
}
