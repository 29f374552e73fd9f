import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import {
  authorizationColumns,
  authorize,
  checkReadable,
  insertMember,
  mayActOn,
  nextOrdinal,
  nextOrdinalIn,
  roomOf,
  runAsActor,
  runAuthorized,
  type TargetRow,
  targetColumns,
  targetOf,
  targetOfAct,
  withdrawalColumns,
} from '../auth/authorization'
import { isKnown, noteLogin } from '../auth/known-logins'
import { isNetworkNoted, networkNoted, noteNetwork } from '../auth/network'
import { permission } from '../auth/permission'
import { Refused } from '../auth/refusals'
import { isAuthorityFor } from '../auth/rules'
import { loginStatements } from '../auth/store'
import type { GivenRole, MemberRole } from '../contract'
import { batch, type Database } from '../db/client'
import { insertValues, memberOffsetWithout, roomId, userId } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { members, rooms, users } from '../db/schema'
import { Problem } from '../http/problem'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from '../moderation/audit'

export type MemberRow = { userName: string; avatar: string | null; role: MemberRole; joinedAt: number }

const selectMembers = (db: Database, room: Name, where: SQL) =>
  db
    .select({
      userName: users.name,
      avatar: users.avatar,
      role: sql<MemberRole>`iif(user_id = (select owner_id from rooms where name_key = ${room.key}), 'owner', role)`.as(
        'shown_role',
      ),
      joinedAt: members.joinedAt,
      ordinal: members.ordinal,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(sql`members.room_id = ${roomId(room.key)} and ${where}`)

/** SQL for a column of the actor's row in `members`. */
const ofMember = <Value>(column: SQL) =>
  sql<Value>`(select ${column} from members as m where m.room_id = auth.room_id and m.user_id = auth.user_id)`

/** A join by somebody who may join. */
const memberStatements = prepared<RoomRequest>()((db, request) => {
  const { from, where } = permission(request, 'join')
  const member = permission(request, 'join', { isMember: true })
  const room = sql.raw('r.id')
  return {
    joined: db
      .insert(members)
      .select(
        sql`select ${insertValues(members, { roomId: room, ordinal: nextOrdinalIn(room), userId: sql`u.id`, joinedAt: request.now })}
        from ${from} where ${where} and ordinal is null`,
      )
      .returning({ ordinal: members.ordinal }),
    member: db
      .select({
        roomId: sql<number>`r.id`.as('id'),
        chatroom: sql<string>`r.name`.as('room_name'),
        userName: sql<string>`u.name`.as('user_name'),
        avatar: sql<string | null>`avatar`,
        role: sql<MemberRole>`iif(owner_id is u.id, 'owner', role)`.as('shown_role'),
        joinedAt: sql<number>`joined_at`,
      })
      .from(member.from)
      .where(member.where),
  }
})

/** A join that creates the user of a login if needed, or finds the reason against it. */
const joinStatements = prepared<RoomRequest>()((db, request) => {
  const auth = authorize(request, 'join')
  return {
    joined: insertMember(db, auth),
    network: noteNetwork(db, request, sql`${auth} where refusal is null`),
    auth: db
      .select({
        ...authorizationColumns,
        avatar: sql<string | null>`avatar`.as('member_avatar'),
        role: ofMember<MemberRole>(sql`iif(m.user_id = auth.owner_id, 'owner', m.role)`).as('shown_role'),
        joinedAt: ofMember<number>(sql`m.joined_at`).as('member_joined_at'),
      })
      .from(auth),
  }
})

/** Makes the actor a member. Joining again keeps the original `joinedAt`. */
export const join = async (
  db: Database,
  request: RoomRequest,
): Promise<{ roomId: number; chatroom: string; member: MemberRow; isNew: boolean }> => {
  const { credential } = request.actor
  if (isKnown(credential) && isNetworkNoted(request)) {
    const { joined, member } = await batch(db, memberStatements(db, request))
    const [found] = member
    if (found) {
      const { roomId, chatroom, ...row } = found
      return { roomId, chatroom, member: row, isNew: joined.length > 0 }
    }
  }
  const { auth, joined } = await runAuthorized(db, request, {
    ...loginStatements(db, credential, request.now),
    ...joinStatements(db, request),
  })
  noteLogin(credential)
  networkNoted(request)
  const { roomId, chatroom, userName, avatar, role, joinedAt } = auth
  return { roomId, chatroom, member: { userName, avatar, role, joinedAt }, isNew: joined.length > 0 }
}

export const findMember = async (
  db: Database,
  request: RoomRequest,
  { key }: Name,
): Promise<{ chatroom: string; member: MemberRow | undefined }> => {
  const from = authorize(request, 'read')
  const { auth, member } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    member: selectMembers(db, request.room, sql`members.user_id = ${userId(key)}`),
  })
  return { chatroom: auth.chatroom, member: member[0] }
}

/** Returns a page of members in the order of their joining, after the ordinal `cursor`. */
export const listMembers = async (
  db: Database,
  request: RoomRequest,
  { cursor = 0, limit }: { cursor: number | undefined; limit: number },
): Promise<{ chatroom: string; page: Page<MemberRow & { ordinal: number }> }> => {
  const from = authorize(request, 'read')
  const { auth, rows } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: selectMembers(db, request.room, sql`members.ordinal > ${cursor}`)
      .orderBy(asc(members.ordinal))
      .limit(limit + 1),
  })
  return { chatroom: auth.chatroom, page: toPage(rows, limit) }
}

const ownerKeepsRole = (chatroom: string, owner: string): Problem => {
  const path = `/chatroom/${encodeURIComponent(chatroom)}`
  return new Problem(
    'not-allowed',
    `"${owner}" owns this chatroom and keeps that role. Its owner or the admin can hand it on to another user: PATCH ${path} {"owner":"danny"}`,
  )
}

/**
 * Gives a user a role; a user who is no member becomes one. Inviting takes a lower role than appointing or demoting, so the
 * statements decide by the user's present role which of them it is. Returns undefined where nobody has the name.
 * Throws a problem for the owner, whose role ends only when the room is handed on.
 */
export const appoint = async (
  db: Database,
  request: RoomRequest,
  user: Name,
  role: GivenRole,
): Promise<{ chatroom: string; target: TargetRow } | undefined> => {
  const inviter = authorize(request, role === 'moderator' ? 'appoint' : 'invite')
  const appointer = authorize(request, 'appoint')
  const withTarget = targetOf(inviter, request.room, user)
  const isOwner = sql`target.id is auth.owner_id`
  // An archived room takes no new members, but roles may change.
  const isNew = sql`(members.ordinal is null and not (select archived from rooms where rooms.id = auth.room_id))`
  const isOther = sql`members.role <> ${role} and (${isAuthorityFor('appoint')})`
  const { auth, target } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(inviter),
    audit: insertAudit(db, withTarget, {
      action: role === 'moderator' ? 'makeModerator' : 'makeMember',
      subject: sql`target.id`,
      where: sql`refusal is null and not ${isOwner} and (${isNew} or ${isOther})`,
    }),
    invite: db.insert(members).select(
      sql`select ${insertValues(members, {
        roomId: sql`auth.room_id`,
        ordinal: nextOrdinal,
        userId: sql`target.id`,
        joinedAt: sql`auth.now`,
        role,
      })} from ${withTarget} where refusal is null and not ${isOwner} and ${isNew}`,
    ),
    appoint: db
      .update(members)
      .set({ role })
      .from(appointer)
      .where(sql`refusal is null and members.room_id = auth.room_id and members.user_id = ${userId(user.key)}
        and members.user_id is not auth.owner_id and members.role <> ${role}`),
    target: db.select(targetColumns).from(withTarget),
  })
  const [row] = target
  if (!row) return undefined
  const { may: _, ...appointed } = row
  if (appointed.role === 'owner') throw ownerKeepsRole(auth.chatroom, appointed.userName)
  if (appointed.role === 'guest') throw Refused.of(request, 'archived')
  // A moderator may invite, but not change the role of a member.
  if (appointed.role !== role) throw Refused.of(request, 'not allowed')
  return { chatroom: auth.chatroom, target: appointed }
}

/**
 * Takes a member out of the room: itself, or by somebody who may do that to it. It may join again. Returns undefined where nobody
 * of the name is a member.
 */
export const leave = async (
  db: Database,
  request: RoomRequest,
  user: Name,
): Promise<{ chatroom: string; target: TargetRow } | undefined> => {
  const from = authorize(request, 'withdraw')
  const withTarget = targetOf(from, request.room, user)
  const isSelf = sql`target.id = auth.user_id`
  const may = sql`refusal is null and (${isSelf} or ${mayActOn})`
  const leaver = sql`(select target.id from ${withTarget} where ${may})`
  const isLeaver = sql`user_id = ${leaver} and room_id = ${roomOf(from)}`
  const results = await runAsActor(db, request, {
    auth: db.select(withdrawalColumns).from(from),
    target: db
      .select({
        ...targetColumns,
        isSelf: sql<number>`${isSelf}`.as('is_self'),
        may: sql<number>`${isSelf} or ${mayActOn}`.as('may'),
      })
      .from(withTarget),
    audit: insertAudit(db, withTarget, {
      action: 'remove',
      subject: sql`target.id`,
      where: sql`${may} and members.ordinal is not null and target.id is not auth.user_id`,
    }),
    memberOffset: db
      .update(rooms)
      .set({ memberOffset: memberOffsetWithout(leaver) })
      .where(sql`id = ${roomOf(from)} and exists (select 1 from members where ${isLeaver})`),
    left: db.delete(members).where(isLeaver).returning({ ordinal: members.ordinal }),
  })
  checkReadable(request, results.auth, results.target[0]?.isSelf === 1)
  const target = targetOfAct(request, results.target)
  return target && results.left.length > 0 ? { chatroom: results.auth.chatroom, target } : undefined
}
