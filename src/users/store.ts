import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import type { Refusal } from '../auth/refusals'
import { isHolder, type UserRow, userColumns } from '../auth/store'
import type { Database } from '../db/client'
import { memberOffsetWithout, renewNamesVersion } from '../db/fragments'
import { listeners, members, rooms, users } from '../db/schema'
import { type Page, toPage } from '../lib/page'

type Created = { outcome: 'created'; user: UserRow } | { outcome: 'taken' }
type Refused = { outcome: 'refused'; refusal: Refusal }
type Changed = { outcome: 'changed'; user: UserRow } | { outcome: 'taken' } | Refused

export const createUser = async (
  db: Database,
  values: { name: string; nameKey: string; tokenHash: string; protected: boolean; createdAt: number },
): Promise<Created> => {
  const [[user]] = await db.batch([
    db.insert(users).values(values).onConflictDoNothing({ target: users.nameKey }).returning(userColumns),
  ])
  return user ? { outcome: 'created', user } : { outcome: 'taken' }
}

/** A page of users in the order of their ids, after the id `cursor`; with a name's key, of none but that one. */
export const listUsers = async (
  db: Database,
  { cursor = 0, limit, nameKey }: { cursor: number | undefined; limit: number; nameKey: string | undefined },
): Promise<Page<UserRow>> => {
  const [rows] = await db.batch([
    db
      .select(userColumns)
      .from(users)
      .where(and(gt(users.id, cursor), nameKey === undefined ? undefined : eq(users.nameKey, nameKey)))
      .orderBy(asc(users.id))
      .limit(limit + 1),
  ])
  return toPage(rows, limit)
}

export const findUser = async (db: Database, id: number): Promise<UserRow | undefined> => {
  const [[user]] = await db.batch([db.select(userColumns).from(users).where(eq(users.id, id))])
  return user
}

/** Why a user may not be changed: an open name may be by whoever shows no token, any name by its token, its login or the admin. */
const refusal = (credential: Credential): SQL<Refusal | null> => {
  switch (credential.kind) {
    case 'none':
      return sql`case when protected then 'token required' end`
    case 'admin':
      return sql`null`
    case 'token':
      return sql`case when ${isHolder(credential)} then null
        when exists (select 1 from users as holder where ${isHolder(credential, sql`holder`)}) then 'not you'
        else 'invalid token' end`
    case 'login':
      // One that has no user yet is none of those that have an id, so it isn't given one here.
      return sql`case when ${isHolder(credential)} then null else 'not you' end`
  }
}

/** `opening`: whether the name is to act without a token. */
type Target = { id: number; credential: Credential; opening?: boolean }

const refusalOf = ({ credential, opening = false }: Target): SQL<Refusal | null> =>
  opening
    ? sql`coalesce(${refusal(credential)}, case when subject is not null then 'always protected' end)`
    : refusal(credential)

const selectTarget = (db: Database, target: Target) =>
  db
    .select({ refusal: refusalOf(target).as('refusal') })
    .from(users)
    .where(eq(users.id, target.id))

const isChangeable = (target: Target) => and(eq(users.id, target.id), sql`${refusalOf(target)} is null`)

/** What becomes of a change, from what `selectTarget` gave before it. */
const refused = (target: { refusal: Refusal | null } | undefined): Refused | undefined =>
  target
    ? target.refusal
      ? { outcome: 'refused', refusal: target.refusal }
      : undefined
    : { outcome: 'refused', refusal: 'no user' }

type Changes = { name?: { name: string; nameKey: string } | undefined; protected?: boolean | undefined }

/** Another spelling of the user's own name is fine; a name that somebody else has is not. */
export const updateUser = async (
  db: Database,
  { id, credential }: Target,
  changes: Changes,
): Promise<Changed> => {
  const target = { id, credential, opening: changes.protected === false }
  const { name, nameKey } = changes.name ?? {}
  const free =
    nameKey === undefined
      ? undefined
      : sql`not exists (select 1 from users as other where other.name_key = ${nameKey} and other.id <> ${target.id})`
  const set = {
    ...(name !== undefined && { name, nameKey }),
    ...(changes.protected !== undefined && { protected: changes.protected }),
  }
  const where = sql`${and(isChangeable(target), free)}`
  const [[found], , [user]] = await db.batch([
    selectTarget(db, target),
    renewNamesVersion(db, name === undefined ? sql`false` : sql`${where} and users.name <> ${name}`),
    db.update(users).set(set).where(where).returning(userColumns),
  ])
  return refused(found) ?? (user ? { outcome: 'changed', user } : { outcome: 'taken' })
}

/** A statement that gives, and forgets, the keys of the rooms that the user has listened to. */
const forgetListener = (db: Database, target: Target) =>
  db
    .delete(listeners)
    .where(sql`user_id = (select id from users where ${isChangeable(target)})`)
    .returning({ roomKey: listeners.roomKey })

/** Puts another token in the place of the user's; the one before it is worth nothing any more. */
export const replaceToken = async (
  db: Database,
  target: Target,
  tokenHash: string,
): Promise<{ outcome: 'replaced'; listened: string[] } | Refused> => {
  const [[found], listened] = await db.batch([
    selectTarget(db, target),
    forgetListener(db, target),
    db.update(users).set({ tokenHash }).where(isChangeable(target)),
  ])
  return refused(found) ?? { outcome: 'replaced', listened: listened.map(({ roomKey }) => roomKey) }
}

/** Takes the user out of every room and forgets the name. What was said stays, by nobody. */
export const deleteUser = async (
  db: Database,
  target: Target,
): Promise<{ outcome: 'deleted'; listened: string[] } | Refused> => {
  const gone = sql`(select id from users where ${isChangeable(target)})`
  const [[found], listened] = await db.batch([
    selectTarget(db, target),
    forgetListener(db, target),
    db
      .update(rooms)
      .set({ memberOffset: memberOffsetWithout(gone) })
      .where(sql`id in (select room_id from members where user_id = ${gone})`),
    db.delete(members).where(sql`user_id = ${gone}`),
    renewNamesVersion(db, sql`${isChangeable(target)}`),
    db.delete(users).where(isChangeable(target)),
  ])
  return refused(found) ?? { outcome: 'deleted', listened: listened.map(({ roomKey }) => roomKey) }
}
