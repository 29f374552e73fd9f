import { type SQL, sql } from 'drizzle-orm'
import type { Credential, Network, RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, roomOf, runAuthorized } from '../auth/authorization'
import { runAsUser } from '../auth/known-logins'
import { siteNetworkRefusal } from '../auth/network'
import { type Refusal, Refused } from '../auth/refusals'
import { siteBanOf, sqlList } from '../auth/rules'
import { adminRefusal } from '../auth/site-admin'
import { isHolder } from '../auth/store'
import { type Approval, type Role, type RoomPolicy, type RoomSettings, settingNames } from '../contract'
import { batch, type Database } from '../db/client'
import { insertValues, memberCount, SITE, userId } from '../db/fragments'
import { jsonRows } from '../db/json-rows'
import { prepared } from '../db/prepared-statements'
import { deletedRooms, rooms, users } from '../db/schema'
import { ownRules, siteRules } from '../db/site-settings'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'
import { pick } from '../lib/pick'
import { noteRules } from '../messages/room-rules'
import { insertAudit } from '../moderation/audit'

/** The settings of the site that rooms show. Without an approval, the var `APPROVAL` decides. */
type SiteDefaults = [
  slowModeSeconds: number,
  newcomerLinkSeconds: number,
  newcomerMentionSeconds: number,
  newcomerReactionSeconds: number,
  reactions: string[] | null,
  approval: Approval | null,
]

/** A room with its own settings, and those of the site, if it has any. */
export type RoomRow = Omit<RoomSettings, 'approval' | 'retentionDays'> & {
  approval: Approval | null
  retentionDays: number | null
  /** The number of the log's first entry. */
  firstSeq: number
  blockedWords: string
  ofSite: SiteDefaults | null
  id: number
  name: string
  /** Null where there is none, and once the owner is deleted. */
  owner: string | null
  memberCount: number
  /** The numbers of the pinned messages, the last pinned one last. */
  pinned: number[]
  createdAt: number
}

export const roomColumns = {
  id: rooms.id,
  name: sql<string>`rooms.name`.as('room_name'),
  ...pick(rooms, settingNames),
  blockedWords: rooms.blockedWords,
  firstSeq: rooms.firstSeq,
  // One row, and not one for each of its columns. As a text, and not as an array inside of another one.
  ofSite:
    sql<SiteDefaults | null>`(select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
    from site_settings where id = 1)`
      .mapWith(JSON.parse)
      .as('of_site'),
  owner: sql<string | null>`(select users.name from users where users.id = rooms.owner_id)`.as('owner'),
  memberCount: memberCount.as('member_count'),
  pinned: sql<number[]>`rooms.pinned`.mapWith(JSON.parse).as('pinned_seqs'),
  createdAt: rooms.createdAt,
}

export const selectRoom = (db: Database, where: SQL) => db.select(roomColumns).from(rooms).where(where)

type NewRoom = {
  name: Name
  title: string | null
  /** The user of the token or login wants to own it. */
  isOwn: boolean
  policy: RoomPolicy
  credential: Credential
  network: Network | undefined
  now: number
}

/** Creates a room, and decides its owner by the site's policy. Returns undefined where the name is taken. */
export const createRoom = async (
  db: Database,
  { name, title, isOwn, policy, credential, network, now }: NewRoom,
): Promise<RoomRow | undefined> => {
  const isUser = credential.kind === 'token' || credential.kind === 'login'
  // It selects nobody. It compares the key, because for `false` SQLite plans a scan of all users.
  const isCreator = isUser ? isHolder(credential) : sql`users.id = null`
  const hasOwner = isOwn && policy !== 'site'
  const banned = sql`exists (select 1 from users where ${isCreator} and ${siteBanOf(credential, sql`users`)} > ${now})`
  const refusal = sql<Refusal | null>`coalesce(${policy === 'admin' ? adminRefusal(credential) : sql`null`}, iif(${banned}, 'banned from site', ${siteNetworkRefusal(network, credential, now) ?? sql`null`}))`
  const statements = {
    auth: db.select({ refusal: refusal.as('creation_refusal') }).from(sql`(select 1)`),
    creator: db.select({ id: users.id }).from(users).where(isCreator),
    inserted: db
      .insert(rooms)
      .select(
        // A conflict would use up an id.
        sql`select ${insertValues(rooms, {
          name: name.name,
          nameKey: name.key,
          title,
          createdAt: now,
          ownerId: hasOwner ? sql`users.id` : null,
        })}
          from (select 1) left join users on ${isCreator} where ${isUser ? sql`users.id is not null` : sql`true`}
            and ${refusal} is null and not exists (select 1 from rooms where name_key = ${name.key})`,
      )
      .returning({ id: rooms.id }),
    room: selectRoom(db, sql`name_key = ${name.key}`),
  }
  const hasUser = ({ creator }: { creator: unknown[] }) => creator.length > 0
  const { creator, inserted, room, auth } = await runAsUser(db, credential, now, statements, hasUser)
  if (auth[0]?.refusal) throw new Refused(auth[0].refusal)
  if (isUser && creator.length === 0) throw new Refused('invalid token')
  return inserted.length > 0 ? room[0] : undefined
}

const listStatements = prepared<{ cursor: number; rows: number }>()((db, { cursor, rows }) => ({
  page: db
    .select({ rows: jsonRows(roomColumns).as('page') })
    .from(sql`(select * from rooms where id > ${cursor} order by id limit ${rows}) as rooms`),
}))

/** Returns a page of rooms in the order of their creation, after the id `cursor`. */
export const listRooms = async (
  db: Database,
  { cursor = 0, limit }: { cursor: number | undefined; limit: number },
): Promise<Page<RoomRow>> => {
  const { page } = await batch(db, listStatements(db, { cursor, rows: limit + 1 }))
  return toPage(page[0]?.rows ?? [], limit)
}

export const findRoom = async (db: Database, { key }: Name): Promise<RoomRow | undefined> => {
  const { room } = await batch(db, { room: selectRoom(db, sql`name_key = ${key}`) })
  return room[0]
}

/** Returns whether the actor of a request may read the messages of the room. */
export const mayRead = async (db: Database, request: RoomRequest): Promise<boolean> => {
  const { auth } = await batch(db, {
    auth: db.select({ refusal: sql<string | null>`refusal` }).from(authorize(request, 'read')),
  })
  return auth[0]?.refusal === null
}

type Row = typeof rooms.$inferSelect
/** New values of columns. */
type Changes = { [Setting in keyof RoomSettings]?: Row[Setting] | undefined } & {
  blockedWords?: string | undefined
}

/**
 * Changes the given settings of a room. With `owner` the room is handed on to the user of that name; with null, to nobody. Returns undefined where nobody
 * has that name.
 */
export const changeRoom = async (
  db: Database,
  request: RoomRequest,
  { owner, ...settings }: Changes & { owner: Name | null | undefined },
): Promise<RoomRow | undefined> => {
  const from = authorize(request, 'change')
  const ownerId = owner ? userId(owner.key) : sql`null`
  // A moderator of the site may change its rooms, but give none away.
  const givers: Role[] = owner === null ? ['admin'] : ['admin', 'owner']
  const mayGive = owner === undefined ? sql`true` : sql`auth.role in ${sqlList(givers)}`
  const hasOwner = owner ? sql`${ownerId} is not null` : sql`true`
  const changed = Object.entries({ ...settings, owner }).filter(([, value]) => value !== undefined)
  const differences = ([...settingNames, 'blockedWords'] as const)
    .filter((name) => settings[name] !== undefined)
    .map((name) => sql`${rooms[name]} is not ${sql.param(settings[name], rooms[name])}`)
  if (owner !== undefined) differences.push(sql`rooms.owner_id is not ${ownerId}`)
  const { newOwner, room } = await runAuthorized(db, request, {
    auth: db
      .select({
        ...authorizationColumns,
        refusal: sql<Refusal | null>`coalesce(refusal, iif(${mayGive}, null, 'admins only'))`.as(
          'given_refusal',
        ),
      })
      .from(from),
    audit: insertAudit(db, from, {
      action: 'changeSettings',
      subject: ownerId,
      detail: { settings: changed.map(([name]) => name) },
      where: sql`refusal is null and ${mayGive} and ${hasOwner} and exists (
        select 1 from rooms where id = auth.room_id and (${sql.join(differences, sql` or `)}))`,
    }),
    newOwner: owner ? db.select({ id: users.id }).from(users).where(sql`name_key = ${owner.key}`) : undefined,
    settings: db
      .update(rooms)
      .set({ ...settings, ownerId: owner === undefined ? sql`owner_id` : ownerId })
      .where(sql`id = ${roomOf(from, mayGive)} and ${hasOwner}`),
    room: db
      .select({
        ...roomColumns,
        own: ownRules.as('rules_of_room'),
        rulesOfSite: siteRules.as('rules_of_site'),
      })
      .from(rooms)
      .where(sql`name_key = ${request.room.key}`),
  })
  const [row] = room
  if (row) noteRules(request.room.key, { own: row.own, ofSite: row.rulesOfSite })
  return newOwner?.length === 0 ? undefined : row
}

/** Deletes a room: its name is free again, its id is not, so nothing that it held can be reached any more. */
export const deleteRoom = async (
  db: Database,
  request: RoomRequest,
): Promise<{ roomId: number; name: string }> => {
  const from = authorize(request, 'delete')
  const { auth } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    // In the log of the site, because nobody can read that of the room any more.
    audit: insertAudit(
      db,
      sql`(select *, ${SITE} as room_id from (select user_id, now, room_name, refusal from ${from})) as auth`,
      {
        action: 'deleteChatroom',
        subject: sql`null`,
        detail: sql`json_object('deleted', room_name)`,
        where: sql`refusal is null`,
      },
    ),
    // The sweep removes the rest.
    left: db
      .insert(deletedRooms)
      .select(sql`select room_id, ${request.room.key}, now from ${from} where refusal is null`),
    deleted: db.delete(rooms).where(sql`id = ${roomOf(from)}`),
  })
  return { roomId: auth.roomId, name: auth.chatroom }
}
