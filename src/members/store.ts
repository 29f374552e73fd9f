import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../database'
import type { Actor } from '../identity/actor'
import { type Page, toPage } from '../paging'
import { offsetWithout, roomId, rowOf, userId } from '../queries'
import { members, rooms, users } from '../schema'
import { insertMember, nextOrdinal, noRow, type Refusal, roomOf, standing, verdict } from '../standing'

export type MemberRow = {
  userName: string
  role: 'owner' | 'moderator' | 'member'
  joinedAt: number
}
type NoMember = { outcome: 'no member' }
type Refused = { outcome: 'refused'; refusal: Refusal }
type Joined = { outcome: 'joined'; chatroom: string; member: MemberRow } | Refused
type Found = { outcome: 'found'; chatroom: string; member: MemberRow } | NoMember | Refused
type Left = { outcome: 'left'; chatroom: string; userName: string } | NoMember | Refused
type Listed = { outcome: 'listed'; chatroom: string; page: Page<MemberRow & { ordinal: number }> } | Refused

/** A statement that gives members of the room that the actor may see. */
const selectMembers = (db: Database, actors: SQL, where: SQL) =>
  db
    .select({
      userName: users.name,
      role: sql<
        MemberRow['role']
      >`case when user_id = (select owner_id from ${actors}) then 'owner' else role end`.as('shown_role'),
      joinedAt: members.joinedAt,
      ordinal: members.ordinal,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(sql`members.room_id = ${roomOf(actors)} and ${where}`)

/** Who is a member already stays one, since when it was. */
export const join = async (db: Database, roomKey: string, actor: Actor, now: number): Promise<Joined> => {
  const actors = standing(roomKey, actor, 'join')
  const [, [found], [member]] = await db.batch([
    insertMember(db, actors, now),
    db.select(verdict).from(actors),
    selectMembers(db, actors, sql`members.user_id = (select user_id from ${actors})`),
  ])
  if (!found || !(found.refusal || member)) throw noRow
  return found.refusal || !member
    ? { outcome: 'refused', refusal: found.refusal ?? 'no user' }
    : { outcome: 'joined', chatroom: found.chatroom, member }
}

export type Named = { roomKey: string; actor: Actor; userKey: string }

export const findMember = async (db: Database, { roomKey, actor, userKey }: Named): Promise<Found> => {
  const actors = standing(roomKey, actor, 'read')
  const [[found], [member]] = await db.batch([
    db.select(verdict).from(actors),
    selectMembers(db, actors, sql`members.user_id = ${userId(userKey)}`),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return member ? { outcome: 'found', chatroom: found.chatroom, member } : { outcome: 'no member' }
}

export type MembersRange = { roomKey: string; actor: Actor; cursor: number | undefined; limit: number }

/** A page of members in the order of their joining, after the ordinal `cursor`. */
export const listMembers = async (db: Database, range: MembersRange): Promise<Listed> => {
  const { roomKey, actor, cursor = 0, limit } = range
  const actors = standing(roomKey, actor, 'read')
  const [[found], rows] = await db.batch([
    db.select(verdict).from(actors),
    selectMembers(db, actors, sql`members.ordinal > ${cursor}`)
      .orderBy(asc(members.ordinal))
      .limit(limit + 1),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'listed', chatroom: found.chatroom, page: toPage(rows, limit) }
}

type Appointed =
  | { outcome: 'appointed'; chatroom: string; member: MemberRow }
  | { outcome: 'no user' }
  | Refused

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
  const actors = standing(roomKey, actor, role === 'moderator' ? 'appoint' : 'invite')
  const masters = standing(roomKey, actor, 'appoint')
  const target = sql`members.user_id = ${userId(userKey)}`
  const [[found], , , [member], [user]] = await db.batch([
    db.select(verdict).from(actors),
    db.insert(members).select(
      sql`select ${rowOf(members, { roomId: sql`room_id`, ordinal: nextOrdinal, userId: sql`users.id`, joinedAt: now, role })}
        from ${actors} join users on users.name_key = ${userKey}
        where refusal is null and not exists (select 1 from members as m where m.user_id = users.id and m.room_id = standing.room_id)`,
    ),
    db
      .update(members)
      .set({ role })
      .from(masters)
      .where(sql`refusal is null and members.room_id = standing.room_id and ${target}`),
    selectMembers(db, actors, target),
    db.select({ id: users.id }).from(users).where(eq(users.nameKey, userKey)),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (!user || !member) return { outcome: 'no user' }
  // A moderator may invite, but a moderator who was there already stays what it was.
  const unchanged = member.role !== 'owner' && member.role !== role
  return unchanged
    ? { outcome: 'refused', refusal: 'not allowed' }
    : { outcome: 'appointed', chatroom: found.chatroom, member }
}

export const leave = async (db: Database, roomKey: string, actor: Actor): Promise<Left> => {
  const actors = standing(roomKey, actor, 'leave')
  const leaver = sql`(select user_id from ${actors} where refusal is null)`
  const isLeaver = sql`user_id = ${leaver} and room_id = ${roomId(roomKey)}`
  const [[found], , [gone]] = await db.batch([
    db.select(verdict).from(actors),
    db
      .update(rooms)
      .set({ memberOffset: offsetWithout(leaver) })
      .where(sql`name_key = ${roomKey} and exists (select 1 from members where ${isLeaver})`),
    db.delete(members).where(isLeaver).returning({ ordinal: members.ordinal }),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return gone
    ? { outcome: 'left', chatroom: found.chatroom, userName: found.userName }
    : { outcome: 'no member' }
}
