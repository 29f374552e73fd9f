import { desc, is, SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import type { AuditAction } from '../contract'
import type { Database } from '../db/client'
import { insertValues, roomId } from '../db/fragments'
import { type AuditDetail, audit } from '../db/schema'
import { type Page, toPage } from '../lib/page'

export type AuditRow = {
  number: number
  action: AuditAction
  /** Null: the admin, or a user that has been deleted. */
  by: string | null
  to: string | null
  detail: AuditDetail
  createdAt: number
}

export const auditColumns = {
  number: audit.number,
  action: audit.action,
  by: sql<string | null>`(select name from users where id = actor_id)`.as('by_name'),
  to: sql<string | null>`(select name from users where id = subject_id)`.as('to_name'),
  detail: audit.detail,
  createdAt: audit.createdAt,
}

/** Writes an act to the audit log, if `where` holds for `from`, which selects `auth`. In a batch it must stand before the act, which may change what `where` reads. */
export const insertAudit = (
  db: Database,
  from: SQL,
  {
    action,
    subject,
    detail = {},
    where,
  }: { action: AuditAction; subject: SQL; detail?: AuditDetail | SQL; where: SQL },
) =>
  db.insert(audit).select(
    sql`select ${insertValues(audit, {
      roomId: sql`auth.room_id`,
      number: sql`1 + coalesce((select max(number) from audit as a where a.room_id = auth.room_id), 0)`,
      action,
      actorId: sql`auth.user_id`,
      subjectId: subject,
      detail: is(detail, SQL) ? detail : sql`${JSON.stringify(detail)}`,
      createdAt: sql`auth.now`,
    })} from ${from} where ${where}`,
  )

/** Returns a page of the audit log, the newest first, before the number `cursor`. */
export const listAudit = async (
  db: Database,
  request: RoomRequest,
  { cursor, limit }: { cursor: number | undefined; limit: number },
): Promise<{ chatroom: string; page: Page<AuditRow> }> => {
  const from = authorize(request, 'moderate')
  const before = cursor === undefined ? sql`true` : sql`number < ${cursor}`
  const { auth, rows } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: db
      .select(auditColumns)
      .from(audit)
      .where(sql`room_id = ${roomId(request.room.key)} and ${before}`)
      .orderBy(desc(audit.number))
      .limit(limit + 1),
  })
  return { chatroom: auth.chatroom, page: toPage(rows, limit) }
}
