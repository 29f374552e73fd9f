import { asc, eq, gt } from 'drizzle-orm'
import type { Database } from '../database'
import { type Page, toPage } from '../paging'
import { memberCount } from '../queries'
import { rooms } from '../schema'

export type RoomRow = {
  id: number
  name: string
  title: string | null
  memberCount: number
  createdAt: number
}
type Created = { outcome: 'created'; room: RoomRow } | { outcome: 'taken' }

const shown = {
  id: rooms.id,
  name: rooms.name,
  title: rooms.title,
  memberCount: memberCount.as('member_count'),
  createdAt: rooms.createdAt,
}

export const createRoom = async (
  db: Database,
  values: { name: string; nameKey: string; title: string | null; createdAt: number },
): Promise<Created> => {
  const { id, name, title, createdAt } = rooms
  const [[room]] = await db.batch([
    db
      .insert(rooms)
      .values(values)
      .onConflictDoNothing({ target: rooms.nameKey })
      .returning({ id, name, title, createdAt }),
  ])
  return room ? { outcome: 'created', room: { ...room, memberCount: 0 } } : { outcome: 'taken' }
}

/** A page of rooms in the order of their creation, after the id `cursor`. */
export const listRooms = async (
  db: Database,
  { cursor = 0, limit }: { cursor: number | undefined; limit: number },
): Promise<Page<RoomRow>> => {
  const [rows] = await db.batch([
    db
      .select(shown)
      .from(rooms)
      .where(gt(rooms.id, cursor))
      .orderBy(asc(rooms.id))
      .limit(limit + 1),
  ])
  return toPage(rows, limit)
}

export const findRoom = async (db: Database, roomKey: string): Promise<RoomRow | undefined> => {
  const [[room]] = await db.batch([db.select(shown).from(rooms).where(eq(rooms.nameKey, roomKey))])
  return room
}
