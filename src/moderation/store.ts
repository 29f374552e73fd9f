import { asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import {
  clock,
  mayDoTo,
  noRow,
  type Refusal,
  roomOf,
  standing,
  type TargetRow,
  targetColumns,
  targetOf,
  verdict,
} from '../auth/authorization'
import { batchAs } from '../auth/store'
import type { Database } from '../db/client'
import { offsetWithout, rowOf } from '../db/fragments'
import { type AuditDetail, audit, members, rooms, sanctions, users } from '../db/schema'
import { type Page, toPage } from '../http/pagination'

type Refused = { outcome: 'refused'; refusal: Refusal }
export type Sanction = { until: number | null; reason: string | null }
export type Kind = 'ban' | 'mute'
type Aim = { roomKey: string; actor: Actor; userKey: string }

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

/** A statement that enters an act in the audit log, where `where` (over a `standing`) holds; it comes before the act. */
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
    sql`select ${rowOf(audit, {
      roomId: sql`standing.room_id`,
      number: sql`1 + coalesce((select max(number) from audit as a where a.room_id = standing.room_id), 0)`,
      action,
      actorId: sql`standing.user_id`,
      subjectId: subject,
      detail: sql`${JSON.stringify(detail)}`,
      createdAt: clock,
    })} from ${from} where ${where}`,
  )

const mayAct = sql`refusal is null and ${mayDoTo}`

type Verdict = { refusal: Refusal | null; chatroom: string } | undefined
type Done = { outcome: 'done'; chatroom: string; target: TargetRow } | { outcome: 'no user' } | Refused

const outcome = (found: Verdict, row: (TargetRow & { may: number }) | undefined): Done => {
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (!row) return { outcome: 'no user' }
  const { may, ...target } = row
  return may
    ? { outcome: 'done', chatroom: found.chatroom, target }
    : { outcome: 'refused', refusal: 'not allowed' }
}

/** Bans or mutes a user, anew if it is already; who is banned is no member any more. */
export const punish = async (
  db: Database,
  aim: Aim,
  kind: Kind,
  { until, reason }: Sanction,
): Promise<Done> => {
  const actors = standing(aim.roomKey, aim.actor, 'moderate')
  const from = targetOf(actors, aim.userKey)
  const banned = kind === 'ban' ? sql`(select target.id from ${from} where ${mayAct})` : sql`null`
  const isGone = sql`user_id = ${banned} and room_id = ${roomOf(actors)}`
  const [[found], , , , , [target]] = await db.batch([
    db.select(verdict).from(actors),
    insertAudit(db, from, {
      action: kind,
      subject: sql`target.id`,
      detail: { until, reason },
      where: mayAct,
    }),
    db
      .insert(sanctions)
      .select(
        sql`select ${rowOf(sanctions, {
          roomId: sql`standing.room_id`,
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
      .set({ memberOffset: offsetWithout(banned) })
      .where(sql`id = ${roomOf(actors)} and exists (select 1 from members where ${isGone})`),
    db.delete(members).where(isGone),
    db.select(targetColumns).from(from),
  ])
  return outcome(found, target)
}

/** Lifts a ban or a mute; where there is none it is well. It can also be lifted from a name that nobody has now. */
export const pardon = async (db: Database, aim: Aim, kind: Kind): Promise<Done> => {
  const actors = standing(aim.roomKey, aim.actor, 'moderate')
  const from = targetOf(actors, aim.userKey, sql`left join`)
  const isIt = sql`room_id = (select standing.room_id from ${from} where ${mayAct}) and kind = ${kind}
    and user_id in (
      select id from users where name_key = ${aim.userKey}
      union select user_id from sanctions indexed by sanctions_name
        where room_id = ${roomOf(actors)} and name_key = ${aim.userKey})`
  const [[found], [target], , [lifted]] = await db.batch([
    db.select(verdict).from(actors),
    db.select({ ...targetColumns, userName: sql<string | null>`target.name`.as('target_name') }).from(from),
    insertAudit(db, from, {
      action: kind === 'ban' ? 'liftBan' : 'liftMute',
      subject: sql`target.id`,
      where: sql`${mayAct} and exists (select 1 from sanctions where ${isIt})`,
    }),
    db.delete(sanctions).where(isIt).returning({ nameKey: sanctions.nameKey }),
  ])
  const userName = target?.userName ?? lifted?.nameKey
  return outcome(found, target && userName !== undefined ? { ...target, userName, [kind]: null } : undefined)
}

/** Takes a member out of the room, who may come back: itself, or by somebody who may do that to it. */
export const remove = async (db: Database, aim: Aim): Promise<Done | { outcome: 'no member' }> => {
  const actors = standing(aim.roomKey, aim.actor, 'withdraw')
  const from = targetOf(actors, aim.userKey)
  const isSelf = sql`target.id = standing.user_id`
  const may = sql`refusal is null and (${isSelf} or ${mayDoTo})`
  const gone = sql`(select target.id from ${from} where ${may})`
  const isGone = sql`user_id = ${gone} and room_id = ${roomOf(actors)}`
  const [[found], [target], , , [left]] = await batchAs(db, aim.actor.credential, [
    db.select(verdict).from(actors),
    db.select({ ...targetColumns, may: sql<number>`${isSelf} or ${mayDoTo}`.as('may') }).from(from),
    insertAudit(db, from, {
      action: 'remove',
      subject: sql`target.id`,
      where: sql`${may} and members.ordinal is not null and target.id is not standing.user_id`,
    }),
    db
      .update(rooms)
      .set({ memberOffset: offsetWithout(gone) })
      .where(sql`id = ${roomOf(actors)} and exists (select 1 from members where ${isGone})`),
    db.delete(members).where(isGone).returning({ ordinal: members.ordinal }),
  ])
  const done = outcome(found, target)
  return done.outcome === 'done' && !left ? { outcome: 'no member' } : done
}

type Range = { roomKey: string; actor: Actor; cursor: number | undefined; limit: number }
type Listed<Row> = { outcome: 'listed'; chatroom: string; page: Page<Row> } | Refused

/** A page of the audit log, the newest first, before the number `cursor`. */
export const listAudit = async (db: Database, range: Range): Promise<Listed<AuditRow>> => {
  const { roomKey, actor, cursor, limit } = range
  const actors = standing(roomKey, actor, 'moderate')
  const before = cursor === undefined ? sql`true` : sql`number < ${cursor}`
  const [[found], rows] = await db.batch([
    db.select(verdict).from(actors),
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
      .where(sql`room_id = ${roomOf(actors)} and ${before}`)
      .orderBy(desc(audit.number))
      .limit(limit + 1),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}

export type SanctionRow = Sanction & { userId: number; userName: string; kind: Kind; createdAt: number }

/** Where a sanction stands in the list of a room's: by user, the ban before the mute. */
export const placeOf = ({ userId, kind }: { userId: number; kind: Kind }): number =>
  2 * userId + (kind === 'mute' ? 1 : 0)

/** A page of the bans and mutes in force, after the place `cursor`. */
export const listSanctions = async (db: Database, range: Range): Promise<Listed<SanctionRow>> => {
  const { roomKey, actor, cursor = 0, limit } = range
  const actors = standing(roomKey, actor, 'moderate')
  const [[found], rows] = await db.batch([
    db.select(verdict).from(actors),
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
        sql`room_id = ${roomOf(actors)} and user_id >= ${Math.floor(cursor / 2)}
          and 2 * user_id + (kind = 'mute') > ${cursor} and (until is null or until > ${clock})`,
      )
      .orderBy(asc(sanctions.userId), asc(sanctions.kind))
      .limit(limit + 1),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}

/** The words that the room's owner has blocked. */
export const listWords = async (
  db: Database,
  roomKey: string,
  actor: Actor,
): Promise<{ outcome: 'listed'; words: string[] } | Refused> => {
  const actors = standing(roomKey, actor, 'moderate')
  const [[found]] = await db.batch([
    db.select({ ...verdict, words: sql<string>`blocked_words`.as('blocked_words') }).from(actors),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  const words: { word: string }[] = JSON.parse(found.words)
  return { outcome: 'listed', words: words.map(({ word }) => word) }
}
