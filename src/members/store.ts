import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '../database'
import type { Actor } from '../identity/actor'
import { batchAs } from '../identity/store'
import { type Page, toPage } from '../paging'
import { offsetWithout, roomId } from '../queries'
import { members, rooms, users } from '../schema'
import { insertMember, type Refusal, selectStanding, standing } from '../standing'

export type MemberRow = { chatroom: string; userName: string; joinedAt: number }
type NoRoom = { outcome: 'no chatroom' }
type NoMember = { outcome: 'no member' }
type Refused = { outcome: 'refused'; refusal: Refusal }
type Joined = { outcome: 'joined'; member: MemberRow } | Refused
type Found = { outcome: 'found'; member: MemberRow } | NoRoom | NoMember
type Left = { outcome: 'left'; chatroom: string; userName: string } | NoMember | Refused
type Listed =
  | {
      outcome: 'listed'
      chatroom: string
      page: Page<{ userName: string; joinedAt: number; ordinal: number }>
    }
  | NoRoom

const isStanding = sql`members.user_id = standing.user_id and members.room_id = standing.room_id`

/** Who is a member already stays one, since when it was. */
export const join = async (db: Database, roomKey: string, actor: Actor, now: number): Promise<Joined> => {
  const where = standing(roomKey, actor)
  const [, [stands], [member]] = await batchAs(db, actor.credential, [
    insertMember(db, where, now),
    selectStanding(db, roomKey, actor),
    db.select({ joinedAt: members.joinedAt }).from(where).innerJoin(members, isStanding),
  ])
  if (stands?.refusal) return { outcome: 'refused', refusal: stands.refusal }
  if (!stands || !member) throw new Error('who may join is no member after it')
  const { chatroom, userName } = stands
  return { outcome: 'joined', member: { chatroom, userName, ...member } }
}

export const findMember = async (
  db: Database,
  { roomKey, userKey }: { roomKey: string; userKey: string },
): Promise<Found> => {
  const [[room], [member]] = await db.batch([
    db.select({ name: rooms.name }).from(rooms).where(eq(rooms.nameKey, roomKey)),
    db
      .select({ userName: users.name, joinedAt: members.joinedAt })
      .from(users)
      .innerJoin(members, and(eq(members.userId, users.id), eq(members.roomId, roomId(roomKey))))
      .where(eq(users.nameKey, userKey)),
  ])
  if (!room) return { outcome: 'no chatroom' }
  return member ? { outcome: 'found', member: { chatroom: room.name, ...member } } : { outcome: 'no member' }
}

/** A page of members in the order of their joining, after the ordinal `cursor`. */
export const listMembers = async (
  db: Database,
  { roomKey, cursor = 0, limit }: { roomKey: string; cursor: number | undefined; limit: number },
): Promise<Listed> => {
  const [[room], rows] = await db.batch([
    db.select({ name: rooms.name }).from(rooms).where(eq(rooms.nameKey, roomKey)),
    db
      .select({ userName: users.name, joinedAt: members.joinedAt, ordinal: members.ordinal })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(and(eq(members.roomId, roomId(roomKey)), gt(members.ordinal, cursor)))
      .orderBy(asc(members.ordinal))
      .limit(limit + 1),
  ])
  return room
    ? { outcome: 'listed', chatroom: room.name, page: toPage(rows, limit) }
    : { outcome: 'no chatroom' }
}

export const leave = async (db: Database, roomKey: string, actor: Actor): Promise<Left> => {
  const where = standing(roomKey, actor)
  const leaver = sql`(select user_id from ${where} where refusal is null)`
  const isLeaver = sql`user_id = ${leaver} and room_id = ${roomId(roomKey)}`
  const [[stands], , [gone]] = await batchAs(db, actor.credential, [
    selectStanding(db, roomKey, actor),
    db
      .update(rooms)
      .set({ memberOffset: offsetWithout(leaver) })
      .where(sql`name_key = ${roomKey} and exists (select 1 from members where ${isLeaver})`),
    db.delete(members).where(isLeaver).returning({ ordinal: members.ordinal }),
  ])
  if (!stands) throw new Error('an actor without a standing')
  if (stands.refusal) return { outcome: 'refused', refusal: stands.refusal }
  return gone
    ? { outcome: 'left', chatroom: stands.chatroom, userName: stands.userName }
    : { outcome: 'no member' }
}
