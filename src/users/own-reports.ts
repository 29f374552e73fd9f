import { eq, type SQL, sql } from 'drizzle-orm'
import { type CallerRequest, callerId, runAsCaller } from '../auth/caller'
import type { ReportOutcome } from '../contract'
import type { Database } from '../db/client'
import { SITE } from '../db/fragments'
import { messages, reports, rooms } from '../db/schema'
import { toPage } from '../lib/page'

export type OwnReportRow = {
  chatroom: string
  number: number
  target: number
  reason: string | null
  createdAt: number
  outcome: ReportOutcome
}

/** SQL for whether a row of a table with bans is one of the message's author since the report, from its room or the whole site. */
const isOfAuthor = (table: 'audit' | 'sanctions', user: string): SQL => {
  const column = (name: string) => sql.raw(`${table}.${name}`)
  return sql`${column('room_id')} in (reports.room_id, ${sql.raw(`${SITE}`)})
    and ${column(user)} = messages.author_id and ${column('created_at')} >= reports.created_at`
}

/** SQL for whether the author of the reported message was banned since the report. The audit log tells it also once the ban has ended. */
const isAuthorBanned = sql`(exists (select 1 from sanctions where ${isOfAuthor('sanctions', 'user_id')} and kind = 'ban')
  or exists (select 1 from audit indexed by audit_bans where ${isOfAuthor('audit', 'subject_id')} and action = 'ban'))`

/** SQL for what became of a report. It is told from how things stand now, so it also counts what was done without the report. */
const outcome = sql<ReportOutcome>`case
  when messages.deleted_at is not null or messages.seq is null then 'messageDeleted'
  when ${isAuthorBanned} then 'authorBanned'
  when resolved_at is not null then 'dismissed'
  else 'open' end`

/**
 * Returns the caller's reports, the newest first, after the one at `cursor`. Looks at `limit` reports, and leaves out those of deleted
 * rooms.
 */
export const listOwnReports = async (
  db: Database,
  request: CallerRequest,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<{ rows: OwnReportRow[]; next: string | undefined }> => {
  const [at = 0, room = 0, number = 0] = cursor?.split('-').map(Number) ?? []
  const isAfter = cursor
    ? sql`(reports.created_at, reports.room_id, reports.number) < (${at}, ${room}, ${number})`
    : sql`true`
  const { rows } = await runAsCaller(db, request, {
    rows: db
      .select({
        roomId: sql<number>`reports.room_id`.as('report_room_id'),
        chatroom: sql<string | null>`rooms.name`.as('room_name'),
        number: reports.number,
        target: reports.target,
        reason: sql<string | null>`nullif(reason, '')`.as('report_reason'),
        createdAt: sql<number>`reports.created_at`.as('reported_at'),
        outcome: outcome.as('outcome'),
      })
      .from(reports)
      .leftJoin(rooms, eq(rooms.id, reports.roomId))
      .leftJoin(messages, sql`messages.room_id = reports.room_id and messages.seq = reports.target`)
      .where(sql`reporter_id = ${callerId(request.actor)} and ${isAfter}`)
      .orderBy(sql`reports.created_at desc, reports.room_id desc, reports.number desc`)
      .limit(limit + 1),
  })
  const page = toPage(rows, limit)
  const last = page.rows.at(-1)
  return {
    rows: page.rows.flatMap(({ roomId: _, chatroom, ...row }) =>
      chatroom === null ? [] : [{ chatroom, ...row }],
    ),
    next: page.more && last ? `${last.createdAt}-${last.roomId}-${last.number}` : undefined,
  }
}
