import { asc, sql } from 'drizzle-orm'
import type { Database } from '../database'
import type { Actor } from '../identity/actor'
import { type Page, toPage } from '../paging'
import { rowOf } from '../queries'
import { reports } from '../schema'
import { clock, noRow, type Refusal, roomOf, standing, verdict } from '../standing'

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
type Reported = { outcome: 'reported'; report: ReportRow } | { outcome: 'no message' } | Refused
type Listed = { outcome: 'listed'; chatroom: string; page: Page<ReportRow> } | Refused
type Resolved = { outcome: 'resolved'; report: ReportRow } | { outcome: 'no report' } | Refused

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
  const [[found], [made]] = await db.batch([
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
  return { outcome: 'reported', report: row }
}

export type ReportsRange = { roomKey: string; actor: Actor; cursor: number | undefined; limit: number }

/** A page of reports, the oldest first, after the number `cursor`. */
export const listReports = async (db: Database, range: ReportsRange): Promise<Listed> => {
  const { roomKey, actor, cursor = 0, limit } = range
  const actors = standing(roomKey, actor, 'moderate')
  const [[found], rows] = await db.batch([
    db.select(verdict).from(actors),
    db
      .select(shown)
      .from(reports)
      .where(sql`room_id = ${roomOf(actors)} and number > ${cursor}`)
      .orderBy(asc(reports.number))
      .limit(limit + 1),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}

/** Marks a report as dealt with, or as open again. */
export const resolveReport = async (
  db: Database,
  { roomKey, actor, number, resolved }: { roomKey: string; actor: Actor; number: number; resolved: boolean },
): Promise<Resolved> => {
  const actors = standing(roomKey, actor, 'moderate')
  const isIt = sql`room_id = ${roomOf(actors)} and number = ${number}`
  const [[found], , [row]] = await db.batch([
    db.select(verdict).from(actors),
    db
      .update(reports)
      .set({ resolvedAt: resolved ? sql`coalesce(resolved_at, ${clock})` : null })
      .where(isIt),
    db.select(shown).from(reports).where(isIt),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return row ? { outcome: 'resolved', report: row } : { outcome: 'no report' }
}
