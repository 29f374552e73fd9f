import { type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import type { Database } from '../db/client'
import type { WithPlaceholders } from '../db/prepared-statements'
import { settingsInForce, withSite } from '../db/site-settings'
import { blockedWordKey, wordKey } from '../lib/word-key'

/** The characters of scripts without spaces, as in GLOB and in regular expressions. */
const unspaced = '\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\u{20000}-\u{3ffff}'
const unspacedCharacter = new RegExp(`[${unspaced}]`, 'u')
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

/** Returns the words of several texts, in which none is found that begins in one of them and ends in the next. */
export const wordsOfAll = (texts: string[]): Words => {
  const all = texts.map(wordsOf)
  const bare = all.flatMap((each) => each.bare ?? [])
  // A blocked word never has a line break.
  return {
    words: all.map(({ words }) => words).join('\n'),
    bare: bare.length > 0 ? bare.join('\n') : undefined,
  }
}

/** Returns SQL for whether a text with these words has one that is blocked in the room of `auth`. */
export const hasBlockedWord = ({ words, bare }: Words | WithPlaceholders<Words>): SQL => {
  const key = sql`value ->> 'key'`
  const isUnspaced =
    bare === undefined
      ? sql``
      : sql` or ${key} glob ${`*[${unspaced}]*`} and instr(${bare}, replace(${key}, ' ', ''))`
  return sql`exists (select 1 from json_each(blocked_words) where instr(${words}, ${key})${isUnspaced})`
}

export type BlockedWord = { word: string; key: string }

/** Returns whether a text with these words has one of a list. It decides as the SQL of `hasBlockedWord` does. */
export const isAnyIn = ({ words, bare }: Words, blocked: BlockedWord[]): boolean =>
  blocked.some(
    ({ key }) =>
      words.includes(key) ||
      (bare !== undefined && unspacedCharacter.test(key) && bare.includes(key.replaceAll(' ', ''))),
  )

/** Returns how a row of `site_settings` has a list of blocked words. */
export const storedWords = (words: string[]): string =>
  JSON.stringify(words.map((word): BlockedWord => ({ word, key: blockedWordKey(word) })))

/** Returns how a room's row has its list: see `rooms` in the schema. */
export const ownWords = (words: string[] | null | undefined): string | undefined => {
  if (words === undefined) return undefined
  return words?.length === 0 ? '{}' : storedWords(words ?? [])
}

/** Returns the words of a list as a row has it. */
export const wordsIn = (stored: string): BlockedWord[] => {
  const words: BlockedWord[] | object = JSON.parse(stored)
  return Array.isArray(words) ? words : []
}

/** Returns the words that are blocked in the room, by itself or by the site. */
export const listBlockedWords = async (db: Database, request: RoomRequest): Promise<string[]> => {
  const { auth } = await runAuthorized(db, request, {
    auth: db
      .select({
        ...authorizationColumns,
        words:
          sql<string>`(select ${settingsInForce.blockedWords} from rooms ${withSite} where rooms.id = room_id)`.as(
            'blocked_words',
          ),
      })
      .from(authorize(request, 'moderate')),
  })
  return wordsIn(auth.words).map(({ word }) => word)
}
