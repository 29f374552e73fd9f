import { desc, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import { authorizationColumns, authorize, clock, missingRow, roomOf } from '../auth/authorization'
import type { Refusal } from '../auth/refusals'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { type AuditDetail, audit } from '../db/schema'
import { type Page, toPage } from '../lib/page'

type Range = { roomKey: string; actor: Actor; cursor: number | undefined; limit: number }
type Listed =
  | { outcome: 'listed'; chatroom: string; page: Page<AuditRow> }
  | { outcome: 'refused'; refusal: Refusal }

type AuditAction = (typeof audit.action.enumValues)[number]
export type AuditRow = {
  number: number
  action: AuditAction
  /** Null: the admin, or somebody who has been deleted. */
  by: string | null
  to: string | null
  detail: AuditDetail
  createdAt: number
}

/** A statement that enters an act in the audit log, where `where` (over a `auth`) holds; it comes before the act. */
export const insertAudit = (
  db: Database,
  from: SQL,
  {
    action,
    subject,
    detail = {},
    where,
  }: { action: AuditAction; subject: SQL; detail?: AuditDetail; where: SQL },
) =>
  db.insert(audit).select(
    sql`select ${insertValues(audit, {
      roomId: sql`auth.room_id`,
      number: sql`1 + coalesce((select max(number) from audit as a where a.room_id = auth.room_id), 0)`,
      action,
      actorId: sql`auth.user_id`,
      subjectId: subject,
      detail: sql`${JSON.stringify(detail)}`,
      createdAt: clock,
    })} from ${from} where ${where}`,
  )

/** A page of the audit log, the newest first, before the number `cursor`. */
export const listAudit = async (db: Database, range: Range): Promise<Listed> => {
  const { roomKey, actor, cursor, limit } = range
  const auth = authorize(roomKey, actor, 'moderate')
  const before = cursor === undefined ? sql`true` : sql`number < ${cursor}`
  const [[found], rows] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db
      .select({
        number: audit.number,
        action: audit.action,
        by: sql<string | null>`(select name from users where id = actor_id)`.as('by_name'),
        to: sql<string | null>`(select name from users where id = subject_id)`.as('to_name'),
        detail: audit.detail,
        createdAt: audit.createdAt,
      })
      .from(audit)
      .where(sql`room_id = ${roomOf(auth)} and ${before}`)
      .orderBy(desc(audit.number))
      .limit(limit + 1),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}
