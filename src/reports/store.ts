import { desc, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import { authorizationColumns, authorize, clock, missingRow, roomOf } from '../auth/authorization'
import type { Refusal } from '../auth/refusals'
import { batchAs } from '../auth/store'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { reports } from '../db/schema'
import { type Page, toPage } from '../lib/page'

export type ReportRow = {
  number: number
  target: number
  /** Null once the reporter is deleted. */
  userName: string | null
  reason: string
  createdAt: number
  resolvedAt: number | null
}
type Refused = { outcome: 'refused'; refusal: Refusal }
type Reported =
  | { outcome: 'reported'; chatroom: string; report: ReportRow }
  | { outcome: 'no message' }
  | Refused
type Listed = { outcome: 'listed'; chatroom: string; page: Page<ReportRow> } | Refused
type Found = { outcome: 'found'; report: ReportRow } | { outcome: 'no report' } | Refused

const reportColumns = {
  number: reports.number,
  target: reports.target,
  userName: sql<string | null>`(select name from users where id = reporter_id)`.as('reporter_name'),
  reason: reports.reason,
  createdAt: reports.createdAt,
  resolvedAt: reports.resolvedAt,
}

export type Reporting = { roomKey: string; actor: Actor; seq: number; reason: string }

/** Tells the room's moderators of a message. */
export const report = async (db: Database, { roomKey, actor, seq, reason }: Reporting): Promise<Reported> => {
  const auth = authorize(roomKey, actor, 'report')
  const [[found], [made]] = await batchAs(db, actor.credential, [
    db.select(authorizationColumns).from(auth),
    db
      .insert(reports)
      .select(
        sql`select ${insertValues(reports, {
          roomId: sql`auth.room_id`,
          number: sql`1 + coalesce((select max(number) from reports as r where r.room_id = auth.room_id), 0)`,
          target: seq,
          reporterId: sql`user_id`,
          reason,
          createdAt: clock,
        })} from ${auth} where refusal is null
          and exists (select 1 from messages where messages.room_id = auth.room_id and seq = ${seq})`,
      )
      .returning({ number: reports.number, createdAt: reports.createdAt }),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (!made) return { outcome: 'no message' }
  const row = { ...made, target: seq, userName: found.userName, reason, resolvedAt: null }
  return { outcome: 'reported', chatroom: found.chatroom, report: row }
}

export type ReportsRange = { roomKey: string; actor: Actor; cursor: number | undefined; limit: number }

/** A page of reports, the newest first, before the number `cursor`. */
export const listReports = async (db: Database, range: ReportsRange): Promise<Listed> => {
  const { roomKey, actor, cursor, limit } = range
  const before = cursor === undefined ? sql`true` : sql`number < ${cursor}`
  const auth = authorize(roomKey, actor, 'moderate')
  const [[found], rows] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db
      .select(reportColumns)
      .from(reports)
      .where(sql`room_id = ${roomOf(auth)} and ${before}`)
      .orderBy(desc(reports.number))
      .limit(limit + 1),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}

export type NamedReport = { roomKey: string; actor: Actor; number: number }

const isIt = (auth: SQL, number: number) => sql`room_id = ${roomOf(auth)} and number = ${number}`

export const findReport = async (db: Database, { roomKey, actor, number }: NamedReport): Promise<Found> => {
  const auth = authorize(roomKey, actor, 'moderate')
  const [[found], [row]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db.select(reportColumns).from(reports).where(isIt(auth, number)),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return row ? { outcome: 'found', report: row } : { outcome: 'no report' }
}

/** Marks a report as dealt with, or as open again. */
export const resolveReport = async (
  db: Database,
  { roomKey, actor, number }: NamedReport,
  resolved: boolean,
): Promise<Found> => {
  const auth = authorize(roomKey, actor, 'moderate')
  const resolvedAt = resolved ? sql`coalesce(resolved_at, ${clock})` : null
  const [[found], [row]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db.update(reports).set({ resolvedAt }).where(isIt(auth, number)).returning(reportColumns),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return row ? { outcome: 'found', report: row } : { outcome: 'no report' }
}
