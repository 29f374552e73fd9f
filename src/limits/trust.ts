import { openDatabase } from '../database'
import type { Credential } from '../identity/actor'
import { nameKey } from '../name'
import { findTokenHolder } from '../users/store'

const MINUTE = 60_000
const MOST = 1000

/** Whether a token is that of a trusted name, as far as this isolate knows, and until when it believes so. */
const known = new Map<string, { trusted: boolean; until: number }>()

/** Whether there is room for what is learned of one token more; if not, somebody is making tokens up. */
const hasRoom = (now: number): boolean => {
  if (known.size >= MOST) for (const [key, { until }] of known) if (until <= now) known.delete(key)
  return known.size < MOST
}

/**
 * Whether the credential is the token of one of `TRUSTED_NAMES`. A name alone is trusted in nobody's mouth: anybody may
 * wear an open one. Asks D1, so it is for a request that would be refused otherwise; a look-up that fails trusts nobody.
 */
export const isTrusted = async (
  { DB, TRUSTED_NAMES = '' }: { DB: D1Database; TRUSTED_NAMES?: string },
  credential: Credential,
): Promise<boolean> => {
  const names = TRUSTED_NAMES.split(',').map((name) => name.trim())
  if (credential.kind !== 'token' || names.every((name) => name === '')) return false
  const key = `${TRUSTED_NAMES} ${credential.hash}`
  const now = Date.now()
  const before = known.get(key)
  if (before && now < before.until) return before.trusted
  if (!hasRoom(now)) return false
  const { db } = openDatabase(DB, { bookmark: undefined, reading: true })
  const holder = await findTokenHolder(db, credential.hash).catch(() => undefined)
  const trusted = holder !== undefined && names.some((name) => nameKey(name) === nameKey(holder.name))
  known.set(key, { trusted, until: now + MINUTE })
  return trusted
}
