import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { actorId } from '../auth/rules'
import type { Audience } from '../contract'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../contract/limits'
import type { Database } from '../db/client'
import { prepared, type WithPlaceholders } from '../db/prepared-statements'
import { isKnownSql } from '../http/etag'
import type { Page } from '../lib/page'
import { AUTHOR, type Author, messageJson, messageOf, quotedBy, quotedJson } from './quoted'
import type { MessageRow } from './store'

/** `ifNoneMatch` is the header of the request. */
type VersionRequest = RoomRequest & { before: number | undefined; ifNoneMatch: string | undefined }
type Span = { limit: number; after: number | undefined }
export type HistoryRequest = VersionRequest & Span & { around: number | undefined }
/** `around`: the message in the middle, and how many messages before it. `limit` is how many there are at most, around a message from it on. */
type PageRequest = VersionRequest & Span & { around: { seq: number; older: number } | undefined }

/** `quoted`: the messages that the page's replies name and that are not on it. `older` and `isMissing`: of a page around a message. */
type HistoryPage = Page<MessageRow> & { quoted: MessageRow[]; older?: boolean; isMissing?: boolean }

/** `version` is in the page's entity tag; `lastSeq` is the number of the last entry that the page shows; `readers` may keep the page in a cache. The page is undefined for a client that has it already. */
type Version = { version: string; lastSeq: number; readers: Audience }
type History = Version & { chatroom: string; page: HistoryPage | undefined }

/** Increase it when the same rows give other JSON: the pages that clients have are then void. */
const PAGE_FORMAT_VERSION = 5

/** SQL for the number and time of the last message that a page reaches. */
const lastMessage = ({ before }: WithPlaceholders<VersionRequest>): SQL => {
  const isInReach = before === undefined ? sql`` : sql` and seq < ${before}`
  return sql`(select max(seq)||'-'||created_at from messages where room_id=auth.room_id${isInReach})`
}
/** Stands for the last message in a version whose page tells it. */
const LAST_OF_PAGE = '*'

/**
 * SQL for the version of a page: the ends of the room's two logs, as far as the page reaches, the version of all names, and the
 * reader, whose own reactions are marked.
 * The last message stands for all before it, since they only change by an entry of `changes`. A number may come again
 * after the database was restored to an earlier time; a number with its time does not. docs/decisions/0019.
 */
const versionOf = (last: SQL): SQL<string> => sql`concat(auth.room_id, '-', ${last},
  '-', (select max(seq)||'-'||created_at from changes where room_id=auth.room_id),
  '-', (select version from versions where subject='names'), '-', auth.user_id, '-', ${sql.raw(`${PAGE_FORMAT_VERSION}`)})`

const isKnown = (request: WithPlaceholders<VersionRequest>): SQL<number> =>
  isKnownSql(request.ifNoneMatch, versionOf(lastMessage(request)))

const selectVersion = (db: Database, auth: SQL, request: WithPlaceholders<VersionRequest>, last: SQL) =>
  db
    .select({
      ...authorizationColumns,
      version: versionOf(last).as('version'),
      isKnown: isKnown(request).as('is_known'),
    })
    .from(auth)

/**
 * A page as JSON: its messages, those that they answer, the ids of all their authors, and their names in chunks; and the last message
 * as in the version. The names stand beside the messages, because D1 counts a row for each name that it reads.
 */
type FoundPage = { rows: string; quoted: string; authors: string; names: string; last: string | null }

const isInRoom = sql.raw('room_id=(select id from room)')

/** SQL for the messages of a page. */
const rowsOf = ({ before, after, around, limit }: WithPlaceholders<PageRequest>): SQL => {
  const rows = (edge: SQL, order: 'asc' | 'desc', count: Placeholder) =>
    sql`select * from messages where ${isInRoom}${edge} order by seq ${sql.raw(order)} limit ${count}`
  if (around)
    return sql`select * from (${rows(sql` and seq < ${around.seq}`, 'desc', around.older)})
      union all select * from (${rows(sql` and seq >= ${around.seq}`, 'asc', limit)})`
  if (after !== undefined) return rows(sql` and seq > ${after}`, 'asc', limit)
  return rows(before === undefined ? sql`` : sql` and seq < ${before}`, 'desc', limit)
}

/**
 * SQL for a number. A message from there on that is answered on a page is on it, too: there are only so many numbers up to the page's
 * end.
 */
const floorOf = ({ before, after, around, limit }: WithPlaceholders<PageRequest>): SQL => {
  if (around) return sql`${around.seq}-${around.older}`
  if (after !== undefined) return sql`${after}+1`
  if (before !== undefined) return sql`${before}-${limit}`
  return sql`(select max(seq)+1-${limit} from messages where ${isInRoom})`
}

const readerId = sql.raw('(select id from reader)')

/**
 * SQL for the ids of the reader and the room, for `readerId` and `isInRoom`. Nobody sees the page if the statement before it refuses
 * the reader. For a client that has the page there is no room, and so no row to read.
 */
const readerAndRoom = (request: WithPlaceholders<PageRequest>, reader: SQL | undefined): SQL => {
  const room = sql`select id from rooms where name_key=${request.room.key}`
  const user = reader ? sql`reader(id) as (select ${reader}),` : sql``
  if (request.ifNoneMatch === undefined) return sql`${user}room as (${room})`
  const auth = sql`(select (${room}) as room_id,${reader ? readerId : sql`null`} as user_id) as auth`
  return sql`${user}room(id) as (select room_id from ${auth} where not ${isKnown(request)})`
}

/** SQL for a page in one pass over its messages. */
const findPage = (request: WithPlaceholders<PageRequest>): SQL => {
  const reader = actorId(request.actor)
  const json = (table: string) => messageJson(sql.raw(table), reader && readerId)
  return sql`(with ${readerAndRoom(request, reader)} select json_group_array(${json('p')}) as said,json_group_array(distinct ref) as refs,
    '['||concat_ws(',',group_concat(distinct author_id),group_concat(distinct ref->>${sql.raw(`${AUTHOR}`)}))||']' as ids,max(seq)||'-'||created_at as last
    from (select *,${quotedJson(sql`p`, floorOf(request), json('q'))} as ref from (${rowsOf(request)}) p limit -1) p)`
}

/** D1 counts the elements of a JSON array as rows too, so an element stands for this many authors. */
const CHUNK = 7
/** The most authors of a page and of the messages that it answers. */
const MAX_AUTHORS = 2 * (MAX_PAGE_SIZE + 1)
/** The numbers of chunks of shorter lists of authors. */
const steps = [1, Math.ceil(DEFAULT_PAGE_SIZE / CHUNK)]

/** SQL for the names and pictures of the users in `ids`, in arrays of `CHUNK`. */
const authorNames = (): SQL<string> => {
  const name = (place: number) => `(select json_array(name,avatar) from users where id=ids->>(v+${place}))`
  const chunk = Array.from({ length: CHUNK }, (_, place) => name(place)).join()
  const starts = (chunks: number) => Array.from({ length: chunks }, (_, i) => CHUNK * i).join()
  const whens = steps.map(
    (chunks) => `when json_array_length(ids)<=${CHUNK * chunks} then ${starts(chunks).length}`,
  )
  const all = starts(Math.ceil(MAX_AUTHORS / CHUNK))
  const from = `'['||substr('${all}',1,case ${whens.join(' ')} else ${all.length} end)||']'`
  return sql`(select json_group_array(json_array(${sql.raw(chunk)})) from (select value v from json_each(${sql.raw(from)})))`
}

const historyStatements = prepared<PageRequest>()((db, request) => {
  const { ifNoneMatch, after, around } = request
  const isOfPage = ifNoneMatch === undefined && after === undefined && around === undefined
  const last = isOfPage ? sql.raw(`'${LAST_OF_PAGE}'`) : lastMessage(request)
  return {
    auth: selectVersion(db, authorize(request, 'read'), request, last),
    page: db
      .select({
        rows: sql<string>`said`.as('rows'),
        quoted: sql<string>`refs`.as('answered'),
        authors: sql<string>`ids`.as('authors'),
        names: authorNames().as('names'),
        last: sql<string | null>`last`.as('end'),
      })
      .from(findPage(request)),
  }
})

const versionStatements = prepared<VersionRequest>()((db, request) => ({
  auth: selectVersion(db, authorize(request, 'read'), request, lastMessage(request)),
}))

/** The ends of the room's two logs in a version. Either may be empty. */
const ENDS = /^\d+-(?:(\d+)-\d+)?-(?:(\d+)-\d+)?-/

/** Returns the numbers of the last message and of the last other entry that a page of this version reaches, 0 if there is none. */
const endsOf = (version: string): { message: number; change: number } => {
  const [, message = 0, change = 0] = ENDS.exec(version) ?? []
  return { message: Number(message), change: Number(change) }
}

/**
 * Returns the number of the last entry that a page of this version shows. The entries after it are messages that the page
 * does not reach.
 */
const lastSeqOf = (version: string): number => Math.max(...Object.values(endsOf(version)))

/** Returns the messages of a page, oldest first, and those that they answer. */
const messagesOf = (found: FoundPage): { rows: MessageRow[]; answered: MessageRow[] } => {
  const names: (Author | null)[] = JSON.parse(found.names).flat()
  const nameOf = new Map(
    (JSON.parse(found.authors) as (number | null)[]).map((id, i) => [id, names[i] ?? null]),
  )
  const read = (values: unknown[]) => messageOf(values, (id) => nameOf.get(id) ?? null)
  const rows = (JSON.parse(found.rows) as unknown[][]).map(read)
  const answered = (JSON.parse(found.quoted) as (string | null)[]).flatMap((json) =>
    json === null ? [] : [read(JSON.parse(json))],
  )
  return { rows: rows.sort((a, b) => a.seq - b.seq), answered }
}

/** Returns where the halves of a page around a message begin. */
const toRead = ({ around, limit, ...request }: HistoryRequest): PageRequest => {
  if (around === undefined) return { ...request, around, limit }
  const older = Math.floor(limit / 2)
  return { ...request, around: { seq: around, older }, limit: limit - older }
}

/**
 * Returns a page of history, oldest first: the messages right after `after`, the last ones before `before`, or those around a message. Reads
 * no message for a client that has the page already. The page is `missing` if there is no message to stand in its middle.
 */
export const listMessages = async (db: Database, request: HistoryRequest): Promise<History> => {
  const asked = toRead(request)
  const { auth, page: found } = await runAuthorized(db, request, historyStatements(db, asked))
  const { chatroom, isKnown, readers } = auth
  const version = auth.version.replace(LAST_OF_PAGE, found[0]?.last ?? '')
  const head = { version, lastSeq: lastSeqOf(version), readers, chatroom }
  if (isKnown || !found[0]) return { ...head, page: undefined }
  const { rows, answered } = messagesOf(found[0])
  return { ...head, page: pageOf(asked, rows, answered, endsOf(version).message) }
}

/** `last` is the number of the room's last message, unless the page goes backwards. */
const pageOf = (
  { around, after, limit }: PageRequest,
  rows: MessageRow[],
  answered: MessageRow[],
  last: number,
): HistoryPage => {
  const page = { rows, quoted: quotedBy(rows, answered) }
  // The first message of a room has the number 1.
  const isFirst = rows[0]?.seq === 1
  if (!around && after === undefined) return { ...page, more: rows.length === limit && !isFirst }
  const more = (rows.at(-1)?.seq ?? last) < last
  if (!around) return { ...page, more }
  const at = rows.findIndex(({ seq }) => seq === around.seq)
  const older = around.older === 0 ? around.seq > 1 : at === around.older && !isFirst
  return { ...page, more, older, isMissing: at < 0 }
}

/** Returns the version of a page, and whether the client has the page already. */
export const pageVersion = async (
  db: Database,
  request: VersionRequest,
): Promise<Version & { isKnown: boolean }> => {
  const { auth } = await runAuthorized(db, request, versionStatements(db, request))
  const { version, readers, isKnown } = auth
  return { version, lastSeq: lastSeqOf(version), readers, isKnown: Boolean(isKnown) }
}
