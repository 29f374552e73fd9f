import { desc, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, roomOf, runAsActor, runAuthorized } from '../auth/authorization'
import { noteNetwork } from '../auth/network'
import type { Database } from '../db/client'
import { insertValues, roomId } from '../db/fragments'
import { reports } from '../db/schema'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from '../moderation/audit'

export type ReportRow = {
  number: number
  target: number
  /** Null once the reporter is deleted. */
  userName: string | null
  reason: string
  createdAt: number
  resolvedAt: number | null
}

/** SQL for the name of the user who reported. */
export const reporterName = sql<
  string | null
>`(select users.name from users where users.id = reporter_id)`.as('reporter_name')

export const reportColumns = {
  number: reports.number,
  target: reports.target,
  userName: reporterName,
  reason: reports.reason,
  createdAt: reports.createdAt,
  resolvedAt: reports.resolvedAt,
}

/** Reports a message to the room's moderators. `report` is undefined where there is no such message. */
export const createReport = async (
  db: Database,
  request: RoomRequest,
  { seq, reason }: { seq: number; reason: string },
): Promise<{ roomId: number; chatroom: string; report: ReportRow | undefined }> => {
  const from = authorize(request, 'report')
  const { auth, created } = await runAsActor(db, request, {
    auth: db.select(authorizationColumns).from(from),
    network: noteNetwork(db, request, sql`${from} where refusal is null`),
    created: db
      .insert(reports)
      .select(
        sql`select ${insertValues(reports, {
          roomId: sql`auth.room_id`,
          number: sql`1 + coalesce((select max(number) from reports as r where r.room_id = auth.room_id), 0)`,
          target: seq,
          reporterId: sql`user_id`,
          reason,
          createdAt: sql`now`,
        })} from ${from} where refusal is null
          and exists (select 1 from messages where messages.room_id = auth.room_id and seq = ${seq})`,
      )
      .returning({ number: reports.number, createdAt: reports.createdAt }),
  })
  const [row] = created
  const { roomId, chatroom, userName } = auth
  return { roomId, chatroom, report: row && { ...row, target: seq, userName, reason, resolvedAt: null } }
}

/** Returns a page of reports, the newest first, before the number `cursor`. */
export const listReports = async (
  db: Database,
  request: RoomRequest,
  { cursor, limit }: { cursor: number | undefined; limit: number },
): Promise<{ chatroom: string; page: Page<ReportRow> }> => {
  const before = cursor === undefined ? sql`true` : sql`number < ${cursor}`
  const from = authorize(request, 'moderate')
  const { auth, rows } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: db
      .select(reportColumns)
      .from(reports)
      .where(sql`room_id = ${roomId(request.room.key)} and ${before}`)
      .orderBy(desc(reports.number))
      .limit(limit + 1),
  })
  return { chatroom: auth.chatroom, page: toPage(rows, limit) }
}

const isReport = (room: SQL, number: number) => sql`room_id = ${room} and number = ${number}`

export const findReport = async (
  db: Database,
  request: RoomRequest,
  number: number,
): Promise<ReportRow | undefined> => {
  const from = authorize(request, 'moderate')
  const { report } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    report: db
      .select(reportColumns)
      .from(reports)
      .where(isReport(roomId(request.room.key), number)),
  })
  return report[0]
}

/** Marks a report as resolved, or as open again. */
export const resolveReport = async (
  db: Database,
  request: RoomRequest,
  { number, resolved }: { number: number; resolved: boolean },
): Promise<ReportRow | undefined> => {
  const from = authorize(request, 'moderate')
  const resolvedAt = resolved ? sql`coalesce(resolved_at, ${request.now})` : null
  const { report } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    audit: insertAudit(
      db,
      sql`${from} join reports on reports.room_id = auth.room_id and reports.number = ${number}`,
      {
        action: resolved ? 'resolveReport' : 'reopenReport',
        subject: sql`null`,
        detail: sql`json_object('seq', target)`,
        where: sql`refusal is null and (resolved_at is null) = ${sql.raw(`${resolved}`)}`,
      },
    ),
    report: db
      .update(reports)
      .set({ resolvedAt })
      .where(isReport(roomOf(from), number))
      .returning(reportColumns),
  })
  return report[0]
}
