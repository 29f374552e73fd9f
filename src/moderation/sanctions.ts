import { asc, eq, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import {
  authorizationColumns,
  authorize,
  clock,
  type Done,
  mayActOn,
  missingRow,
  roomOf,
  targetColumns,
  targetOf,
  targetOutcome,
} from '../auth/authorization'
import type { Refusal } from '../auth/refusals'
import type { Database } from '../db/client'
import { insertValues, memberOffsetWithout } from '../db/fragments'
import { members, rooms, sanctions, users } from '../db/schema'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from './audit'

type Refused = { outcome: 'refused'; refusal: Refusal }
export type Sanction = { until: number | null; reason: string | null }
export type SanctionKind = 'ban' | 'mute'
type Aim = { roomKey: string; actor: Actor; userKey: string }

const mayAct = sql`refusal is null and ${mayActOn}`

/** Bans or mutes a user, anew if it is already; who is banned is no member any more. */
export const imposeSanction = async (
  db: Database,
  aim: Aim,
  kind: SanctionKind,
  { until, reason }: Sanction,
): Promise<Done> => {
  const auth = authorize(aim.roomKey, aim.actor, 'moderate')
  const from = targetOf(auth, aim.userKey)
  const banned = kind === 'ban' ? sql`(select target.id from ${from} where ${mayAct})` : sql`null`
  const isGone = sql`user_id = ${banned} and room_id = ${roomOf(auth)}`
  const [[found], , , , , [target]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    insertAudit(db, from, {
      action: kind,
      subject: sql`target.id`,
      detail: { until, reason },
      where: mayAct,
    }),
    db
      .insert(sanctions)
      .select(
        sql`select ${insertValues(sanctions, {
          roomId: sql`auth.room_id`,
          userId: sql`target.id`,
          kind,
          nameKey: sql`target.name_key`,
          until,
          reason,
          createdAt: clock,
        })} from ${from} where ${mayAct}`,
      )
      .onConflictDoUpdate({
        target: [sanctions.roomId, sanctions.userId, sanctions.kind],
        set: {
          until: sql`excluded.until`,
          reason: sql`excluded.reason`,
          nameKey: sql`excluded.name_key`,
          createdAt: sql`excluded.created_at`,
        },
      }),
    db
      .update(rooms)
      .set({ memberOffset: memberOffsetWithout(banned) })
      .where(sql`id = ${roomOf(auth)} and exists (select 1 from members where ${isGone})`),
    db.delete(members).where(isGone),
    db.select(targetColumns).from(from),
  ])
  return targetOutcome(found, target)
}

/** Lifts a ban or a mute; where there is none it is well. It can also be lifted from a name that nobody has now. */
export const liftSanction = async (db: Database, aim: Aim, kind: SanctionKind): Promise<Done> => {
  const auth = authorize(aim.roomKey, aim.actor, 'moderate')
  const from = targetOf(auth, aim.userKey, sql`left join`)
  const isIt = sql`room_id = (select auth.room_id from ${from} where ${mayAct}) and kind = ${kind}
    and user_id in (
      select id from users where name_key = ${aim.userKey}
      union select user_id from sanctions indexed by sanctions_name
        where room_id = ${roomOf(auth)} and name_key = ${aim.userKey})`
  const [[found], [target], , [lifted]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db.select({ ...targetColumns, userName: sql<string | null>`target.name`.as('target_name') }).from(from),
    insertAudit(db, from, {
      action: kind === 'ban' ? 'liftBan' : 'liftMute',
      subject: sql`target.id`,
      where: sql`${mayAct} and exists (select 1 from sanctions where ${isIt})`,
    }),
    db.delete(sanctions).where(isIt).returning({ nameKey: sanctions.nameKey }),
  ])
  const userName = target?.userName ?? lifted?.nameKey
  return targetOutcome(
    found,
    target && userName !== undefined ? { ...target, userName, [kind]: null } : undefined,
  )
}

type Range = { roomKey: string; actor: Actor; cursor: number | undefined; limit: number }
type Listed<Row> = { outcome: 'listed'; chatroom: string; page: Page<Row> } | Refused

export type SanctionRow = Sanction & {
  userId: number
  userName: string
  kind: SanctionKind
  createdAt: number
}

/** Where a sanction stands in the list of a room's: by user, the ban before the mute. */
export const cursorOf = ({ userId, kind }: { userId: number; kind: SanctionKind }): number =>
  2 * userId + (kind === 'mute' ? 1 : 0)

/** A page of the bans and mutes in force, after the place `cursor`. */
export const listSanctions = async (db: Database, range: Range): Promise<Listed<SanctionRow>> => {
  const { roomKey, actor, cursor = 0, limit } = range
  const auth = authorize(roomKey, actor, 'moderate')
  const [[found], rows] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db
      .select({
        userId: sanctions.userId,
        // It holds for the name even when the user has been deleted.
        userName: sql<string>`coalesce(users.name, sanctions.name_key)`.as('shown_name'),
        kind: sanctions.kind,
        until: sanctions.until,
        reason: sanctions.reason,
        createdAt: sanctions.createdAt,
      })
      .from(sanctions)
      .leftJoin(users, eq(users.id, sanctions.userId))
      .where(
        sql`room_id = ${roomOf(auth)} and user_id >= ${Math.floor(cursor / 2)}
          and 2 * user_id + (kind = 'mute') > ${cursor} and (until is null or until > ${clock})`,
      )
      .orderBy(asc(sanctions.userId), asc(sanctions.kind))
      .limit(limit + 1),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}
