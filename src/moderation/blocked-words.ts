import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import type { Database } from '../db/client'

/**
 * A GLOB pattern for keys with a character of a script without spaces. Such keys that were stored before 2026-11-26 have no braces
 * (see `wordKey`), so they are looked for in the text without braces.
 */
const unspaced = sql.raw(
  "'*[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\u{20000}-\u{3ffff}]*'",
)

/** Returns SQL for whether a text with these words has one that is blocked in the room. */
export const hasBlockedWord = (words: string | Placeholder): SQL => sql`exists (
  select 1 from (select ${words} as words), json_each(blocked_words)
  where instr(words, value ->> 'key') > 0
    or value ->> 'key' glob ${unspaced} and instr(
      replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0)`

/** Returns the words that the room's owner has blocked. */
export const listBlockedWords = async (db: Database, request: RoomRequest): Promise<string[]> => {
  const { auth } = await runAuthorized(db, request, {
    auth: db
      .select({
        ...authorizationColumns,
        words: sql<string>`(select blocked_words from rooms where id = room_id)`.as('blocked_words'),
      })
      .from(authorize(request, 'moderate')),
  })
  const words: { word: string }[] = JSON.parse(auth.words)
  return words.map(({ word }) => word)
}
