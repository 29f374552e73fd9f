import { asc, desc, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import { authorizationColumns, authorize, missingRow, roomOf } from '../auth/authorization'
import type { Audience } from '../auth/permissions'
import type { Refusal } from '../auth/refusals'
import type { Database } from '../db/client'
import { prepared, type WithPlaceholders } from '../db/prepared-statements'
import { messages } from '../db/schema'
import { isKnownSql } from '../http/etag'
import { type Page, toPage } from '../lib/page'
import { type MessageRow, selectMessages } from './store'

export type HistoryRange = {
  roomKey: string
  actor: Actor
  limit: number
  before: number | undefined
  after: number | undefined
  /** The request's `If-None-Match`. */
  known: string | undefined
}
type Asked = Omit<HistoryRange, 'limit' | 'after'>
type Readers = { readers: Audience }
type Settled =
  | { outcome: 'refused'; refusal: Refusal }
  | ({ outcome: 'unchanged'; version: string } & Readers)
type Unread = { outcome: 'unread'; version: string } & Readers
type Listed = { outcome: 'listed'; version: string; chatroom: string; page: Page<MessageRow> } & Readers

/** Raise it when the JSON of a page is to be another for the same rows: what clients have of the old form is then void. */
const PAGE_FORMAT_VERSION = 1

/**
 * SQL for the version of a page: the ends of the room's two logs, as far as the page reaches, and the version of all names.
 * The last message stands for all before it, since none of them changes but by an entry of `changes`. A number may come again
 * once the database has been restored to an earlier time; a number with its time does not. docs/decisions/0019.
 */
const version = ({ before }: WithPlaceholders<Asked>): SQL<string> => {
  const isInReach = before === undefined ? sql`true` : sql`seq < ${before}`
  return sql`concat(auth.room_id,
    '-', (select seq || '-' || created_at from messages as m where m.room_id = auth.room_id and ${isInReach} order by seq desc limit 1),
    '-', (select seq || '-' || created_at from changes as c where c.room_id = auth.room_id order by seq desc limit 1),
    '-', (select version from versions where subject = 'names'),
    '-', ${sql.raw(`${PAGE_FORMAT_VERSION}`)})`
}

const isKnown = (asked: WithPlaceholders<Asked>): SQL<number> => isKnownSql(asked.known, version(asked))

const selectVersion = (db: Database, auth: SQL, asked: WithPlaceholders<Asked>) =>
  db
    .select({
      ...authorizationColumns,
      version: version(asked).as('version'),
      isKnown: isKnown(asked).as('is_known'),
    })
    .from(auth)

const historyStatements = prepared<HistoryRange>()((db, { limit, after, ...asked }) => {
  const { roomKey, actor, before } = asked
  const auth = authorize(roomKey, actor, 'read')
  const forwards = after !== undefined
  const edge = forwards ? sql`seq > ${after}` : before === undefined ? sql`true` : sql`seq < ${before}`
  return [
    selectVersion(db, auth, asked),
    // Without a room there is no row to read.
    selectMessages(db, roomOf(auth, sql`not ${isKnown(asked)}`), edge)
      .orderBy(forwards ? asc(messages.seq) : desc(messages.seq))
      .limit(limit),
  ] as const
})

const versionStatements = prepared<Asked>()(
  (db, asked) => [selectVersion(db, authorize(asked.roomKey, asked.actor, 'read'), asked)] as const,
)

/** Returns the outcome of a page whose rows need not be read. */
const settled = (found: {
  refusal: Refusal | null
  version: string
  isKnown: number
  readers: Audience
}): Settled | undefined => {
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  const { version, readers } = found
  return found.isKnown ? { outcome: 'unchanged', version, readers } : undefined
}

/**
 * A page of history, oldest first: the messages right after `after`, or the last ones before `before`. None of them is read
 * for who has the page already.
 */
export const listMessages = async (db: Database, range: HistoryRange): Promise<Listed | Settled> => {
  const { limit, after } = range
  const [[found], rows] = await db.batch(historyStatements(db, { ...range, limit: limit + 1 }))
  if (!found) throw missingRow()
  const page = toPage(rows, limit)
  if (after === undefined) page.rows.reverse()
  const { version, chatroom, readers } = found
  return settled(found) ?? { outcome: 'listed', version, chatroom, page, readers }
}

/** All of a page but its messages. */
export const pageVersion = async (db: Database, asked: Asked): Promise<Unread | Settled> => {
  const [[found]] = await db.batch(versionStatements(db, asked))
  if (!found) throw missingRow()
  const { version, readers } = found
  return settled(found) ?? { outcome: 'unread', version, readers }
}
