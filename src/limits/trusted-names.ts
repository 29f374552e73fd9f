import type { Credential } from '../auth/actor'
import { findHolder } from '../auth/store'
import { openDatabase } from '../db/client'
import { nameKey } from '../lib/name-key'

const CACHE_MILLISECONDS = 60_000
const MAX_CACHED_HOLDERS = 1000

/** Tells who shows a token or a login from everybody else who does; undefined for those who show none. */
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

/** Whether a token is that of a trusted name, as far as this isolate knows, and until when it believes so. */
const known = new Map<string, { trusted: boolean; until: number }>()

/** Whether there is room for what is learned of one token more; if not, somebody is making tokens up. */
const hasRoom = (now: number): boolean => {
  if (known.size >= MAX_CACHED_HOLDERS)
    for (const [key, { until }] of known) if (until <= now) known.delete(key)
  return known.size < MAX_CACHED_HOLDERS
}

/**
 * Whether the credential is the token or login of one of `TRUSTED_NAMES`. A name alone is trusted in nobody's mouth: anybody may
 * wear an open one. Asks D1, so it is for a request that would be refused otherwise; a look-up that fails trusts nobody.
 */
export const isTrusted = async (
  { DB, TRUSTED_NAMES = '' }: { DB: D1Database; TRUSTED_NAMES?: string },
  credential: Credential,
): Promise<boolean> => {
  const names = TRUSTED_NAMES.split(',').map((name) => name.trim())
  const holder = holderOf(credential)
  if (holder === undefined || names.every((name) => name === '')) return false
  // A login says its name; a look-up for another would only make the user that it stands for.
  if (credential.kind === 'login' && !names.some((name) => nameKey(name) === credential.nameKey)) return false
  const key = `${TRUSTED_NAMES} ${holder}`
  const now = Date.now()
  const before = known.get(key)
  if (before && now < before.until) return before.trusted
  if (!hasRoom(now)) return false
  const { db } = openDatabase(DB, { bookmark: undefined, reading: true })
  const found = await findHolder(db, credential).catch(() => undefined)
  const { name } = found?.outcome === 'found' ? found.user : {}
  const trusted = name !== undefined && names.some((trustee) => nameKey(trustee) === nameKey(name))
  known.set(key, { trusted, until: now + CACHE_MILLISECONDS })
  return trusted
}
