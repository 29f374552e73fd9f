import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '../database'
import { type Page, toPage } from '../paging'
import { insertMember, type Names, offsetWithout, roomId, selectNames, userId } from '../queries'
import { members, rooms, users } from '../schema'

export type MemberRow = { chatroom: string; userName: string; joinedAt: number }
type NoRoom = { outcome: 'no chatroom' }
type NoUser = { outcome: 'no user' }
type NoMember = { outcome: 'no member' }
type Joined = { outcome: 'joined'; member: MemberRow } | NoRoom | NoUser
type Found = { outcome: 'found'; member: MemberRow } | NoRoom | NoMember
type Left = { outcome: 'left'; chatroom: string; userName: string } | NoRoom | NoMember
type Listed =
  | {
      outcome: 'listed'
      chatroom: string
      page: Page<{ userName: string; joinedAt: number; ordinal: number }>
    }
  | NoRoom

const isMember = ({ roomKey, userKey }: Names) =>
  and(eq(members.userId, userId(userKey)), eq(members.roomId, roomId(roomKey)))

const selectMember = (db: Database, names: Names) =>
  db.select({ joinedAt: members.joinedAt }).from(members).where(isMember(names))

/** Who is a member already stays one, since when it was. */
export const join = async (db: Database, names: Names, now: number): Promise<Joined> => {
  const [, [named], [member]] = await db.batch([
    insertMember(db, names, now),
    selectNames(db, names),
    selectMember(db, names),
  ])
  if (named?.chatroom == null) return { outcome: 'no chatroom' }
  if (named.userName === null || !member) return { outcome: 'no user' }
  return { outcome: 'joined', member: { chatroom: named.chatroom, userName: named.userName, ...member } }
}

export const findMember = async (db: Database, names: Names): Promise<Found> => {
  const [[named], [member]] = await db.batch([selectNames(db, names), selectMember(db, names)])
  if (named?.chatroom == null) return { outcome: 'no chatroom' }
  if (named.userName === null || !member) return { outcome: 'no member' }
  return { outcome: 'found', member: { chatroom: named.chatroom, userName: named.userName, ...member } }
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

export const leave = async (db: Database, names: Names): Promise<Left> => {
  const { roomKey, userKey } = names
  const [[named], , [gone]] = await db.batch([
    selectNames(db, names),
    db
      .update(rooms)
      .set({ memberOffset: offsetWithout(userId(userKey)) })
      .where(
        sql`name_key = ${roomKey} and exists (select 1 from members where user_id = ${userId(userKey)} and room_id = rooms.id)`,
      ),
    db.delete(members).where(isMember(names)).returning({ ordinal: members.ordinal }),
  ])
  if (named?.chatroom == null) return { outcome: 'no chatroom' }
  if (named.userName === null || !gone) return { outcome: 'no member' }
  return { outcome: 'left', chatroom: named.chatroom, userName: named.userName }
}
