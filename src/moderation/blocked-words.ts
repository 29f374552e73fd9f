import { sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import { authorizationColumns, authorize, missingRow } from '../auth/authorization'
import type { Refusal } from '../auth/refusals'
import type { Database } from '../db/client'

type Refused = { outcome: 'refused'; refusal: Refusal }

/** The words that the room's owner has blocked. */
export const listBlockedWords = async (
  db: Database,
  roomKey: string,
  actor: Actor,
): Promise<{ outcome: 'listed'; words: string[] } | Refused> => {
  const auth = authorize(roomKey, actor, 'moderate')
  const [[found]] = await db.batch([
    db.select({ ...authorizationColumns, words: sql<string>`blocked_words`.as('blocked_words') }).from(auth),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  const words: { word: string }[] = JSON.parse(found.words)
  return { outcome: 'listed', words: words.map(({ word }) => word) }
}
