import { asc, gt, type SQL, sql } from 'drizzle-orm'
import type { Actor, Credential } from '../auth/actor'
import { authorizationColumns, authorize, missingRow, roomOf } from '../auth/authorization'
import type { Audience } from '../auth/permissions'
import type { Refusal } from '../auth/refusals'
import { batchAs, isHolder } from '../auth/store'
import type { Database } from '../db/client'
import { insertValues, memberCount } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { rooms, users } from '../db/schema'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from '../moderation/audit'

export type RoomRow = {
  id: number
  name: string
  title: string | null
  /** Null where there is none, and once the owner is deleted. */
  owner: string | null
  memberCount: number
  createdAt: number
  topic: string | null
  readers: Audience
  posters: Audience
  slowModeSeconds: number
  archived: boolean
  newcomerLinkSeconds: number
}
type Refused = { outcome: 'refused'; refusal: Refusal }
type Created = { outcome: 'created'; room: RoomRow } | { outcome: 'taken' } | Refused

const roomColumns = {
  id: rooms.id,
  name: sql<string>`rooms.name`.as('room_name'),
  title: rooms.title,
  owner: sql<string | null>`(select users.name from users where users.id = rooms.owner_id)`.as('owner'),
  memberCount: memberCount.as('member_count'),
  createdAt: rooms.createdAt,
  topic: rooms.topic,
  readers: rooms.readers,
  posters: rooms.posters,
  slowModeSeconds: rooms.slowModeSeconds,
  archived: rooms.archived,
  newcomerLinkSeconds: rooms.newcomerLinkSeconds,
}

type NewRoom = { name: string; nameKey: string; title: string | null; createdAt: number }

const selectRoom = (db: Database, where: SQL) => db.select(roomColumns).from(rooms).where(where)

/** Who creates a room with a token or login owns it. */
export const createRoom = async (db: Database, room: NewRoom, credential: Credential): Promise<Created> => {
  const owned = credential.kind === 'token' || credential.kind === 'login'
  // Nobody, said of the key: for `false` SQLite plans a scan of all users.
  const isOwner = owned ? isHolder(credential) : sql`users.id = null`
  const [[owner], [made], [created]] = await batchAs(db, credential, [
    db.select({ id: users.id }).from(users).where(isOwner),
    db
      .insert(rooms)
      .select(
        sql`select ${insertValues(rooms, { ...room, ownerId: sql`users.id` })}
          from (select 1) left join users on ${isOwner} where ${owned ? sql`users.id is not null` : sql`true`}`,
      )
      .onConflictDoNothing({ target: rooms.nameKey })
      .returning({ id: rooms.id }),
    selectRoom(db, sql`name_key = ${room.nameKey}`),
  ])
  if (owned && !owner) {
    return { outcome: 'refused', refusal: credential.kind === 'token' ? 'invalid token' : 'name taken' }
  }
  return made && created ? { outcome: 'created', room: created } : { outcome: 'taken' }
}

const listStatements = prepared<{ cursor: number; limit: number }>()(
  (db, { cursor, limit }) =>
    [
      db.select(roomColumns).from(rooms).where(gt(rooms.id, cursor)).orderBy(asc(rooms.id)).limit(limit),
    ] as const,
)

/** A page of rooms in the order of their creation, after the id `cursor`. */
export const listRooms = async (
  db: Database,
  { cursor = 0, limit }: { cursor: number | undefined; limit: number },
): Promise<Page<RoomRow>> => {
  const [rows] = await db.batch(listStatements(db, { cursor, limit: limit + 1 }))
  return toPage(rows, limit)
}

export const findRoom = async (db: Database, roomKey: string): Promise<RoomRow | undefined> => {
  const [[room]] = await db.batch([selectRoom(db, sql`name_key = ${roomKey}`)])
  return room
}

type Setting =
  | 'title'
  | 'topic'
  | 'readers'
  | 'posters'
  | 'slowModeSeconds'
  | 'archived'
  | 'newcomerLinkSeconds'
export type Settings = { [Key in Setting]?: RoomRow[Key] | undefined } & { blockedWords?: string | undefined }
type Changed = { outcome: 'changed'; room: RoomRow } | { outcome: 'no owner' } | Refused

/** Changes what is given of a room's settings. With `ownerKey` the room is handed on to the user of that name. */
export const changeRoom = async (
  db: Database,
  { roomKey, actor, ownerKey }: { roomKey: string; actor: Actor; ownerKey: string | undefined },
  settings: Settings,
): Promise<Changed> => {
  const auth = authorize(roomKey, actor, 'change')
  const owner = sql`(select id from users where name_key = ${ownerKey ?? null})`
  const hasHeir = sql`(${ownerKey === undefined} or ${owner} is not null)`
  const given = Object.entries({ ...settings, owner: ownerKey })
  const [[found], , [heir], , [room]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    insertAudit(db, auth, {
      action: 'changeSettings',
      subject: owner,
      detail: { settings: given.filter(([, value]) => value !== undefined).map(([name]) => name) },
      where: sql`refusal is null and ${hasHeir}`,
    }),
    db
      .select({ id: users.id })
      .from(users)
      .where(sql`name_key = ${ownerKey ?? null}`),
    db
      .update(rooms)
      .set({ ...settings, ownerId: ownerKey === undefined ? sql`owner_id` : owner })
      .where(sql`id = ${roomOf(auth)} and ${hasHeir}`),
    selectRoom(db, sql`name_key = ${roomKey}`),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (ownerKey !== undefined && !heir) return { outcome: 'no owner' }
  return room ? { outcome: 'changed', room } : { outcome: 'refused', refusal: 'no chatroom' }
}

/** Forgets the room: its name is free again, its number is not, so nothing that it held can be reached any more. */
export const deleteRoom = async (
  db: Database,
  roomKey: string,
  actor: Actor,
): Promise<{ outcome: 'deleted'; name: string } | Refused> => {
  const auth = authorize(roomKey, actor, 'delete')
  const [[found]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db.delete(rooms).where(sql`id = ${roomOf(auth)}`),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return { outcome: 'deleted', name: found.chatroom }
}
