import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Refusal } from '../auth/refusals'
import { findLinks } from '../contract/links'
import type { WithPlaceholders } from '../db/prepared-statements'
import { hasBlockedWord, type Words, wordsOf } from '../moderation/blocked-words'

/** The properties of a text that a room's rules are about. `hasLink` is undefined for a text without a link. */
export type Content = { words: Words; hasLink: true | undefined }
export const contentOf = (text: string): Content => ({
  words: wordsOf(text),
  hasLink: findLinks(text).length > 0 || undefined,
})
type PreparedContent = Content | WithPlaceholders<Content>

/** SQL for whether the room refuses a text with a link of somebody who joined at `joined_at`, or who is no member yet. */
const isLinkTooSoon = (now: SQL | Placeholder): SQL => sql`newcomer_link_seconds > 0
  and ifnull(joined_at, ${now}) > ${now} - 1000 * newcomer_link_seconds`

/** SQL for the reason why the room refuses a text, or null. It refuses none of a moderator. */
export const contentRefusal = ({ words, hasLink }: PreparedContent): SQL<Refusal | null> => sql`case
  when auth.role not in ('member', 'guest') then null
  when ${hasBlockedWord(words)} then 'blocked word'
  ${hasLink ? sql`when ${isLinkTooSoon(sql`auth.now`)} then 'link too soon'` : sql``}
  end`
