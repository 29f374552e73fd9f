import type { Credential } from '../auth/actor'
import { openDatabase } from '../db/client'
import { errorText, log } from '../http/log'
import { nameKey } from '../lib/name-key'
import { findTrusted } from './store'
import type { Caller, LimitBindings, Settle } from './types'

const CACHE_MILLISECONDS = 60_000
const MAX_CACHED_HOLDERS = 1000

/** Returns a text that tells the holder of a token or login from all others; undefined for any other credential. */
export const holderOf = (credential: Credential): string | undefined => {
  switch (credential.kind) {
    case 'token':
      return `token ${credential.hash}`
    case 'login':
      return `login ${credential.subject}`
    case 'none':
    case 'admin':
      return undefined
  }
}

/** The holders looked up so far: whether each is trusted, and until when that is believed. */
const known = new Map<string, { trusted: boolean; until: number }>()
/** The values of TRUSTED_NAMES that a warning was written about. */
const warned = new Set<string>()

/** Tells whether one more holder can be remembered. If not, somebody is making tokens up. */
const hasRoom = (now: number): boolean => {
  if (known.size >= MAX_CACHED_HOLDERS)
    for (const [key, { until }] of known) if (until <= now) known.delete(key)
  return known.size < MAX_CACHED_HOLDERS
}

type LookUp = { setting: string; credential: Extract<Credential, { kind: 'token' | 'login' }> }

const lookUp = async (
  env: LimitBindings,
  caller: Caller,
  { setting, credential }: LookUp,
  settle: Settle,
) => {
  const names = new Map(setting.split(',').map((name) => [nameKey(name.trim()), name.trim()]))
  const { db, cost } = openDatabase(env.DB, { bookmark: undefined, reading: true })
  const { holder, protectedKeys } = await findTrusted(db, credential, [...names.keys()])
  settle(cost.rowsWritten)
  if (!warned.has(setting)) {
    warned.add(setting)
    for (const key of protectedKeys) names.delete(key)
    // The names are from the owner's configuration.
    const untrusted = [...names.values()].join(', ')
    if (untrusted !== '')
      log('warn', 'names in TRUSTED_NAMES without a protected user are not trusted', caller.requestId, {
        untrusted,
      })
  }
  return holder?.protected === true && protectedKeys.includes(nameKey(holder.name))
}

/**
 * Tells whether the caller shows the token or login of one of `TRUSTED_NAMES`. The name must be protected: an open user can
 * be renamed by anybody. Asks D1, so call it only for a request that would be refused otherwise. If the look-up fails,
 * nobody is trusted.
 */
export const isTrusted = async (env: LimitBindings, caller: Caller, settle: Settle): Promise<boolean> => {
  const { TRUSTED_NAMES: setting = '' } = env
  if (setting.replace(/[\s,]/g, '') === '') return false
  // Callers over the limit must not reach the site's key server.
  const credential = await caller.credential({ fetchKeys: false })
  const holder = holderOf(credential)
  if (holder === undefined || (credential.kind !== 'token' && credential.kind !== 'login')) return false
  const isNamed = (key: string) => setting.split(',').some((name) => nameKey(name.trim()) === key)
  // A login says its name. Looking up any other would only create its user.
  if (credential.kind === 'login' && !isNamed(credential.nameKey)) return false
  const cacheKey = `${setting} ${holder}`
  const now = Date.now()
  const before = known.get(cacheKey)
  if (before && now < before.until) return before.trusted
  if (!hasRoom(now)) return false
  const trusted = await lookUp(env, caller, { setting, credential }, settle).catch((error) => {
    log('error', 'look-up of a trusted name failed', caller.requestId, { error: errorText(error) })
    return false
  })
  known.set(cacheKey, { trusted, until: now + CACHE_MILLISECONDS })
  return trusted
}
