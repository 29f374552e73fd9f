import type { Network } from '../auth/actor'
import { errorText, log } from '../http/log'
import { digest } from '../lib/token'
import { isLoopback, networkOf } from './address'
import { DailyQuota } from './daily-quota'
import {
  dailyLimit,
  noSecret,
  rateLimited,
  roomsLimited,
  type UploadAllowance,
  uploadLimited,
} from './limit-problems'
import { banNetworkMilliseconds, numberOf } from './numbers'
import { holderOf, isTrusted } from './trusted-names'
import type { Caller, LimitBindings, RateLimitName, RequestLimits } from './types'

/** The address key of a caller on the machine that serves. */
export const LOCAL = 'local'

/** Returns the network of an address key. Undefined where bans don't hold for networks, and for this machine. */
export const networkOfKey = (env: LimitBindings, addressKey: string | undefined): Network | undefined => {
  const milliseconds = banNetworkMilliseconds(env)
  if (milliseconds === undefined || addressKey === undefined || addressKey === LOCAL) return undefined
  return { hash: addressKey, milliseconds }
}

/** One quota for each meter that this isolate knows, which is one outside of the tests. */
const dailyQuotas = new WeakMap<object, DailyQuota>()

const dailyQuotaOf = ({ METER, DAILY_WRITES }: LimitBindings): DailyQuota => {
  const known = dailyQuotas.get(METER)
  if (known) return known
  const limit = numberOf('DAILY_WRITES', DAILY_WRITES)
  const made = new DailyQuota((request) => METER.getByName('meter').lease(request), limit)
  dailyQuotas.set(METER, made)
  return made
}

/** Returns the rows that the whole instance has reserved today and the rows that it may write, which are null where nothing counts them. */
export const writesToday = async (env: LimitBindings): Promise<{ writes: number; limit: number } | null> => {
  const limit = numberOf('DAILY_WRITES', env.DAILY_WRITES)
  return limit === 0 ? null : { writes: await env.METER.getByName('meter').spentToday(), limit }
}

/**
 * Opens the limits for one caller. The numbers are in wrangler.toml (`[[ratelimits]]` and `RATE_LIMITS`). The admin, and callers on a development machine (`npm start`),
 * pass uncounted.
 */
export const openRequestLimits = (env: LimitBindings, caller: Caller): RequestLimits => {
  const { address, isAdmin, requestId, waitUntil } = caller
  const network = address === undefined ? undefined : networkOf(address)
  // `wrangler dev` keeps a CF-Connecting-IP that the caller wrote. So a loopback address proves nothing unless only this
  // machine can reach the server.
  const isLocal =
    caller.addressKey === LOCAL ||
    (env.LOOPBACK_ONLY === 'true' && network !== undefined && isLoopback(network))
  const hasAddress = network !== undefined || caller.addressKey !== undefined
  const isUncounted = isLocal || isAdmin || !hasAddress
  const quota = dailyQuotaOf(env)

  const keyOf = (whom: string): Promise<string> => digest(`${quota.secret} ${whom}`)
  const ownAddressKey = async (): Promise<string> => caller.addressKey ?? keyOf(`network ${network}`)
  const settleAfter = (reserved: number) => (rows: number) => quota.settle(rows, reserved, waitUntil)
  const settle = isLocal ? () => undefined : settleAfter(0)

  const count = async (limit: RateLimitName, key: string): Promise<void> => {
    const { success } = await env[limit].limit({ key }).catch((error) => {
      log('error', 'rate limiter failed', requestId, { limit, error: errorText(error) })
      return { success: true }
    })
    if (success || (await isTrusted(env, caller, settle))) return
    throw rateLimited(limit, env.RATE_LIMITS[limit])
  }

  const addressKey = async (): Promise<string | undefined> => {
    if (isLocal) return LOCAL
    if (!hasAddress) return undefined
    // Other isolates could not count a key made with this isolate's own secret.
    await quota.learnSecret({ writes: false })
    return ownAddressKey()
  }

  return {
    addressKey,

    async network() {
      if (isAdmin || banNetworkMilliseconds(env) === undefined) return undefined
      const key = await addressKey()
      // Without the secret, other isolates would have another key.
      return quota.hasSecret || caller.addressKey !== undefined ? networkOfKey(env, key) : undefined
    },

    async secret() {
      await quota.learnSecret({ writes: false })
      return { secret: quota.secret, isShared: quota.hasSecret }
    },

    async sharedSecret() {
      const { secret, isShared } = await this.secret()
      if (!isShared) throw noSecret()
      return secret
    },

    async countRead() {
      if (isUncounted) return
      // A read does not wait for the meter. Until the meter has told the secret, keys are made with the isolate's own.
      waitUntil(quota.learnSecret({ writes: false }))
      await count('ADDRESS_READS', await ownAddressKey())
    },

    async countWrite() {
      // The daily limit does not stop the admin, but rows that the admin writes count.
      if (isLocal || isAdmin) return settle
      if (hasAddress) {
        await quota.learnSecret({ writes: true })
        await count('ADDRESS_WRITES', await ownAddressKey())
        // Comes second, so that callers over the limit of their address don't reach the site's key server.
        const holder = holderOf(await caller.credential({ fetchKeys: true }))
        if (holder !== undefined) await count('NAME_WRITES', await keyOf(holder))
      }
      const reserved = await quota.reserve(waitUntil)
      if ('wait' in reserved) throw dailyLimit(reserved.wait)
      return settleAfter(reserved.rows)
    },

    async checkDaily() {
      if (isLocal) return
      const reserved = await quota.reserve(waitUntil)
      if ('wait' in reserved) throw dailyLimit(reserved.wait)
      settleAfter(reserved.rows)(0)
    },

    settle,

    async countWriteByName(userKey) {
      if (isUncounted) return
      const { kind } = await caller.credential({ fetchKeys: true })
      if (kind === 'none') await count('NAME_WRITES', await keyOf(`name ${userKey}`))
    },

    async countWriteByHook(secretHash) {
      if (!isUncounted) await count('NAME_WRITES', await keyOf(`hook ${secretHash}`))
    },

    async countRoom() {
      const limit = numberOf('ROOMS_PER_DAY', env.ROOMS_PER_DAY)
      if (isUncounted || limit === 0) return () => undefined
      const meter = env.METER.getByName('meter')
      const key = await ownAddressKey()
      const notCounted = (error: unknown) => {
        log('error', 'room not counted', requestId, { error: errorText(error) })
        return { wait: undefined }
      }
      const { wait } = await meter.countRoom(key, limit).catch(notCounted)
      if (wait === undefined) return () => waitUntil(meter.uncountRoom(key).catch(notCounted))
      if (await isTrusted(env, caller, settle)) return () => undefined
      throw roomsLimited(limit, wait)
    },

    async countUpload(bytes, userKey) {
      if (isUncounted) return () => undefined
      const holder = holderOf(await caller.credential({ fetchKeys: true })) ?? `name ${userKey}`
      const keys = {
        FILE_BYTES_PER_USER_DAY: () => keyOf(`uploads of ${holder}`),
        FILE_BYTES_PER_ADDRESS_DAY: ownAddressKey,
        FILE_BYTES_PER_DAY: async () => 'site',
      } satisfies Record<UploadAllowance, () => Promise<string>>
      const allowances = await Promise.all(
        Object.entries(keys).map(async ([name, key]) => {
          const allowance = name as UploadAllowance
          return { allowance, limit: numberOf(name, env[allowance]), whom: await key() }
        }),
      )
      const limits = allowances.filter(({ limit }) => limit > 0)
      if (limits.length === 0) return () => undefined
      const meter = env.METER.getByName('meter')
      const notCounted = (error: unknown) => {
        log('error', 'upload not counted', requestId, { error: errorText(error) })
        return { over: undefined, wait: 0 }
      }
      const asked = limits.map(({ limit, whom }) => ({ limit, whom }))
      const { over, wait } = await meter.countUpload(bytes, asked).catch(notCounted)
      const exceeded = limits.find(({ whom }) => whom === over)
      if (exceeded) throw uploadLimited(exceeded.allowance, exceeded.limit, wait)
      const whom = limits.map((each) => each.whom)
      return () => waitUntil(meter.uncountUpload(bytes, whom).catch(notCounted))
    },
  }
}
