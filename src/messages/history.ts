import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { permission, runPermitted } from '../auth/permission'
import { actorId, isNobody } from '../auth/rules'
import type { Audience } from '../contract'
import type { Database } from '../db/client'
import { prepared, type WithPlaceholders } from '../db/prepared-statements'
import { isKnown } from '../http/etag'
import type { Page } from '../lib/page'
import { AUTHOR, type Author, messageJson, quotedBy, quotedJson, repliesOf, replyJson } from './quoted'
import type { MessageRow } from './store'

/** `ifNoneMatch` is the header of the request. */
type VersionRequest = RoomRequest & { before: number | undefined; ifNoneMatch: string | undefined }
type Asked = VersionRequest & { after: number | undefined }
export type HistoryRequest = Asked & { limit: number; around: number | undefined }
/** `around`: the message in the middle, and how many messages before it. `rows` is how many there are at most, around a message from it on. */
type PageRequest = Asked & { rows: number; around: { seq: number; older: number } | undefined }

/** `quoted`: the messages that the page's replies name and that are not on it. `older` and `isMissing`: of a page around a message. */
type HistoryPage = Page<MessageRow> & { quoted: MessageRow[]; older?: boolean; isMissing?: boolean }

/** `version` is in the page's entity tag; `lastSeq` is the number of the last entry that the page shows; `readers` may keep the page in a cache. `isKnown`: the client has the page already. */
type Version = { version: string; readers: Audience }
type History = Version & { chatroom: string; lastSeq: number; isKnown: boolean; page: HistoryPage }

/** Increase it when the same rows give other JSON: the pages that clients have are then void. */
const PAGE_FORMAT_VERSION = 6

/** SQL for the number and time of the last message that a page reaches. */
const lastMessage = ({ before }: WithPlaceholders<VersionRequest>, room: SQL): SQL => {
  const isInReach = before === undefined ? sql`` : sql` and seq<${before}`
  return sql`(select max(seq)||'-'||created_at from messages where room_id=${room}${isInReach})`
}
/** Stands for the last message in a version whose page tells it. */
const LAST_OF_PAGE = '*'

/**
 * SQL for the version of a page, in quotes if they are given: the ends of the room's two logs, as far as the page reaches, the version of all names, and the
 * reader, whose own reactions are marked.
 * The last message stands for all before it, since they only change by an entry of `changes`, or are removed with the start of
 * the log. A number may come again
 * after the database was restored to an earlier time; a number with its time does not. docs/decisions/0019.
 */
const versionOf = (room: SQL, last: SQL, reader: SQL | undefined, quote: '' | '"' = ''): SQL<string> => {
  const begin = quote ? sql.raw(`'${quote}',`) : sql``
  const end = `-${PAGE_FORMAT_VERSION}${quote}`
  const readerAndForm = reader ? sql`'-',${reader},${sql.raw(`'${end}'`)}` : sql.raw(`'-${end}'`)
  return sql`concat(${begin}${room},'.',first_seq,'-',${last},
  '-',(select max(seq)||'-'||created_at from changes where room_id=${room}),
  '-',(select version from versions where subject='names'),${readerAndForm})`
}

/**
 * A page as JSON: its messages with those that they answer, the ids of their authors, and the names of those in chunks. The names stand
 * beside the messages, because D1 counts a row for each name that it reads.
 */
type FoundPage = { rows: string; authors: string; names: string }

const isInRoom = sql.raw('room_id=(select id from room)')

/** SQL for the messages of a page. */
const rowsOf = ({ before, after, around, rows: limit }: WithPlaceholders<PageRequest>): SQL => {
  const rows = (edge: SQL, order: '' | 'desc', count: Placeholder) =>
    sql`select * from messages where ${isInRoom}${edge} order by seq ${sql.raw(order)} limit ${count}`
  if (around)
    return sql`select * from (${rows(sql` and seq < ${around.seq}`, 'desc', around.older)})
      union all select * from (${rows(sql` and seq >= ${around.seq}`, '', limit)})`
  if (after !== undefined) return rows(sql` and seq > ${after}`, '', limit)
  return rows(before === undefined ? sql`` : sql` and seq < ${before}`, 'desc', limit)
}

/**
 * SQL for a number. A message from there on that is answered on a page is on it, too: there are only so many numbers up to the page's
 * end.
 */
const floorOf = ({ before, after, around, rows: limit }: WithPlaceholders<PageRequest>): SQL => {
  if (around) return sql`${around.seq}-${around.older}`
  if (after !== undefined) return sql`${after}+1`
  if (before !== undefined) return sql`${before}-${limit}`
  return sql`(select max(seq)+1-${limit} from messages where ${isInRoom})`
}

/**
 * SQL for the id of the room. Nobody sees the page without the right to read it, which the statement checks beside. For a client
 * that has the page there is no room, and so no message to read.
 */
const roomOfPage = (request: WithPlaceholders<PageRequest>, reader: SQL | undefined): SQL => {
  const { ifNoneMatch, room } = request
  const isNew =
    ifNoneMatch === undefined
      ? sql``
      : sql` and not instr(${ifNoneMatch},${versionOf(sql.raw('id'), lastMessage(request, sql.raw('id')), reader, '"')})`
  return sql`select id from rooms where name_key=${room.key}${isNew}`
}

/** SQL for a page in one pass over its messages. */
const findPage = (request: WithPlaceholders<PageRequest>): SQL => {
  const reader = actorId(request.actor)
  const [page, ref] = [sql.raw('p'), sql.raw('ref')]
  return sql`(with room as (${roomOfPage(request, reader)}) select json_group_array(${replyJson(page, reader, ref)}) as said,
    '['||concat_ws(',',group_concat(distinct author_id),group_concat(distinct ref->>${sql.raw(`${AUTHOR}`)}))||']' as u
    from (select *,${quotedJson(page, floorOf(request), messageJson(sql.raw('q'), reader))} as ref from (${rowsOf(request)}) p limit -1) p)`
}

/** D1 counts the elements of a JSON array as rows too, so an element stands for several authors, under these aliases. */
const people = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

/** SQL for the names and pictures of the users whose ids are in the array `u`, in arrays of as many as `people`. */
const authorNames = (): SQL<string> => {
  const columns = people.map((user) => `${user}.name,${user}.avatar`).join()
  const joins = people.map(
    (user, place) => ` left join users ${user} on ${user}.id=u->>(${people.length}*key+${place})`,
  )
  // An array of as many zeros as there are chunks.
  const chunks = `json_each('[0'||replace(hex(zeroblob((json_array_length(u)-1)/${people.length})),'00',',0')||']')`
  return sql.raw(
    `(select json_group_array(json_array(${columns})) from ${chunks}${joins.join('')})`,
  ) as SQL<string>
}

/** The columns of a room that may be read, with the version of a page. */
const headOf = (request: WithPlaceholders<VersionRequest>, userId: SQL | undefined, last?: SQL) => ({
  chatroom: sql<string>`r.name`,
  // After a retention, the log may begin with a change.
  firstMessage: sql<number | null>`(select min(seq) from messages where room_id=r.id and first_seq>1)`,
  readers: sql<Audience>`readers`,
  version: versionOf(sql.raw('r.id'), last ?? lastMessage(request, sql.raw('r.id')), userId).as('version'),
})

const pageColumns = {
  rows: sql<string>`said`,
  authors: sql<string>`u`,
  names: authorNames().as('names'),
}

/** A page for a reader without a name is one statement. */
const anonymousStatements = prepared<PageRequest>()((db, request) => {
  const { ifNoneMatch, after, around } = request
  const { from, where } = permission(request, 'read')
  const isOfPage = ifNoneMatch === undefined && after === undefined && around === undefined
  const last = isOfPage ? sql.raw(`'${LAST_OF_PAGE}'`) : undefined
  return {
    permitted: db
      .select({ ...headOf(request, undefined, last), ...pageColumns })
      .from(sql`${findPage(request)} cross join ${from}`)
      .where(where),
  }
})

const versionStatements = prepared<VersionRequest>()((db, request) => {
  const { from, where, userId } = permission(request, 'read')
  return { permitted: db.select(headOf(request, userId)).from(from).where(where) }
})

/** The page of a reader with a name would be too long for one statement. */
const pageStatements = prepared<PageRequest>()((db, request) => ({
  page: db.select(pageColumns).from(findPage(request)),
}))

const findVersionAndPage = async (
  db: Database,
  request: RoomRequest,
  asked: PageRequest,
): Promise<Version & FoundPage & { chatroom: string; firstMessage: number | null }> => {
  if (isNobody(asked.actor)) {
    const { permitted } = await runPermitted(db, request, 'read', () => anonymousStatements(db, asked))
    return permitted
  }
  const { permitted, page } = await runPermitted(db, request, 'read', () => ({
    ...versionStatements(db, asked),
    ...pageStatements(db, asked),
  }))
  const [found] = page
  if (!found) throw new Error('a page is always one row')
  return { ...permitted, ...found }
}

/** The ends of the room's two logs in a version. Either may be empty. */
const ENDS = /^\d+\.(\d+)-(?:(\d+)-\d+)?-(?:(\d+)-\d+)?-/

/**
 * Returns the number at which the log begins, and those of the last message and of the last other entry that a page of this version
 * reaches, 0 if there is none.
 */
const endsOf = (version: string): { first: number; message: number; change: number } => {
  const [, first = 1, message = 0, change = 0] = ENDS.exec(version) ?? []
  return { first: Number(first), message: Number(message), change: Number(change) }
}

/**
 * Returns the number of the last entry that a page of this version shows. The entries after it are messages that the page
 * does not reach.
 */
const lastSeqOf = (version: string): number => {
  const { message, change } = endsOf(version)
  return Math.max(message, change)
}

/** Returns the messages of a page, oldest first, and those that they answer. */
const messagesOf = (found: FoundPage): { rows: MessageRow[]; answered: MessageRow[] } => {
  const names: (string | null)[] = JSON.parse(found.names).flat()
  const nameOf = new Map(
    (JSON.parse(found.authors) as number[]).map((id, i): [number, Author | null] => {
      const name = names[2 * i] ?? null
      return [id, name === null ? null : [name, names[2 * i + 1] ?? null]]
    }),
  )
  const { rows, answered } = repliesOf(found.rows, (id) => nameOf.get(id) ?? null)
  return { rows: rows.sort((a, b) => a.seq - b.seq), answered }
}

/** Returns where the halves of a page around a message begin. */
const toRead = ({ around, limit, ...request }: HistoryRequest): PageRequest => {
  if (around === undefined) return { ...request, around, rows: limit }
  const older = Math.floor(limit / 2)
  return { ...request, ifNoneMatch: undefined, around: { seq: around, older }, rows: limit - older }
}

/**
 * Returns a page of history, oldest first: the messages right after `after`, the last ones before `before`, or those around a message. Reads
 * no message for a client that has the page already, unless it is around a message, which may be missing. The page is `missing` if there is no message to stand in its middle; around one that was removed with the start of the log, it is the first.
 */
export const listMessages = async (db: Database, request: HistoryRequest): Promise<History> => {
  const asked = toRead(request)
  const found = await findVersionAndPage(db, request, asked)
  const { chatroom, readers } = found
  const { rows, answered } = messagesOf(found)
  const end = rows.at(-1)
  const version = found.version.replace(LAST_OF_PAGE, end ? `${end.seq}-${end.createdAt}` : '')
  return {
    version,
    lastSeq: lastSeqOf(version),
    readers,
    chatroom,
    isKnown: isKnown(request.ifNoneMatch, version),
    page: pageOf(asked, rows, answered, { ...endsOf(version), firstMessage: found.firstMessage }),
  }
}

/** `last` is the number of the room's last message, unless the page goes backwards, `first` the number at which the log begins, and `firstMessage` that of its first message. */
const pageOf = (
  { around, after, rows: limit }: PageRequest,
  rows: MessageRow[],
  answered: MessageRow[],
  { first, message: last, firstMessage }: { first: number; message: number; firstMessage: number | null },
): HistoryPage => {
  const page = { rows, quoted: quotedBy(rows, answered) }
  const start = firstMessage ?? first
  const isFirst = (rows[0]?.seq ?? 0) <= start
  if (!around && after === undefined) return { ...page, more: rows.length === limit && !isFirst }
  const more = (rows.at(-1)?.seq ?? last) < last
  if (!around) return { ...page, more }
  const at = rows.findIndex(({ seq }) => seq === around.seq)
  const older = around.older === 0 ? around.seq > start : at === around.older && !isFirst
  return { ...page, more, older, isMissing: at < 0 && around.seq >= first }
}
