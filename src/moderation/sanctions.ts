import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import {
  authorizationColumns,
  authorize,
  mayActOn,
  roomOf,
  runAuthorized,
  type Target,
  type TargetRow,
  targetColumns,
  targetOf,
  targetOfAct,
} from '../auth/authorization'
import { Refused } from '../auth/refusals'
import { mayActOnUser } from '../auth/rules'
import type { SanctionKind } from '../contract'
import type { Database, Results, Statements } from '../db/client'
import { insertValues, memberOffsetWithout, roomId } from '../db/fragments'
import { members, rooms, sanctions, users } from '../db/schema'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from './audit'
import {
  bannedNetwork,
  networkInPlace,
  networkUntilAt,
  type Sanction,
  sanctionDetail,
} from './sanction-network'

/** The user of a name after an act on it; undefined where nobody has the name. */
type Acted = { chatroom: string; target: TargetRow } | undefined

/** A user for whom a sanction of another one holds. */
export type Holder = { userId: number; userName: string }

const mayAct = sql`refusal is null and ${mayActOn}`

/**
 * SQL for whether `holder` is a user for whom a sanction of a user, present or former, holds: a user that was deleted may be back, by its login or its
 * name. `user` has the columns `id`, `subject` and `name_key`.
 */
const isHolderOf = (user: SQL): SQL =>
  sql`(holder.id = ${user}.id or holder.subject = ${user}.subject or holder.name_key = ${user}.name_key)`

const memberOfHolder = sql`left join members as m on m.user_id = holder.id and m.room_id = auth.room_id`
const isAboveActor = sql`not ${mayActOnUser(sql`holder`, sql`m.role`)}`

/** Stores a sanction of `target` in the room of `auth`, which `from` selects, or on the whole site. It replaces the one before. */
export const upsertSanction = (
  db: Database,
  from: SQL,
  { kind, until, reason, networkMilliseconds, where }: Sanction & { kind: SanctionKind; where: SQL },
) => {
  const { join, ...columns } = bannedNetwork(networkMilliseconds, until)
  return db
    .insert(sanctions)
    .select(
      sql`select ${insertValues(sanctions, {
        roomId: sql`auth.room_id`,
        userId: sql`target.id`,
        kind,
        nameKey: sql`target.name_key`,
        name: sql`target.name`,
        subject: sql`target.subject`,
        until,
        reason,
        createdAt: sql`auth.now`,
        ...columns,
      })} from ${from}${join} where ${where}`,
    )
    .onConflictDoUpdate({
      target: [sanctions.roomId, sanctions.userId, sanctions.kind],
      set: {
        until: sql`excluded.until`,
        reason: sql`excluded.reason`,
        nameKey: sql`excluded.name_key`,
        name: sql`excluded.name`,
        subject: sql`excluded.subject`,
        createdAt: sql`excluded.created_at`,
        ...networkInPlace({ isKept: networkMilliseconds !== undefined }),
      },
    })
    .returning({ networkUntil: sanctions.networkUntil })
}

/**
 * Bans or mutes a user, or the author of a message, who may have been deleted; a new sanction replaces the one before. A ban ends the
 * membership. `others` are those for whom it holds too. `more` returns statements that follow in the same batch; `userId` is null unless it is a ban that the actor may impose.
 */
export const imposeSanction = async <More extends Statements>(
  db: Database,
  request: RoomRequest,
  user: Target,
  {
    kind,
    until,
    reason,
    deleteMessagesSeconds,
    networkMilliseconds,
  }: Sanction & { kind: SanctionKind; deleteMessagesSeconds?: number },
  more: (banned: { room: SQL; userId: SQL }) => More,
): Promise<(NonNullable<Acted> & { others: Holder[]; more: Results<More> }) | undefined> => {
  const from = authorize(request, 'moderate')
  const withTarget = targetOf(from, request.room, user)
  const isTarget = isHolderOf(sql`target`)
  const isAuthor = 'authorOf' in user
  const may = isAuthor
    ? sql`${mayAct} and not exists (select 1 from users as holder ${memberOfHolder} where ${isTarget} and ${isAboveActor})`
    : mayAct
  const withHolders = sql`${withTarget} cross join users as holder on ${isTarget}`
  const banned = kind === 'ban' ? sql`(select target.id from ${withTarget} where ${may})` : sql`(null)`
  const removes = kind === 'ban' && isAuthor
  const leavers = removes ? sql`(select holder.id from ${withHolders} where ${may})` : banned
  // With a pair, SQLite finds the members by their index, and does not walk through those of the room.
  const isLeaver = removes
    ? sql`(user_id, room_id) in (select holder.id, auth.room_id from ${withHolders} where ${may})`
    : sql`user_id = ${banned} and room_id = ${roomOf(from)}`
  const leaverCount = removes ? sql`(select count(*) from members where ${isLeaver})` : sql`1`
  const { detail, join } = sanctionDetail({
    until,
    reason,
    networkMilliseconds,
    ...(deleteMessagesSeconds && { deleteMessagesSeconds }),
  })
  const given = {
    auth: db.select(authorizationColumns).from(from),
    audit: insertAudit(db, sql`${withTarget}${join}`, {
      action: kind,
      subject: sql`target.id`,
      detail,
      where: may,
    }),
    sanction: upsertSanction(db, withTarget, { kind, until, reason, networkMilliseconds, where: may }),
    others: isAuthor
      ? db
          .select({
            userId: sql<number>`holder.id`.as('holder_id'),
            userName: sql<string>`holder.name`.as('holder_name'),
          })
          .from(withHolders)
          .where(sql`${may} and holder.id <> target.id`)
      : undefined,
    memberOffset: db
      .update(rooms)
      .set({
        memberOffset: memberOffsetWithout(leavers, leaverCount),
      })
      .where(sql`id = ${roomOf(from)} and exists (select 1 from members where ${isLeaver})`),
    removed: db.delete(members).where(isLeaver),
    target: db.select({ ...targetColumns, may: sql<number>`${may}`.as('may') }).from(withTarget),
  }
  const results = await runAuthorized(db, request, {
    ...given,
    ...more({ room: roomOf(from), userId: banned }),
  } as typeof given & More)
  const {
    auth,
    target,
    others = [],
  } = results as unknown as Pick<Results<typeof given>, 'target' | 'others'> & {
    auth: { chatroom: string }
  }
  const acted = targetOfAct(request, target)
  return (
    acted && { chatroom: auth.chatroom, target: acted, others, more: results as unknown as Results<More> }
  )
}

/** Lifts a ban or mute, also by the name that it was given for, which nobody may have now. Succeeds if there is none. */
export const liftSanction = async (
  db: Database,
  request: RoomRequest,
  user: Name,
  kind: SanctionKind,
): Promise<Acted> => {
  const from = authorize(request, 'moderate')
  const withTarget = targetOf(from, request.room, user, sql`left join`)
  const room = roomId(request.room.key)
  const isFound = sql`room_id = ${room} and kind = ${kind}
    and user_id in (
      select id from users where name_key = ${user.key}
      union all select user_id from sanctions indexed by sanctions_name
        where room_id = ${room} and name_key = ${user.key}
      union all select user_id from sanctions indexed by sanctions_last_name
        where room_id = ${room} and last_name_key = ${user.key}
      union all select user_id from sanctions indexed by sanctions_subject
        where room_id = ${room} and subject = (select subject from users where name_key = ${user.key}))`
  // The name may be an old one of somebody else: of a moderator, too.
  const may = sql`${mayAct} and not exists (
    select 1 from (select user_id as id, subject, name_key from sanctions where ${isFound}) as found
      cross join users as holder on ${isHolderOf(sql`found`)} ${memberOfHolder} where ${isAboveActor})`
  const isLifted = sql`${isFound} and exists (select 1 from ${withTarget} where ${may})`
  const { auth, target, lifted } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    target: db
      .select({
        ...targetColumns,
        may: sql<number>`${may}`.as('may'),
        userName: sql<string | null>`target.name`.as('target_name'),
      })
      .from(withTarget),
    audit: insertAudit(db, withTarget, {
      action: kind === 'ban' ? 'liftBan' : 'liftMute',
      subject: sql`target.id`,
      where: sql`${may} and exists (
        select 1 from sanctions where ${isFound} and (until is null or until > ${request.now}))`,
    }),
    lifted: db
      .delete(sanctions)
      .where(isLifted)
      .returning({ name: sanctions.name, nameKey: sanctions.nameKey }),
  })
  const [row] = target
  if (!row?.may) throw Refused.of(request, 'not allowed')
  const userName = row.userName ?? lifted[0]?.name ?? lifted[0]?.nameKey
  if (userName === undefined) return undefined
  return { chatroom: auth.chatroom, target: { ...row, userName, [kind]: null } }
}

export type SanctionRow = {
  until: number | null
  reason: string | null
  /** The end of the ban of the network. */
  networkUntil: number | null
  userId: number
  userName: string
  kind: SanctionKind
  createdAt: number
}

/** Returns the place of a sanction in its room's list: ordered by user, the ban before the mute. */
export const cursorOf = ({ userId, kind }: { userId: number; kind: SanctionKind }): number =>
  2 * userId + (kind === 'mute' ? 1 : 0)

/** Returns a page of the bans and mutes in force, after the place `cursor`. */
export const listSanctions = async (
  db: Database,
  request: RoomRequest,
  { cursor = 0, limit }: { cursor: number | undefined; limit: number },
): Promise<{ chatroom: string; page: Page<SanctionRow> }> => {
  const from = authorize(request, 'moderate')
  const { auth, rows } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: db
      .select({
        userId: sanctions.userId,
        // A sanction holds for the name also when the user has been deleted.
        userName: sql<string>`coalesce(users.name, sanctions.name, sanctions.name_key)`.as('shown_name'),
        kind: sanctions.kind,
        until: sanctions.until,
        reason: sanctions.reason,
        createdAt: sanctions.createdAt,
        networkUntil: networkUntilAt(request.now),
      })
      .from(sanctions)
      .leftJoin(users, eq(users.id, sanctions.userId))
      .where(
        sql`room_id = ${roomId(request.room.key)} and user_id >= ${Math.floor(cursor / 2)}
          and 2 * user_id + (kind = 'mute') > ${cursor} and (until is null or until > ${request.now})`,
      )
      .orderBy(asc(sanctions.userId), asc(sanctions.kind))
      .limit(limit + 1),
  })
  return { chatroom: auth.chatroom, page: toPage(rows, limit) }
}
