import { type SQL, sql } from 'drizzle-orm'
import type { Refusal } from '../auth/refusals'
import { findLinks } from '../contract/links'
import type { WithPlaceholders } from '../db/prepared-statements'
import { wordKey } from '../lib/word-key'
import { hasBlockedWord } from '../moderation/blocked-words'

/** The properties of a text that a room's rules are about. */
export type Content = { words: string; hasLink: boolean }
export const contentOf = (text: string): Content => ({
  words: wordKey(text),
  hasLink: findLinks(text).length > 0,
})

/** SQL for the reason why the room refuses a text, or null. It refuses none of a moderator. */
export const contentRefusal = ({
  words,
  hasLink,
}: Content | WithPlaceholders<Content>): SQL<Refusal | null> => sql`case
  when auth.role not in ('member', 'guest') then null
  when ${hasBlockedWord(words)} then 'blocked word'
  when ${hasLink} and newcomer_link_seconds > 0
    and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon'
  end`
