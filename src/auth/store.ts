import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch'
import type { Database } from '../db/client'
import { insertValues, renewNamesVersion } from '../db/fragments'
import type { WithPlaceholders } from '../db/prepared-statements'
import { users } from '../db/schema'
import type { Credential, Login } from './actor'
import type { Refusal } from './refusals'

type Statement = BatchItem<'sqlite'>
type Statements = readonly [Statement, ...Statement[]]

type Holding = Extract<Credential, { kind: 'token' | 'login' }>

/** Whether a row of `users`, which may have another name, is the holder of the token or login. */
export const isHolder = (credential: Holding | WithPlaceholders<Holding>, table = sql`users`): SQL =>
  credential.kind === 'token'
    ? sql`${table}.token_hash = ${credential.hash}`
    : sql`${table}.subject = ${credential.subject}`

/**
 * The user of a login that has none yet, under the name of the login if that is free: nobody is taken over. It has no
 * token: what stands in its place is the digest of nothing.
 */
const createFor = (db: Database, { subject, name, nameKey }: Login, now: number) =>
  db.insert(users).select(
    sql`select ${insertValues(users, {
      name,
      nameKey,
      tokenHash: sql`lower(hex(randomblob(32)))`,
      createdAt: now,
      protected: sql`true`,
      subject,
      loginName: name,
    })}
      where not exists (select 1 from users where subject = ${subject})
        and not exists (select 1 from users where name_key = ${nameKey})`,
  )

/** The user of a login follows a change of its name, as soon as that is free. */
const renameFor = (db: Database, { subject, name, nameKey }: Login) => {
  const isRenamed = sql`subject = ${subject} and login_name <> ${name}
    and not exists (select 1 from users as other where other.name_key = ${nameKey} and other.id <> users.id)`
  return [
    renewNamesVersion(db, isRenamed),
    db.update(users).set({ name, nameKey, loginName: name }).where(isRenamed),
  ] as const
}

/**
 * One batch in which somebody acts. A login brings its user along, created or renamed in the same batch ahead of the
 * statements; they see it, and the answer is theirs alone.
 */
export const batchAs = async <const T extends Statements>(
  db: Database,
  credential: Credential,
  statements: T,
): Promise<BatchResponse<T>> => {
  if (credential.kind !== 'login') return db.batch(statements)
  const ahead = [createFor(db, credential, Date.now()), ...renameFor(db, credential)] as const
  const results: unknown[] = await db.batch([...ahead, ...statements])
  return results.slice(ahead.length) as BatchResponse<T>
}

export type UserRow = { id: number; name: string; protected: boolean; createdAt: number }

/** The columns of a user that others see. */
export const userColumns = {
  id: users.id,
  name: users.name,
  protected: users.protected,
  createdAt: users.createdAt,
}

/** Who one is: nobody without a token or login. */
export const findHolder = async (
  db: Database,
  credential: Credential,
): Promise<{ outcome: 'found'; user: UserRow } | { outcome: 'refused'; refusal: Refusal }> => {
  if (credential.kind === 'none') return { outcome: 'refused', refusal: 'token required' }
  // The admin is no user, and so nobody.
  if (credential.kind === 'admin') return { outcome: 'refused', refusal: 'invalid token' }
  const [[user]] = await batchAs(db, credential, [
    db.select(userColumns).from(users).where(isHolder(credential)),
  ])
  if (user) return { outcome: 'found', user }
  return { outcome: 'refused', refusal: credential.kind === 'login' ? 'name taken' : 'invalid token' }
}
