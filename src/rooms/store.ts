import { asc, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '../database'
import type { Credential } from '../identity/actor'
import { batchAs, isHolder } from '../identity/store'
import { type Page, toPage } from '../paging'
import { memberCount } from '../queries'
import { rooms, users } from '../schema'

export type RoomRow = {
  id: number
  name: string
  title: string | null
  /** Null where there is none, and once the owner is deleted. */
  owner: string | null
  memberCount: number
  createdAt: number
}
type Created =
  | { outcome: 'created'; room: RoomRow }
  | { outcome: 'taken' }
  | { outcome: 'refused'; refusal: 'invalid token' | 'name taken' }

const shown = {
  id: rooms.id,
  name: sql<string>`rooms.name`.as('room_name'),
  title: rooms.title,
  owner: sql<string | null>`(select users.name from users where users.id = rooms.owner_id)`.as('owner'),
  memberCount: memberCount.as('member_count'),
  createdAt: rooms.createdAt,
}

type NewRoom = { name: string; nameKey: string; title: string | null; createdAt: number }

/** Who creates a room with a token or login owns it. */
export const createRoom = async (db: Database, room: NewRoom, credential: Credential): Promise<Created> => {
  const owned = credential.kind === 'token' || credential.kind === 'login'
  const isOwner = owned ? isHolder(credential) : sql`false`
  const { id, name, title, createdAt } = rooms
  const [[owner], [created]] = await batchAs(db, credential, [
    db.select({ name: users.name }).from(users).where(isOwner),
    db
      .insert(rooms)
      .select(
        sql`select null, ${room.name}, ${room.nameKey}, ${room.title}, 0, ${room.createdAt}, users.id
          from (select 1) left join users on ${isOwner} where ${owned ? sql`users.id is not null` : sql`true`}`,
      )
      .onConflictDoNothing({ target: rooms.nameKey })
      .returning({ id, name, title, createdAt }),
  ])
  if (owned && !owner) {
    return { outcome: 'refused', refusal: credential.kind === 'token' ? 'invalid token' : 'name taken' }
  }
  return created
    ? { outcome: 'created', room: { ...created, owner: owner?.name ?? null, memberCount: 0 } }
    : { outcome: 'taken' }
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
