import { type SQL, sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { insertValues, renewNamesVersion } from '../db/fragments'
import type { WithPlaceholders } from '../db/prepared-statements'
import { users } from '../db/schema'
import type { Credential, Login } from './actor'
import { Refused } from './refusals'

type Holding = Extract<Credential, { kind: 'token' | 'login' }>

/** SQL for whether a row of `users`, or of an alias of it, has this token or login. */
export const isHolder = (credential: Holding | WithPlaceholders<Holding>, table = sql`users`): SQL =>
  credential.kind === 'token'
    ? sql`${table}.token_hash = ${credential.hash}`
    : sql`${table}.subject = ${credential.subject}`

/**
 * Creates the user of a login that has none yet, if the name is free: a login never takes over a user. The user has no token: in
 * its place is a random text that is the digest of nothing.
 */
const createUser = (db: Database, { subject, name, nameKey }: Login, now: number) =>
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

/** SQL for the user of a login whose name has changed at the site since, if the new name is free. */
const isRenamed = ({ subject, name, nameKey }: Login): SQL =>
  sql`subject = ${subject} and login_name <> ${name}
    and not exists (select 1 from users as other where other.name_key = ${nameKey} and other.id <> users.id)`

/**
 * Returns the statements that go first in the batch of a login: they create its user, or rename it. The statements after them see
 * the user. For other credentials there are none.
 */
export const loginStatements = (db: Database, credential: Credential, now: number): object => {
  if (credential.kind !== 'login') return {}
  const { name, nameKey } = credential
  return {
    createUser: createUser(db, credential, now),
    renewNames: renewNamesVersion(db, isRenamed(credential)),
    renameUser: db.update(users).set({ name, nameKey, loginName: name }).where(isRenamed(credential)),
  }
}

export type UserRow = { id: number; name: string; protected: boolean; createdAt: number }

/** The columns of a user that others see. */
export const userColumns = {
  id: users.id,
  name: users.name,
  protected: users.protected,
  createdAt: users.createdAt,
}

/** Finds the user of a token or login. Throws `Refused` where there is none; the admin is no user. */
export const findHolder = async (db: Database, credential: Credential, now: number): Promise<UserRow> => {
  if (credential.kind === 'none') throw new Refused('token required')
  if (credential.kind === 'admin') throw new Refused('invalid token')
  const { holder } = await batch(db, {
    ...loginStatements(db, credential, now),
    holder: db.select(userColumns).from(users).where(isHolder(credential)),
  })
  const [user] = holder
  if (!user) throw new Refused(credential.kind === 'login' ? 'name taken' : 'invalid token')
  return user
}
