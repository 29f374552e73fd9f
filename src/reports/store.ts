import { desc, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import { clock, noRow, type Refusal, roomOf, standing, verdict } from '../auth/authorization'
import { batchAs } from '../auth/store'
import type { Database } from '../db/client'
import { rowOf } from '../db/fragments'
import { reports } from '../db/schema'
import { type Page, toPage } from '../http/pagination'

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

const shown = {
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
  const actors = standing(roomKey, actor, 'report')
  const [[found], [made]] = await batchAs(db, actor.credential, [
    db.select(verdict).from(actors),
    db
      .insert(reports)
      .select(
        sql`select ${rowOf(reports, {
          roomId: sql`standing.room_id`,
          number: sql`1 + coalesce((select max(number) from reports as r where r.room_id = standing.room_id), 0)`,
          target: seq,
          reporterId: sql`user_id`,
          reason,
          createdAt: clock,
        })} from ${actors} where refusal is null
          and exists (select 1 from messages where messages.room_id = standing.room_id and seq = ${seq})`,
      )
      .returning({ number: reports.number, createdAt: reports.createdAt }),
  ])
  if (!found) throw noRow
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
  const actors = standing(roomKey, actor, 'moderate')
  const [[found], rows] = await db.batch([
    db.select(verdict).from(actors),
    db
      .select(shown)
      .from(reports)
      .where(sql`room_id = ${roomOf(actors)} and ${before}`)
      .orderBy(desc(reports.number))
      .limit(limit + 1),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}

export type NamedReport = { roomKey: string; actor: Actor; number: number }

const isIt = (actors: SQL, number: number) => sql`room_id = ${roomOf(actors)} and number = ${number}`

export const findReport = async (db: Database, { roomKey, actor, number }: NamedReport): Promise<Found> => {
  const actors = standing(roomKey, actor, 'moderate')
  const [[found], [row]] = await db.batch([
    db.select(verdict).from(actors),
    db.select(shown).from(reports).where(isIt(actors, number)),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return row ? { outcome: 'found', report: row } : { outcome: 'no report' }
}

/** Marks a report as dealt with, or as open again. */
export const resolveReport = async (
  db: Database,
  { roomKey, actor, number }: NamedReport,
  resolved: boolean,
): Promise<Found> => {
  const actors = standing(roomKey, actor, 'moderate')
  const resolvedAt = resolved ? sql`coalesce(resolved_at, ${clock})` : null
  const [[found], [row]] = await db.batch([
    db.select(verdict).from(actors),
    db.update(reports).set({ resolvedAt }).where(isIt(actors, number)).returning(shown),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return row ? { outcome: 'found', report: row } : { outcome: 'no report' }
}
