import { type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import type { Database } from '../db/client'
import type { WithPlaceholders } from '../db/prepared-statements'
import { wordKey } from '../lib/word-key'

/** The characters of scripts without spaces, as in GLOB and in regular expressions. */
const unspaced = '\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\u{20000}-\u{3ffff}'
const hasUnspaced = new RegExp(`[{${unspaced}]`, 'u')

/**
 * The words of a text, in the form of `wordKey`. `bare` is the same without braces and spaces, for a text with a character of a script
 * without spaces. Blocked words with such a character that were stored before 2026-11-26 have a key without braces. They are looked
 * for in `bare`.
 */
export type Words = { words: string; bare: string | undefined }
export const wordsOf = (text: string): Words => {
  const words = wordKey(text)
  return { words, bare: hasUnspaced.test(words) ? words.replace(/[{} ]/g, '') : undefined }
}

/** Returns SQL for whether a text with these words has one that is blocked in the room. */
export const hasBlockedWord = ({ words, bare }: Words | WithPlaceholders<Words>): SQL => {
  const key = sql`value ->> 'key'`
  const isUnspaced =
    bare === undefined
      ? sql``
      : sql` or ${key} glob ${`*[${unspaced}]*`} and instr(${bare}, replace(${key}, ' ', ''))`
  return sql`exists (select 1 from json_each(blocked_words) where instr(${words}, ${key})${isUnspaced})`
}

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
