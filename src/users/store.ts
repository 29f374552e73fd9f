import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '../database'
import { type Page, toPage } from '../paging'
import { offsetWithout } from '../queries'
import { members, rooms, users } from '../schema'

export type UserRow = { id: number; name: string; createdAt: number }
type Created = { outcome: 'created'; user: UserRow } | { outcome: 'taken' }
type Renamed = { outcome: 'renamed'; user: UserRow } | { outcome: 'taken' } | { outcome: 'unknown' }

const shown = { id: users.id, name: users.name, createdAt: users.createdAt }

export const createUser = async (
  db: Database,
  values: { name: string; nameKey: string; tokenHash: string; createdAt: number },
): Promise<Created> => {
  const [[user]] = await db.batch([
    db.insert(users).values(values).onConflictDoNothing({ target: users.nameKey }).returning(shown),
  ])
  return user ? { outcome: 'created', user } : { outcome: 'taken' }
}

/** A page of users in the order of their ids, after the id `cursor`. */
export const listUsers = async (
  db: Database,
  { cursor = 0, limit }: { cursor: number | undefined; limit: number },
): Promise<Page<UserRow>> => {
  const [rows] = await db.batch([
    db
      .select(shown)
      .from(users)
      .where(gt(users.id, cursor))
      .orderBy(asc(users.id))
      .limit(limit + 1),
  ])
  return toPage(rows, limit)
}

export const findUser = async (db: Database, id: number): Promise<UserRow | undefined> => {
  const [[user]] = await db.batch([db.select(shown).from(users).where(eq(users.id, id))])
  return user
}

/** Another spelling of the user's own name is fine; a name that somebody else has is not. */
export const renameUser = async (
  db: Database,
  { id, name, nameKey }: { id: number; name: string; nameKey: string },
): Promise<Renamed> => {
  const free = sql`not exists (select 1 from users as other where other.name_key = ${nameKey} and other.id <> ${id})`
  const [[known], [user]] = await db.batch([
    db.select({ id: users.id }).from(users).where(eq(users.id, id)),
    db
      .update(users)
      .set({ name, nameKey })
      .where(and(eq(users.id, id), free))
      .returning(shown),
  ])
  if (!known) return { outcome: 'unknown' }
  return user ? { outcome: 'renamed', user } : { outcome: 'taken' }
}

/** Takes the user out of every room and forgets the name. What was said stays, by nobody. */
export const deleteUser = async (db: Database, id: number): Promise<boolean> => {
  const [, , [user]] = await db.batch([
    db
      .update(rooms)
      .set({ memberOffset: offsetWithout(sql`${id}`) })
      .where(sql`id in (select room_id from members where user_id = ${id})`),
    db.delete(members).where(eq(members.userId, id)),
    db.delete(users).where(eq(users.id, id)).returning({ id: users.id }),
  ])
  return user !== undefined
}
