import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import {
  authorizationColumns,
  authorize,
  type Done,
  insertMember,
  mayActOn,
  missingRow,
  nextOrdinal,
  roomOf,
  type TargetRow,
  targetColumns,
  targetOf,
  targetOutcome,
} from '../auth/authorization'
import type { Refusal } from '../auth/refusals'
import { batchAs } from '../auth/store'
import type { Database } from '../db/client'
import { insertValues, memberOffsetWithout, userId } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { members, rooms, users } from '../db/schema'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from '../moderation/audit'

export type MemberRow = {
  userName: string
  role: 'owner' | 'moderator' | 'member'
  joinedAt: number
}
type NoMember = { outcome: 'no member' }
type Refused = { outcome: 'refused'; refusal: Refusal }
type Joined = { outcome: 'joined'; chatroom: string; member: MemberRow; isNew: boolean } | Refused
type Found = { outcome: 'found'; chatroom: string; member: MemberRow } | NoMember | Refused
type Listed = { outcome: 'listed'; chatroom: string; page: Page<MemberRow & { ordinal: number }> } | Refused

/** A statement that gives members of the room that the actor may see. */
const selectMembers = (db: Database, auth: SQL, where: SQL) =>
  db
    .select({
      userName: users.name,
      role: sql<
        MemberRow['role']
      >`case when user_id = (select owner_id from ${auth}) then 'owner' else role end`.as('shown_role'),
      joinedAt: members.joinedAt,
      ordinal: members.ordinal,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(sql`members.room_id = ${roomOf(auth)} and ${where}`)

type Joining = { roomKey: string; actor: Actor; now: number }

const joinStatements = prepared<Joining>()((db, { roomKey, actor, now }) => {
  const auth = authorize(roomKey, actor, 'join')
  return [
    insertMember(db, auth, now),
    db.select(authorizationColumns).from(auth),
    selectMembers(db, auth, sql`members.user_id = (select user_id from ${auth})`),
  ] as const
})

/** Who is a member already stays one, since when it was. */
export const join = async (db: Database, roomKey: string, actor: Actor, now: number): Promise<Joined> => {
  const statements = joinStatements(db, { roomKey, actor, now })
  const [[isNew], [found], [member]] = await batchAs(db, actor.credential, statements)
  if (!found || !(found.refusal || member)) throw missingRow()
  return found.refusal || !member
    ? { outcome: 'refused', refusal: found.refusal ?? 'no user' }
    : { outcome: 'joined', chatroom: found.chatroom, member, isNew: isNew !== undefined }
}

export type Named = { roomKey: string; actor: Actor; userKey: string }

export const findMember = async (db: Database, { roomKey, actor, userKey }: Named): Promise<Found> => {
  const auth = authorize(roomKey, actor, 'read')
  const [[found], [member]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    selectMembers(db, auth, sql`members.user_id = ${userId(userKey)}`),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return member ? { outcome: 'found', chatroom: found.chatroom, member } : { outcome: 'no member' }
}

export type MembersRange = { roomKey: string; actor: Actor; cursor: number | undefined; limit: number }

/** A page of members in the order of their joining, after the ordinal `cursor`. */
export const listMembers = async (db: Database, range: MembersRange): Promise<Listed> => {
  const { roomKey, actor, cursor = 0, limit } = range
  const auth = authorize(roomKey, actor, 'read')
  const [[found], rows] = await db.batch([
    db.select(authorizationColumns).from(auth),
    selectMembers(db, auth, sql`members.ordinal > ${cursor}`)
      .orderBy(asc(members.ordinal))
      .limit(limit + 1),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}

type Appointed = { outcome: 'done'; chatroom: string; target: TargetRow } | { outcome: 'no user' } | Refused

/**
 * Gives a member a role; who is none becomes a member. To invite takes less than to appoint or to depose, so which of
 * the two it is is decided by what the user is when the statement runs.
 */
export const appoint = async (
  db: Database,
  { roomKey, actor, userKey }: Named,
  role: 'member' | 'moderator',
  now: number,
): Promise<Appointed> => {
  const auth = authorize(roomKey, actor, role === 'moderator' ? 'appoint' : 'invite')
  const masters = authorize(roomKey, actor, 'appoint')
  const target = sql`members.user_id = ${userId(userKey)}`
  const [[found], , , , [row]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    insertAudit(db, targetOf(auth, userKey), {
      action: role === 'moderator' ? 'makeModerator' : 'makeMember',
      subject: sql`target.id`,
      where: sql`refusal is null and (members.role is null or members.role <> ${role})`,
    }),
    db.insert(members).select(
      sql`select ${insertValues(members, {
        roomId: sql`auth.room_id`,
        ordinal: nextOrdinal,
        userId: sql`target.id`,
        joinedAt: now,
        role,
      })} from ${targetOf(auth, userKey)} where refusal is null and members.ordinal is null`,
    ),
    db
      .update(members)
      .set({ role })
      .from(masters)
      .where(sql`refusal is null and members.room_id = auth.room_id and ${target}
        and members.role <> ${role}`),
    db.select(targetColumns).from(targetOf(auth, userKey)),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (!row) return { outcome: 'no user' }
  const { may: _, ...who } = row
  // A moderator may invite, but a moderator who was there already stays what it was.
  const unchanged = who.role !== 'owner' && who.role !== role
  return unchanged
    ? { outcome: 'refused', refusal: 'not allowed' }
    : { outcome: 'done', chatroom: found.chatroom, target: who }
}

/** Takes a member out of the room, who may come back: itself, or by somebody who may do that to it. */
export const leave = async (db: Database, aim: Named): Promise<Done | { outcome: 'no member' }> => {
  const auth = authorize(aim.roomKey, aim.actor, 'withdraw')
  const from = targetOf(auth, aim.userKey)
  const isSelf = sql`target.id = auth.user_id`
  const may = sql`refusal is null and (${isSelf} or ${mayActOn})`
  const gone = sql`(select target.id from ${from} where ${may})`
  const isGone = sql`user_id = ${gone} and room_id = ${roomOf(auth)}`
  const [[found], [target], , , [left]] = await batchAs(db, aim.actor.credential, [
    db.select(authorizationColumns).from(auth),
    db.select({ ...targetColumns, may: sql<number>`${isSelf} or ${mayActOn}`.as('may') }).from(from),
    insertAudit(db, from, {
      action: 'remove',
      subject: sql`target.id`,
      where: sql`${may} and members.ordinal is not null and target.id is not auth.user_id`,
    }),
    db
      .update(rooms)
      .set({ memberOffset: memberOffsetWithout(gone) })
      .where(sql`id = ${roomOf(auth)} and exists (select 1 from members where ${isGone})`),
    db.delete(members).where(isGone).returning({ ordinal: members.ordinal }),
  ])
  const done = targetOutcome(found, target)
  return done.outcome === 'done' && !left ? { outcome: 'no member' } : done
}
