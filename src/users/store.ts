import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { type Refusal, Refused } from '../auth/refusals'
import { adminRefusal, isSiteAdmin } from '../auth/site-admin'
import { isHolder, type UserRow, userColumns } from '../auth/store'
import type { SiteRole, UserRole } from '../contract'
import { batch, type Database } from '../db/client'
import { insertValues, isNameTaken, memberOffsetWithout, renewNamesVersion } from '../db/fragments'
import { formerUsers, listeners, members, rooms, sanctions, users } from '../db/schema'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'
import { MAX_HUB_CALLS } from '../notify'

type NewUser = { name: Name; tokenHash: string; protected: boolean; createdAt: number }

/** Creates a user. Returns undefined where the name is taken. */
export const createUser = async (
  db: Database,
  { name: { name, key }, ...user }: NewUser,
): Promise<UserRow | undefined> => {
  const { created } = await batch(db, {
    created: db
      .insert(users)
      .select(
        // A conflict would use up an id.
        sql`select ${insertValues(users, { ...user, name, nameKey: key })}
          where not ${isNameTaken(key, { now: user.createdAt })}`,
      )
      .returning(userColumns),
  })
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

/**
 * SQL for the reason why a user may not be changed, or null. Anybody may change a user with an open name. Only its token, its login
 * and an admin may change a protected one.
 */
const refusalOf = (credential: Credential): SQL<Refusal | null> => {
  switch (credential.kind) {
    case 'none':
      return sql`case when protected then 'token required' end`
    case 'admin':
      return sql`null`
    case 'token':
      return sql`case when ${isHolder(credential)} or ${isSiteAdmin(credential)} then null
        when exists (select 1 from users as holder where ${isHolder(credential, sql`holder.`)}) then 'not you'
        else 'invalid token' end`
    case 'login':
      // A login without a user is created by its first act in a room, not here: no id can be its own.
      return sql`case when ${isHolder(credential)} or ${isSiteAdmin(credential)} then null else 'not you' end`
  }
}

/**
 * A user that somebody wants to change. `opens`: the change would let the name act without a token. `role`: the role on the site that it
 * would give.
 */
type Target = { id: number; credential: Credential; opens?: boolean; role?: UserRole | undefined }

const targetRefusal = ({ credential, opens = false, role }: Target): SQL<Refusal | null> => {
  const may = role === undefined ? refusalOf(credential) : adminRefusal(credential)
  if (!opens) return may
  const hasRole = role === undefined ? sql`site_role is not null` : sql.raw(`${role !== 'user'}`)
  return sql<Refusal | null>`coalesce(${may}, iif(subject is not null or ${hasRole}, 'always protected', null))`
}

/** Selects the refusal of a change. It stands before the change in the batch. */
const selectRefusal = (db: Database, target: Target) =>
  db
    .select({ refusal: targetRefusal(target).as('refusal') })
    .from(users)
    .where(eq(users.id, target.id))

const isChangeable = (target: Target) => and(eq(users.id, target.id), sql`${targetRefusal(target)} is null`)

/** Throws `Refused` if `selectRefusal` found no user or a refusal. */
const checkRefusal = ([found]: { refusal: Refusal | null }[], { id }: Target): void => {
  if (!found) throw new Refused('no user', { userId: id })
  if (found.refusal) throw new Refused(found.refusal)
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
  { id, credential, now }: Target & { now: number },
  changes: Changes,
): Promise<{ user: UserRow; listened: RoomKeys } | undefined> => {
  const { name, avatar, role } = changes
  const target = { id, credential, opens: changes.protected === false, role }
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
  const { refusal, listened, updated } = await batch(db, {
    refusal: selectRefusal(db, target),
    listened: selectListened(db, target),
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

/** The keys of the rooms that the user listens to. */
type RoomKeys = string[]

/** Replaces the token of a user. The old one stops working. */
export const replaceToken = async (db: Database, target: Target, tokenHash: string): Promise<RoomKeys> => {
  const { refusal, listened } = await batch(db, {
    refusal: selectRefusal(db, target),
    listened: deleteListeners(db, target),
    replaced: db.update(users).set({ tokenHash }).where(isChangeable(target)),
  })
  checkRefusal(refusal, target)
  return listened.map(({ roomKey }) => roomKey)
}

/** A deleted user can be banned by its messages for 30 days. */
const FORMER_USER_MILLISECONDS = 30 * 24 * 3_600_000
/** A deletion removes at most this many former users that are older. */
const MAX_EXPIRED_USERS = 20

/** Takes the user out of every room and deletes it. Its messages stay, without an author. */
export const deleteUser = async (
  db: Database,
  { now, ...target }: Target & { now: number },
): Promise<RoomKeys> => {
  const deletedId = sql`(select id from users where ${isChangeable(target)})`
  const { refusal, listened } = await batch(db, {
    refusal: selectRefusal(db, target),
    listened: deleteListeners(db, target),
    memberOffsets: db
      .update(rooms)
      .set({ memberOffset: memberOffsetWithout(deletedId) })
      .where(sql`id in (select room_id from members where user_id = ${deletedId})`),
    members: db.delete(members).where(sql`user_id = ${deletedId}`),
    renewNames: renewNamesVersion(db, sql`${isChangeable(target)}`),
    former: db.insert(formerUsers).select(
      sql`select ${insertValues(formerUsers, {
        id: sql`users.id`,
        name: sql`users.name`,
        nameKey: sql`users.name_key`,
        subject: sql`users.subject`,
        deletedAt: now,
      })} from users where ${isChangeable(target)}`,
    ),
    // The name that a banned user has now stays taken beside the one that it was banned under.
    bans: db
      .update(sanctions)
      .set({ lastNameKey: sql`(select name_key from users where users.id = sanctions.user_id)` })
      .where(sql`kind = 'ban' and user_id = ${deletedId}`),
    expired: db.delete(formerUsers).where(
      sql`id in (select id from former_users where deleted_at < ${now - FORMER_USER_MILLISECONDS}
        order by deleted_at limit ${MAX_EXPIRED_USERS})`,
    ),
    deleted: db.delete(users).where(isChangeable(target)),
  })
  checkRefusal(refusal, target)
  return listened.map(({ roomKey }) => roomKey)
}
