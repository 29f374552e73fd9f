import { eq, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import type { Database } from '../db/client'
import { messages, reports, rooms, users } from '../db/schema'
import { toPage } from '../lib/page'
import { noLinks } from '../messages/entry-frames'
import { type MessageRow, messageColumns } from '../messages/store'
import { type ReportRow, reporterName } from '../reports/store'

type SiteReportRow = { chatroom: string; report: ReportRow; message: MessageRow }

/** Returns what stands for a message that was removed with the start of its log. */
const removed = ({ target, createdAt }: ReportRow): MessageRow => ({
  ...noLinks,
  seq: target,
  userId: null,
  userName: null,
  avatar: null,
  text: null,
  createdAt,
  editedAt: null,
  deletedAt: createdAt,
})

type Asked = {
  credential: Credential
  resolved: boolean
  /** The place of a report: when it was resolved (0 for an open one) and made, its room and its number. */
  cursor: string | undefined
  limit: number
}

/**
 * Returns a page of the reports of all rooms: the open ones, the newest first, or those that are resolved, the last resolved one
 * first. Leaves out those of deleted rooms, so a page may hold fewer than `limit` and still have a `next`.
 */
export const listSiteReports = async (
  db: Database,
  { credential, resolved, cursor, limit }: Asked,
): Promise<{ rows: SiteReportRow[]; next: string | undefined }> => {
  const [at, ...rest] = ['resolved_at', 'reports.created_at', 'reports.room_id', 'reports.number']
  const order = resolved ? [at, ...rest] : rest
  const values = cursor
    ?.split('-')
    .slice(-order.length)
    .map((number) => sql`${Number(number)}`)
  const { rows } = await runOnSite(db, credential, 'review', {
    rows: db
      .select({
        ...messageColumns,
        number: reports.number,
        target: reports.target,
        reporterName,
        reason: reports.reason,
        reportedAt: sql<number>`reports.created_at`.as('reported_at'),
        resolvedAt: reports.resolvedAt,
        roomId: sql<number>`reports.room_id`.as('report_room_id'),
        chatroom: sql<string | null>`rooms.name`.as('room_name'),
      })
      .from(reports)
      .leftJoin(rooms, eq(rooms.id, reports.roomId))
      .leftJoin(messages, sql`messages.room_id = reports.room_id and messages.seq = reports.target`)
      .leftJoin(users, eq(users.id, messages.authorId))
      .where(
        sql`${resolved ? sql`resolved_at > 0` : sql`resolved_at is null`}
          ${values ? sql`and (${sql.raw(order.join(', '))}) < (${sql.join(values, sql`, `)})` : sql``}`,
      )
      .orderBy(sql.raw(order.map((column) => `${column} desc`).join(', ')))
      .limit(limit + 1),
  })
  const page = toPage(rows, limit)
  const last = page.rows.at(-1)
  return {
    rows: page.rows.flatMap(
      ({ chatroom, number, target, reporterName, reason, reportedAt, resolvedAt, roomId: _, ...message }) => {
        const report = { number, target, userName: reporterName, reason, createdAt: reportedAt, resolvedAt }
        return chatroom === null
          ? []
          : [{ chatroom, report, message: message.seq === null ? removed(report) : (message as MessageRow) }]
      },
    ),
    next:
      page.more && last
        ? [last.resolvedAt ?? 0, last.reportedAt, last.roomId, last.number].join('-')
        : undefined,
  }
}
