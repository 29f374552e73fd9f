import { type SQL, sql } from 'drizzle-orm'
import type { WebhookEvent, WebhookStream } from '../contract'
import { batch, type Database } from '../db/client'
import { lastSeqOf, SITE } from '../db/fragments'
import { audit, held, messages, reports, users } from '../db/schema'
import type { FileLinks, MakeLinks } from '../files/links'
import { heldColumns } from '../held/store'
import { heldView } from '../held/view'
import { time } from '../lib/time'
import { type EntryRow, entryFrameOf } from '../messages/entry-frames'
import { merged, selectEntries } from '../messages/log'
import { auditColumns } from '../moderation/audit'
import { reportColumns } from '../reports/store'
import { reportView } from '../reports/view'
import type { Place } from './webhook-api'

/** Something that happened, at a place of its stream. `data` is undefined for what can't be told any more, or never is. */
export type Happening = { place: number; event: WebhookEvent; at: number; data: object | undefined }

/** Returns the stream that an event is of. */
export const streamOf = (event: WebhookEvent): WebhookStream => {
  switch (event) {
    case 'message':
    case 'edit':
    case 'delete':
    case 'reaction':
      return 'log'
    case 'report':
    case 'held':
    case 'ban':
      return event
  }
}

/** SQL for the last place of a stream in a room that is older than a time. It reads only what is newer, from the end of a key. */
const lastBefore = (stream: WebhookStream, roomId: SQL, since: SQL): SQL => {
  const newest = (table: string, key: string) =>
    sql`ifnull((select ${sql.raw(key)} from ${sql.raw(table)} as old where old.room_id = ${roomId}
      and +old.created_at < ${since} order by ${sql.raw(key)} desc limit 1), 0)`
  switch (stream) {
    case 'log':
      return sql`max(${newest('messages', 'seq')}, ${newest('changes', 'seq')})`
    case 'report':
      return newest('reports', 'number')
    case 'ban':
      return newest('audit', 'number')
    case 'held':
      // Its places are times.
      return sql`(${since} - 1)`
  }
}

/** SQL for the last place of a stream in a room. */
export const lastPlace = (stream: WebhookStream, roomId: SQL): SQL<number> => {
  const newest = (table: string) =>
    sql<number>`ifnull((select max(number) from ${sql.raw(table)} as t where t.room_id = ${roomId}), 0)`
  switch (stream) {
    case 'log':
      return lastSeqOf(roomId)
    case 'report':
      return newest('reports')
    case 'ban':
      return newest('audit')
    case 'held':
      return sql`ifnull((select t.created_at from held as t indexed by held_waiting
        where t.room_id = ${roomId} and t.refused_at is null order by t.created_at desc limit 1), 0)`
  }
}

/** SQL for the last place of a stream that a webhook has done. */
export const donePlace = (
  stream: WebhookStream,
  { webhookId, roomId, since }: { webhookId: SQL; roomId: SQL; since: SQL },
): SQL<number> => sql`coalesce((select c.place from webhook_cursors as c
  where c.webhook_id = ${webhookId} and c.stream = ${sql.raw(`'${stream}'`)} and c.room_id = ${roomId} and c.since = ${since}),
  ${lastBefore(stream, roomId, since)})`

type Source = { db: Database; roomId: SQL; after: SQL; limit: number }

const selectReports = ({ db, roomId, after, limit }: Source) =>
  db
    .select({
      ...reportColumns,
      message: messages.text,
      reportedAt: sql<number>`reports.created_at`.as('reported_at'),
    })
    .from(reports)
    .leftJoin(messages, sql`messages.room_id = reports.room_id and messages.seq = reports.target`)
    .where(sql`reports.room_id = ${roomId} and reports.number > ${after}`)
    .orderBy(reports.number)
    .limit(limit)

const selectHeld = ({ db, roomId, after, limit }: Source) =>
  db
    .select(heldColumns)
    .from(held)
    .innerJoin(users, sql`users.id = held.author_id`)
    .where(sql`held.room_id = ${roomId} and held.refused_at is null and held.created_at > ${after}`)
    .orderBy(held.createdAt)
    .limit(limit)

const selectAudit = ({ db, roomId, after, limit }: Source) =>
  db
    .select(auditColumns)
    .from(audit)
    .where(sql`room_id = ${roomId} and number > ${after}`)
    .orderBy(audit.number)
    .limit(limit)

const none = { said: undefined, changed: undefined, reported: undefined, waiting: undefined, acts: undefined }

const statementsOf = (stream: WebhookStream, source: Source) => {
  const { db, roomId, after, limit } = source
  switch (stream) {
    case 'log':
      return { ...none, ...selectEntries(db, roomId, after, limit) }
    case 'report':
      return { ...none, reported: selectReports(source) }
    case 'held':
      return { ...none, waiting: selectHeld(source) }
    case 'ban':
      return { ...none, acts: selectAudit(source) }
  }
}

/** Returns an entry of the log. A text that was deleted meanwhile is not told. */
const entryOf = (chatroom: string, row: EntryRow, links: FileLinks): Happening => {
  const { type, ...frame } = entryFrameOf(row, links)
  const isGone = (type === 'message' || type === 'edit') && row.text === null
  return {
    place: row.seq,
    event: type,
    at: row.createdAt,
    data: isGone ? undefined : { chatroom, ...frame },
  }
}

type Rows = {
  said?: Parameters<typeof merged>[0] | undefined
  changed?: Parameters<typeof merged>[1] | undefined
  reported?: Awaited<ReturnType<typeof selectReports>> | undefined
  waiting?: Awaited<ReturnType<typeof selectHeld>> | undefined
  acts?: Awaited<ReturnType<typeof selectAudit>> | undefined
}

type Wanted = { limit: number; makeLinks: MakeLinks }

const happeningsOf = async (
  chatroom: string | null,
  rows: Rows,
  { limit, makeLinks }: Wanted,
): Promise<Happening[]> => {
  const room = chatroom ?? ''
  const log = merged(rows.said ?? [], rows.changed ?? [], limit)
  const links = await makeLinks([...log, ...(rows.waiting ?? [])])
  const entries = log.map((row) => entryOf(room, row, links))
  const reported = (rows.reported ?? []).map(
    ({ message, ...row }): Happening => ({
      place: row.number,
      event: 'report',
      at: row.reportedAt,
      data: { chatroom, ...reportView({ ...row, createdAt: row.reportedAt }), message },
    }),
  )
  const waiting = (rows.waiting ?? []).map(
    (row): Happening => ({
      place: row.createdAt,
      event: 'held',
      at: row.createdAt,
      data: heldView(room, row, links),
    }),
  )
  const acts = (rows.acts ?? []).map(({ number, action, by, to, detail, createdAt }): Happening => {
    const { until = null, reason = null } = detail
    const ban = { chatroom, id: number, userName: to, by, reason }
    return {
      place: number,
      event: 'ban',
      at: createdAt,
      data:
        action === 'ban'
          ? { ...ban, until: until === null ? null : time(until), createdAt: time(createdAt) }
          : undefined,
    }
  })
  return [...entries, ...reported, ...waiting, ...acts]
}

/** The events of a stream that a webhook has not delivered yet, from the place `done` on. `end` is the place of the last one. */
export type Reading = {
  chatroom: string | null
  done: number
  end: number
  happenings: Happening[]
  more: boolean
}

/**
 * Reads what a webhook has not done yet, or what comes after the place `after`, as it stands now, at most `limit` of it. Returns undefined if the room
 * is gone.
 */
export const readStream = async (
  db: Database,
  { id, since }: { id: number; since: number },
  { stream, roomId }: Place,
  { limit, after, makeLinks }: Wanted & { after?: number },
): Promise<Reading | undefined> => {
  const room = sql`${roomId}`
  const done =
    after === undefined
      ? donePlace(stream, { webhookId: sql`${id}`, roomId: room, since: sql`${since}` })
      : sql<number>`${after}`
  const { state, ...rows } = await batch(db, {
    state: db
      .select({
        chatroom: sql<string | null>`rooms.name`.as('room_name'),
        done: done.as('done_place'),
        last: lastPlace(stream, room).as('last_place'),
      })
      .from(sql`(select 1) left join rooms on rooms.id = ${room}`),
    ...statementsOf(stream, { db, roomId: room, after: done, limit }),
  })
  const [found] = state
  if (!found || (found.chatroom === null && roomId !== SITE)) return undefined
  const happenings = await happeningsOf(found.chatroom, rows, { limit, makeLinks })
  const more = happenings.length === limit
  const lastRead = happenings.at(-1)?.place ?? found.done
  const end = more ? lastRead : Math.max(found.done, found.last, lastRead)
  return { chatroom: found.chatroom, done: found.done, end, happenings, more }
}
