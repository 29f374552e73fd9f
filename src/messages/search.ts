import { asc, desc, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { actorId } from '../auth/rules'
import type { Audience } from '../contract'
import type { Database } from '../db/client'
import { roomId, userId } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { messages } from '../db/schema'
import { messageNotFound, userNotFound } from '../http/problems'
import type { Name } from '../lib/name'
import { findWords, plainPartOf, type Span, searchText } from '../lib/search-text'
import { type Author, messageJson, messageOf, quotedBy, quotedJson } from './quoted'
import { type MessageRow, selectMessages } from './store'

// There is no index of words, because each message would cost a row more. A search looks at the messages themselves, a bounded
// number of them. docs/decisions/0025

/** One request looks at the messages with this many numbers. */
const LOOK = 2000
/** It folds this many texts at most, and goes on from there in the next request: folding takes most of its CPU. */
const MAX_FOLDED = 500
/** It folds no further text after this many UTF-16 units, before and after folding together. A text may become 18 times as long. */
const MAX_FOLDED_LENGTH = 100_000

type Range = { before: number | undefined; after: number | undefined }
/** `words` come from `queryWords`; undefined: any text. */
export type Search = RoomRequest &
  Range & {
    limit: number
    author: Name | undefined
    replyTo: number | undefined
    words: string[] | undefined
  }

/** The values of the statements of a search. */
type Look = RoomRequest &
  Range & {
    rows: number
    author: Name | undefined
    replyTo: number | undefined
    search: { plainPart: string | undefined } | undefined
  }

const firstSeq = sql<
  number | null
>`(select seq from messages as m where m.room_id = auth.room_id order by seq limit 1)`
const lastSeq = sql<
  number | null
>`(select seq from messages as m where m.room_id = auth.room_id order by seq desc limit 1)`

const lookStatements = prepared<Look>()((db, request) => {
  const { before, after, author, replyTo, search, rows } = request
  const auth = authorize(request, 'read')
  const room = roomId(request.room.key)
  const reader = actorId(request.actor)
  const end = (order: SQL) =>
    sql`(select seq from messages as m where m.room_id = ${room} order by seq ${order} limit 1)`
  const forwards = after !== undefined
  const top = before === undefined ? sql`1 + ${end(sql`desc`)}` : sql`min(${before}, 1 + ${end(sql`desc`)})`
  const inReach = forwards
    ? sql`seq > ${after} and seq <= max(${after}, ${end(sql`asc`)} - 1) + ${LOOK}`
    : sql`seq < ${before ?? top} and seq >= ${top} - ${LOOK}`
  // A text of other characters may hold the words in another form. The Worker looks at each of those.
  const isOther = sql`messages.text glob '*[^ -~]*'`
  // The Worker looks at the names of files, too.
  const mayHold =
    search?.plainPart === undefined
      ? sql`(${isOther} or messages.files is not null)`
      : sql`(instr(lower(messages.text), ${search.plainPart}) > 0 or ${isOther} or messages.files is not null)`
  const isWanted = sql.join(
    [
      inReach,
      sql`messages.text is not null`,
      ...(author ? [sql`messages.author_id = ${userId(author.key)}`] : []),
      ...(replyTo === undefined ? [] : [sql`messages.reply_to = ${replyTo}`]),
      ...(search ? [mayHold] : []),
    ],
    sql` and `,
  )
  return {
    auth: db
      .select({
        ...authorizationColumns,
        firstSeq: firstSeq.as('first_seq'),
        lastSeq: lastSeq.as('last_seq'),
        hasAuthor: sql<number>`${author ? sql`${userId(author.key)} is not null` : sql`true`}`.as(
          'has_author',
        ),
        hasOriginal: sql<number>`${
          replyTo === undefined
            ? sql`true`
            : sql`exists (select 1 from messages as m where m.room_id = auth.room_id and m.seq = ${replyTo})
                or ${replyTo} < (select first_seq from rooms where id = auth.room_id)`
        }`.as('has_original'),
      })
      .from(auth),
    rows: selectMessages(db, room, reader, isWanted, { answered: answered(reader) })
      .orderBy(forwards ? asc(messages.seq) : desc(messages.seq))
      .limit(rows),
  }
})

/** The message that a message answers, as JSON, behind its author. */
const answered = (reader: SQL | undefined) =>
  quotedJson(
    sql.raw('messages'),
    sql.raw('messages.seq'),
    sql`json_array((select json_array(name, avatar) from users where id = author_id), ${messageJson(sql.raw('q'), reader)})`,
  ).as('answered')

type Found = MessageRow & { found?: Span[] }

/** Returns what the words of a search are looked for in: the text of a message, and the names and descriptions of its files. */
const searchedText = ({ text, files }: MessageRow): string =>
  [text ?? '', ...(files ?? []).flatMap(({ name, description }) => [name, description ?? ''])].join('\n')

/** Returns the message of a value of `answered`. */
const answeredOf = (json: string): MessageRow => {
  const [author, values]: [Author | null, Parameters<typeof messageOf>[0]] = JSON.parse(json)
  return messageOf(values, () => author)
}
/** Returns the messages that hold the words, one more than `limit` at most, and the number of messages that it has looked at. */
const matchesIn = (
  rows: MessageRow[],
  words: string[] | undefined,
  limit: number,
): { matches: Found[]; looked: number } => {
  if (!words) return { matches: rows, looked: rows.length }
  const matches: Found[] = []
  let [looked, length] = [0, 0]
  for (const row of rows) {
    if (matches.length > limit || length > MAX_FOLDED_LENGTH) break
    looked++
    const text = row.files ? searchedText(row) : (row.text ?? '')
    const folded = searchText(text)
    length += text.length + folded.length
    const found = findWords(text, words, folded)
    const end = row.text?.length ?? 0
    if (found) matches.push({ ...row, found: row.files ? found.filter(([, last]) => last <= end) : found })
  }
  return { matches, looked }
}

/** `next` is where the next request goes on, in the same direction; undefined at the end. */
type SearchResult = {
  chatroom: string
  readers: Audience
  rows: Found[]
  quoted: MessageRow[]
  next: number | undefined
}

/**
 * Searches for messages with these words, of this author, or that reply to this message, without the deleted ones: the newest first with `words`, else the oldest first. It may
 * find none and still say where to go on. Throws a problem if nobody has the author's name, and if
 * there is no such message to reply to.
 */
export const searchMessages = async (db: Database, search: Search): Promise<SearchResult> => {
  const { limit, before, after: given, author, replyTo, words, ...request } = search
  // A reply comes after its original.
  const after = given === undefined ? undefined : Math.max(given, replyTo ?? 0)
  const maxRows = words ? MAX_FOLDED : limit + 1
  const { auth, rows } = await runAuthorized(
    db,
    request,
    lookStatements(db, {
      ...request,
      before,
      after,
      author,
      replyTo,
      rows: maxRows,
      search: words && { plainPart: plainPartOf(words) },
    }),
  )
  const { chatroom, readers, lastSeq, hasAuthor, hasOriginal } = auth
  const firstSeq = auth.firstSeq === null ? null : Math.max(auth.firstSeq, (replyTo ?? 0) + 1)
  if (author && !hasAuthor) throw userNotFound(author.name)
  if (replyTo !== undefined && !hasOriginal) throw messageNotFound(replyTo)

  const { matches, looked } = matchesIn(rows, words, limit)
  const page = matches.slice(0, limit)
  const lookedTo = (): number => {
    if (matches.length > limit) return page.at(-1)?.seq ?? 0
    if (looked < rows.length || rows.length === maxRows) return rows[looked - 1]?.seq ?? 0
    if (after !== undefined) return Math.max(after, (firstSeq ?? 0) - 1) + LOOK
    return Math.min(before ?? Number.POSITIVE_INFINITY, (lastSeq ?? 0) + 1) - LOOK
  }
  const at = lookedTo()
  const isMore = after === undefined ? firstSeq !== null && at > firstSeq : lastSeq !== null && at < lastSeq
  const newestFirst = after === undefined ? page : page.toReversed()
  return {
    chatroom,
    readers,
    rows: words ? newestFirst : newestFirst.toReversed(),
    quoted: quotedBy(
      page,
      rows.flatMap(({ answered }) => (answered === null ? [] : [answeredOf(answered)])),
    ),
    next: isMore ? at : undefined,
  }
}
