import { type SQL, sql } from 'drizzle-orm'
import type { SiteRole } from '../contract/lists'
import type { Database } from '../db/client'
import type { WithPlaceholders } from '../db/prepared-statements'
import { users } from '../db/schema'
import type { Credential } from './actor'
import { createUser, renameUser } from './login-user'

type Holding = Extract<Credential, { kind: 'token' | 'login' }>

/** SQL for whether a row of `users` has this token or login. `table` stands before its columns. */
export const isHolder = (
  credential: Holding | WithPlaceholders<Holding> | WithPlaceholders<Holding, SQL>,
  table = sql`users.`,
): SQL =>
  credential.kind === 'token'
    ? sql`${table}token_hash = ${credential.hash}`
    : sql`${table}subject = ${credential.subject}`

/**
 * Returns the statements that go first in the batch of a login: they create its user, or rename it. The statements after them see
 * the user. For other credentials there are none.
 */
export const loginStatements = (db: Database, credential: Credential, now: number): object => {
  if (credential.kind !== 'login') return {}
  return { createUser: createUser(db, credential, now), ...renameUser(db, credential, now) }
}

export type UserRow = {
  id: number
  name: string
  avatar: string | null
  protected: boolean
  siteRole: SiteRole | null
  createdAt: number
}

/** The columns of a user that others see. */
export const userColumns = {
  id: users.id,
  name: users.name,
  avatar: users.avatar,
  protected: users.protected,
  siteRole: users.siteRole,
  createdAt: users.createdAt,
}
