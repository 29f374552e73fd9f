import { asc, desc, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { actorId } from '../auth/rules'
import type { Audience } from '../contract'
import type { Database } from '../db/client'
import { prepared, type WithPlaceholders } from '../db/prepared-statements'
import { messages } from '../db/schema'
import { isKnownSql } from '../http/etag'
import { type Page, toPage } from '../lib/page'
import { type MessageRow, selectMessages } from './store'

/** `ifNoneMatch` is the header of the request. */
type VersionRequest = RoomRequest & { before: number | undefined; ifNoneMatch: string | undefined }
export type HistoryRequest = VersionRequest & { limit: number; after: number | undefined }

/** `version` is in the page's entity tag; `lastSeq` is the number of the last entry that the page shows; `readers` may keep the page in a cache. The page is undefined for a client that has it already. */
type Version = { version: string; lastSeq: number; readers: Audience }
type History = Version & { chatroom: string; page: Page<MessageRow> | undefined }

/** Increase it when the same rows give other JSON: the pages that clients have are then void. */
const PAGE_FORMAT_VERSION = 4

/**
 * SQL for the version of a page: the ends of the room's two logs, as far as the page reaches, the version of all names, and the
 * reader, whose own reactions are marked.
 * The last message stands for all before it, since they only change by an entry of `changes`. A number may come again
 * after the database was restored to an earlier time; a number with its time does not. docs/decisions/0019.
 */
const version = ({ before }: WithPlaceholders<VersionRequest>): SQL<string> => {
  const isInReach = before === undefined ? sql`true` : sql`seq < ${before}`
  return sql`concat(auth.room_id,
    '-', (select seq || '-' || created_at from messages as m where m.room_id = auth.room_id and ${isInReach} order by seq desc limit 1),
    '-', (select seq || '-' || created_at from changes as c where c.room_id = auth.room_id order by seq desc limit 1),
    '-', (select version from versions where subject = 'names'),
    '-', auth.user_id, '-', ${sql.raw(`${PAGE_FORMAT_VERSION}`)})`
}

const isKnown = (request: WithPlaceholders<VersionRequest>): SQL<number> =>
  isKnownSql(request.ifNoneMatch, version(request))

const selectVersion = (db: Database, auth: SQL, request: WithPlaceholders<VersionRequest>) =>
  db
    .select({
      ...authorizationColumns,
      version: version(request).as('version'),
      isKnown: isKnown(request).as('is_known'),
    })
    .from(auth)

const historyStatements = prepared<HistoryRequest>()((db, request) => {
  const { before, after, limit } = request
  const auth = authorize(request, 'read')
  const reader = actorId(request.actor)
  const forwards = after !== undefined
  const edge = forwards ? sql`seq > ${after}` : before === undefined ? sql`true` : sql`seq < ${before}`
  return {
    auth: selectVersion(db, auth, request),
    // For a client that has the page there is no room, and so no row to read.
    rows: selectMessages(
      db,
      sql`(select room_id from (select id as room_id, ${reader ?? null} as user_id from rooms where name_key = ${request.room.key}) as auth
        where not ${isKnown(request)})`,
      reader,
      edge,
    )
      .orderBy(forwards ? asc(messages.seq) : desc(messages.seq))
      .limit(limit),
  }
})

const versionStatements = prepared<VersionRequest>()((db, request) => ({
  auth: selectVersion(db, authorize(request, 'read'), request),
}))

/** The ends of the room's two logs in a version. Either may be empty. */
const ENDS = /^\d+-(?:(\d+)-\d+)?-(?:(\d+)-\d+)?-/

/**
 * Returns the number of the last entry that a page of this version shows. The entries after it are messages that the page
 * does not reach.
 */
const lastSeqOf = (version: string): number => {
  const [, message = 0, change = 0] = ENDS.exec(version) ?? []
  return Math.max(Number(message), Number(change))
}

/**
 * Returns a page of history, oldest first: the messages right after `after`, or the last ones before `before`. Reads no message
 * for a client that has the page already.
 */
export const listMessages = async (db: Database, request: HistoryRequest): Promise<History> => {
  const { limit, after } = request
  const { auth, rows } = await runAuthorized(
    db,
    request,
    historyStatements(db, { ...request, limit: limit + 1 }),
  )
  const { version, chatroom, isKnown, readers } = auth
  const page = toPage(rows, limit)
  if (after === undefined) page.rows.reverse()
  return { version, lastSeq: lastSeqOf(version), readers, chatroom, page: isKnown ? undefined : page }
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
