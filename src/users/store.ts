import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Credential, Network } from '../auth/actor'
import { noteNetwork, siteNetworkRefusal } from '../auth/network'
import { Refused } from '../auth/refusals'
import { isSiteAdmin } from '../auth/site-admin'
import { type UserRow, userColumns } from '../auth/store'
import type { SiteRole, UserRole } from '../contract'
import { batch, type Database } from '../db/client'
import { insertValues, isNameTaken, memberOffsetWithout, renewNamesVersion } from '../db/fragments'
import {
  erasures,
  formerUsers,
  held,
  listeners,
  members,
  pushSubscriptions,
  rooms,
  sanctions,
  userNetworks,
  users,
} from '../db/schema'
import { deleteHeldFiles } from '../files/sent-files'
import { waitingBy } from '../held/hold'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'
import { MAX_HUB_CALLS } from '../notify'
import { FIRST_STEP } from '../sweep/erasure'
import {
  checkRefusal,
  firstStatements,
  insertUserAct,
  isBySelf,
  isChangeable,
  selectRefusal,
  type Target,
} from './target'

type NewUser = {
  name: Name
  tokenHash: string
  protected: boolean
  createdAt: number
  /** The caller, who may not make a name from a network that is banned from the site. */
  credential: Credential
  network: Network | undefined
}

/** Creates a user. Returns undefined where the name is taken. */
export const createUser = async (
  db: Database,
  { name: { name, key }, credential, network, ...user }: NewUser,
): Promise<UserRow | undefined> => {
  const now = user.createdAt
  const refused = siteNetworkRefusal(network, credential, now)
  const { refusal, created } = await batch(db, {
    refusal: refused && db.select({ refusal: refused.as('creation_refusal') }).from(sql`(select 1)`),
    created: db
      .insert(users)
      .select(
        // A conflict would use up an id.
        sql`select ${insertValues(users, { ...user, name, nameKey: key })}
          where not ${isNameTaken(key, { now })}${refused ? sql` and ${refused} is null` : sql``}`,
      )
      .returning(userColumns),
    network: noteNetwork(
      db,
      { network, now },
      sql`(select id as user_id from users where token_hash = ${user.tokenHash}) where true`,
    ),
  })
  const [row] = refusal ?? []
  if (row?.refusal) throw new Refused(row.refusal)
  return created[0]
}

/** Returns a page of users in the order of their ids, after the id `cursor`. With `name`, it holds only the user of that name. */
export const listUsers = async (
  db: Database,
  { cursor = 0, limit, name }: { cursor: number | undefined; limit: number; name: Name | undefined },
): Promise<Page<UserRow>> => {
  const { rows } = await batch(db, {
    rows: db
      .select(userColumns)
      .from(users)
      .where(and(gt(users.id, cursor), name && eq(users.nameKey, name.key)))
      .orderBy(asc(users.id))
      .limit(limit + 1),
  })
  return toPage(rows, limit)
}

export const findUser = async (db: Database, id: number): Promise<UserRow | undefined> => {
  const { user } = await batch(db, { user: db.select(userColumns).from(users).where(eq(users.id, id)) })
  return user[0]
}

type Changes = {
  name?: Name | undefined
  protected?: boolean | undefined
  avatar?: string | null | undefined
  role?: UserRole | undefined
}

const siteRoleOf = (role: UserRole): SiteRole | null => {
  switch (role) {
    case 'user':
      return null
    case 'moderator':
      return 'siteModerator'
    case 'admin':
      return 'admin'
  }
}

/**
 * Changes a user. Another spelling of its own name is allowed. Returns it, with the rooms that it listens to; undefined where somebody
 * else has the name.
 */
export const updateUser = async (
  db: Database,
  { id, credential, now, network }: Target,
  changes: Changes,
): Promise<{ user: UserRow; listened: RoomKeys } | undefined> => {
  const { name, avatar, role } = changes
  const isSeen = name !== undefined || avatar !== undefined
  const target = { id, credential, now, network, opens: changes.protected === false, isSeen, role }
  const isFree = name && sql`not ${isNameTaken(name.key, { now, own: { id } })}`
  const set = {
    ...(name && { name: name.name, nameKey: name.key }),
    ...(changes.protected !== undefined && { protected: changes.protected }),
    ...(avatar !== undefined && { avatar }),
    // Anybody may rename or delete an open name, also that of a moderator.
    ...(role !== undefined && { siteRole: siteRoleOf(role), ...(role !== 'user' && { protected: true }) }),
  }
  const where = sql`${and(isChangeable(target), isFree)}`
  // Pages of messages show both.
  const isShownChanged = sql.join(
    [
      sql`false`,
      ...(name ? [sql`users.name <> ${name.name}`] : []),
      ...(avatar === undefined ? [] : [sql`users.avatar is not ${avatar}`]),
    ],
    sql` or `,
  )
  const isChanged =
    changes.protected === undefined
      ? isShownChanged
      : sql`${isShownChanged} or users.protected is not ${changes.protected}`
  const fields = [
    ...(name ? ['name'] : []),
    ...(changes.protected === undefined ? [] : ['protected']),
    ...(avatar === undefined ? [] : ['avatar']),
  ]
  const { refusal, listened, updated } = await batch(db, {
    ...firstStatements(db, target),
    refusal: selectRefusal(db, target),
    listened: selectListened(db, target),
    roleAct:
      role &&
      insertUserAct(db, target, {
        action: 'changeRole',
        detail: { role },
        where: sql`${isFree ?? sql`true`} and site_role is not ${siteRoleOf(role)}`,
      }),
    fieldsAct:
      fields.length > 0
        ? insertUserAct(db, target, {
            action: 'changeUser',
            detail: { settings: fields },
            where: sql`${isFree ?? sql`true`} and not ${isBySelf(credential)} and (${isChanged})`,
          })
        : undefined,
    renewNames: renewNamesVersion(db, sql`${where} and (${isShownChanged})`),
    updated: db.update(users).set(set).where(where).returning(userColumns),
  })
  checkRefusal(refusal, target)
  const [user] = updated
  return user && { user, listened: listened.map(({ roomKey }) => roomKey) }
}

/** Selects the keys of the rooms that the user listens to. */
const selectListened = (db: Database, target: Target) =>
  db
    .select({ roomKey: listeners.roomKey })
    .from(listeners)
    .where(sql`user_id = (select id from users where ${isChangeable(target)})`)
    .limit(MAX_HUB_CALLS)

/** Deletes the rows of the rooms that the user listens to, and returns their keys. */
const deleteListeners = (db: Database, target: Target) =>
  db
    .delete(listeners)
    .where(sql`user_id = (select id from users where ${isChangeable(target)})`)
    .returning({ roomKey: listeners.roomKey })

/** Ends the user's Web Push. */
const deletePushed = (db: Database, target: Target) =>
  db.delete(pushSubscriptions).where(sql`user_id = (select id from users where ${isChangeable(target)})`)

/** The keys of the rooms that the user listens to. */
type RoomKeys = string[]
type Deleted = { listened: RoomKeys; files: { id: string }[] }

/** Replaces the token of a user. The old one stops working. */
export const replaceToken = async (
  db: Database,
  target: Target,
  { tokenHash, action }: { tokenHash: string; action: 'replaceToken' | 'revokeToken' },
): Promise<RoomKeys> => {
  const { refusal, listened } = await batch(db, {
    ...firstStatements(db, target),
    refusal: selectRefusal(db, target),
    act: insertUserAct(db, target, { action, where: sql`not ${isBySelf(target.credential)}` }),
    listened: deleteListeners(db, target),
    // Somebody else may have subscribed with the old token.
    pushed: deletePushed(db, target),
    replaced: db.update(users).set({ tokenHash }).where(isChangeable(target)),
  })
  checkRefusal(refusal, target)
  return listened.map(({ roomKey }) => roomKey)
}

/**
 * Takes the user out of every room and deletes it. Its messages stay, without an author, unless it is erased: then an erasure begins, and
 * nothing keeps the name, also no ban. Returns the rooms that it listens to, and the files that were given up.
 */
export const deleteUser = async (db: Database, target: Target): Promise<Deleted> => {
  const { now, erases } = target
  const deletedId = sql`(select id from users where ${isChangeable(target)})`
  const isWaiting = sql`created_at in (${waitingBy(deletedId)})`
  const { refusal, listened, files } = await batch(db, {
    ...firstStatements(db, target),
    refusal: selectRefusal(db, target),
    act: insertUserAct(db, target, {
      action: 'deleteUser',
      where: sql`not ${isBySelf(target.credential)}`,
    }),
    listened: deleteListeners(db, target),
    memberOffsets: db
      .update(rooms)
      .set({ memberOffset: memberOffsetWithout(deletedId) })
      .where(sql`id in (select room_id from members where user_id = ${deletedId})`),
    // Nobody could approve or refuse them, and they would count.
    files: deleteHeldFiles(db, isWaiting, now),
    held: db.delete(held).where(isWaiting),
    members: db.delete(members).where(sql`user_id = ${deletedId}`),
    pushed: deletePushed(db, target),
    renewNames: renewNamesVersion(db, sql`${isChangeable(target)}`),
    erasure: erases
      ? db
          .insert(erasures)
          .select(sql`select id, ${FIRST_STEP}, '[]', ${now} from users where ${isChangeable(target)}`)
      : undefined,
    former: erases
      ? undefined
      : db.insert(formerUsers).select(
          sql`select ${insertValues(formerUsers, {
            id: sql`users.id`,
            name: sql`users.name`,
            nameKey: sql`users.name_key`,
            subject: sql`users.subject`,
            deletedAt: now,
          })} from users where ${isChangeable(target)}`,
        ),
    network: erases ? db.delete(userNetworks).where(sql`user_id = ${deletedId}`) : undefined,
    // The name that a banned user has now stays taken beside the one that it was banned under.
    bans: erases
      ? db.delete(sanctions).where(sql`kind = 'ban' and user_id = ${deletedId}`)
      : db
          .update(sanctions)
          .set({ lastNameKey: sql`(select name_key from users where users.id = sanctions.user_id)` })
          .where(sql`kind = 'ban' and user_id = ${deletedId}`),
    deleted: db.delete(users).where(isChangeable(target)),
  })
  checkRefusal(refusal, target)
  return { listened: listened.map(({ roomKey }) => roomKey), files }
}

/**
 * Begins the erasure of a user that was deleted not long ago. Returns whether there is such a user, or its erasure goes on already. For admins of the
 * site.
 */
export const eraseFormerUser = async (db: Database, { id, credential, now }: Target): Promise<boolean> => {
  const may = isSiteAdmin(credential)
  const { known } = await batch(db, {
    begun: db
      .insert(erasures)
      .select(sql`select id, ${FIRST_STEP}, '[]', ${now} from former_users where id = ${id} and ${may}`)
      .onConflictDoNothing(),
    former: db.delete(formerUsers).where(sql`id = ${id} and ${may}`),
    network: db.delete(userNetworks).where(sql`user_id = ${id} and exists (
      select 1 from erasures where user_id = ${id}) and ${may}`),
    bans: db.delete(sanctions).where(sql`kind = 'ban' and user_id = ${id} and exists (
      select 1 from erasures where user_id = ${id}) and ${may}`),
    known: db.select({ id: erasures.userId }).from(erasures).where(sql`user_id = ${id} and ${may}`),
  })
  return known.length > 0
}
