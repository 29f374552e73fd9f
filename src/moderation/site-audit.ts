import { type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import { isHolder } from '../auth/store'
import type { Database } from '../db/client'
import { roomId, SITE, userId } from '../db/fragments'
import { audit } from '../db/schema'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'
import { type AuditRow, auditColumns } from './audit'

/** SQL to stand behind `from` for `insertAudit`: the site in the place of a room, and the user who calls. */
export const siteAuth = (credential: Credential, now: number): SQL => {
  const { kind } = credential
  const caller =
    kind === 'token' || kind === 'login'
      ? sql`(select id from users as holder where ${isHolder(credential, sql`holder.`)})`
      : sql`null`
  return sql`(select ${SITE} as room_id, ${caller} as user_id, ${now} as now) as auth`
}

/** Larger than every time, id and number. */
const LAST = Number.MAX_SAFE_INTEGER

type SiteAuditRow = AuditRow & {
  /** Null for an act on the whole site, and once the room is deleted. */
  chatroom: string | null
  roomId: number
}

/** The entries of one room, or those of one user, or all. */
export type AuditFilter = { chatroom: Name | undefined; by: Name | undefined }

/** Returns the place of an entry in the log of all rooms. */
export const siteCursorOf = ({ createdAt, roomId, number }: SiteAuditRow): string =>
  `${createdAt}-${roomId}-${number}`

/** Returns a page of the audit log of all rooms and of the site, the newest first, from the place `cursor` on. For admins. */
export const listSiteAudit = async (
  db: Database,
  credential: Credential,
  { chatroom, by }: AuditFilter,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<Page<SiteAuditRow>> => {
  // Always with an end: without one, SQLite would plan a scan.
  const [at = 0, room = 0, number = 0] = cursor?.split('-').map(Number) ?? [LAST, LAST, LAST]
  const isAfter = chatroom
    ? sql`number < ${number}`
    : sql`(created_at, room_id, number) < (${at}, ${room}, ${number})`
  const isListed = chatroom
    ? sql`room_id = ${roomId(chatroom.key)}`
    : by
      ? sql`actor_id = ${userId(by.key)}`
      : sql`true`
  const { rows } = await runOnSite(db, credential, 'administer', {
    rows: db
      .select({
        ...auditColumns,
        roomId: audit.roomId,
        chatroom: sql<string | null>`(select name from rooms where id = room_id)`.as('chatroom_name'),
      })
      .from(audit)
      .where(sql`${isListed} and ${isAfter}`)
      // One room is read along the primary key, one user and all rooms along an index by time.
      .orderBy(chatroom ? sql`number desc` : sql`created_at desc, room_id desc, number desc`)
      .limit(limit + 1),
  })
  return toPage(rows, limit)
}
