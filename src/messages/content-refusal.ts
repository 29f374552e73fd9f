import { type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { type Refusal, Refused } from '../auth/refusals'
import { findLinks } from '../contract/links'
import type { WithPlaceholders } from '../db/prepared-statements'
import { descriptionsIn } from '../files/sent-files'
import { hasBlockedWord, type Words, wordsOf, wordsOfAll } from '../moderation/blocked-words'
import { mentionedKeys, mentionedMembers } from './mentions'

/** The properties of a text that a room's rules are about. `hasLink`, `hasFiles` and `mentioned` are undefined for a message without links, files and names. */
export type Content = {
  words: Words
  hasLink: true | undefined
  hasFiles: true | undefined
  mentioned: string | undefined
}
/** `files`: those that the message names, see `wantedFiles`. Their descriptions are texts too. */
export const contentOf = (text: string, files?: string): Content => ({
  words: files === undefined ? wordsOf(text) : wordsOfAll([text, ...descriptionsIn(files)]),
  hasLink: findLinks(text).length > 0 || undefined,
  hasFiles: files !== undefined || undefined,
  mentioned: mentionedKeys(text),
})
type PreparedContent = Content | WithPlaceholders<Content>

/** SQL for the time at which the actor in `auth` has been a member for some seconds. It is later than now for somebody who is no member. */
const memberFor = (seconds: SQL): SQL => sql`(ifnull(joined_at, auth.now) + 1000 * ${seconds})`
/** SQL for whether the actor in `auth` is a newcomer under a rule of so many seconds. */
const isNewcomer = (seconds: SQL): SQL => sql`${seconds} > 0 and ${memberFor(seconds)} > auth.now`

/** SQL for the reason why the room refuses a text, or null. It refuses none of a moderator. */
export const contentRefusal = ({
  words,
  hasLink,
  hasFiles,
  mentioned,
}: PreparedContent): SQL<Refusal | null> => sql`case
  when auth.role not in ('member', 'guest') then null
  when ${hasBlockedWord(words)} then 'blocked word'
  ${hasLink ? sql`when ${isNewcomer(sql`newcomer_link_seconds`)} then 'link too soon'` : sql``}
  ${hasFiles ? sql`when ${isNewcomer(sql`newcomer_link_seconds`)} then 'file too soon'` : sql``}
  ${
    mentioned === undefined
      ? sql``
      : sql`when ${isNewcomer(sql`newcomer_mention_seconds`)} and ${mentionedMembers(mentioned, sql`auth.room_id`)} is not null
    then 'mention too soon'`
  }
  end`

/** The columns of `auth`, which `hasRules`, that `refuseContent` needs. Without a content nothing is refused. */
export const contentColumns = (content: PreparedContent | undefined) => ({
  contentRefusal: (content ? contentRefusal(content) : sql<null>`null`).as('content_refusal'),
  joinedAt: sql<number | null>`${content ? sql`joined_at` : sql`null`}`.as('author_joined_at'),
  linkSeconds: sql<number>`${content ? sql`newcomer_link_seconds` : sql`0`}`.as('link_seconds'),
  mentionSeconds: sql<number>`${content ? sql`newcomer_mention_seconds` : sql`0`}`.as('mention_seconds'),
})

type ContentRow = {
  contentRefusal: Refusal | null
  joinedAt: number | null
  linkSeconds: number
  mentionSeconds: number
}

/** Throws `Refused` if the room refuses a text. */
export const refuseContent = (request: RoomRequest, row: ContentRow): void => {
  const { contentRefusal: refusal, joinedAt, linkSeconds, mentionSeconds } = row
  if (!refusal) return
  const seconds = refusal === 'mention too soon' ? mentionSeconds : linkSeconds
  throw Refused.of(request, refusal, { seconds, joinedAt })
}
