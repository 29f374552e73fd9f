import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Credential, Network } from '../auth/actor'
import { siteNetworkRefusal } from '../auth/network'
import { type Refusal, Refused } from '../auth/refusals'
import { adminRefusal, isSiteAdmin } from '../auth/site-admin'
import { isHolder, loginStatements } from '../auth/store'
import type { AuditAction, UserRole } from '../contract'
import type { Database } from '../db/client'
import { type AuditDetail, users } from '../db/schema'
import { insertAudit } from '../moderation/audit'
import { siteAuth } from '../moderation/site-audit'

/**
 * SQL for the reason why a user may not be changed, or null. Anybody may change a user with an open name. Only its token, its login
 * and an admin may change a protected one.
 */
export const ownerRefusal = (credential: Credential): SQL<Refusal | null> => {
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
export type Target = {
  id: number
  credential: Credential
  now: number
  /** The network that the request comes from. */
  network?: Network | undefined
  opens?: boolean
  /** The change would be seen by others: the user is not banned from the site. */
  isSeen?: boolean
  /** The change would take back all that the user said, and its bans. */
  erases?: boolean
  role?: UserRole | undefined
}

/** SQL for the reason against an erasure, or null. It can't be undone, and it would end a ban or mute, so an open name is not enough, and a sanction in force is against it. */
const erasureRefusal = (credential: Credential, now: number): SQL<Refusal | null> => {
  if (credential.kind === 'admin') return sql`null`
  if (credential.kind === 'none') return sql`'token required'`
  const isSanctioned = sql`exists (select 1 from sanctions where user_id = users.id and ifnull(until > ${now}, true))`
  return sql`iif(${isSanctioned} and not ${isSiteAdmin(credential)}, 'sanctioned', null)`
}

const targetRefusal = ({
  credential,
  now,
  network,
  opens = false,
  isSeen = false,
  erases = false,
  role,
}: Target): SQL<Refusal | null> => {
  const ofRole = role === undefined ? ownerRefusal(credential) : adminRefusal(credential)
  const mayChange = erases
    ? sql<Refusal | null>`coalesce(${ofRole}, ${erasureRefusal(credential, now)})`
    : ofRole
  const ofNetwork = siteNetworkRefusal(network, credential, now) ?? sql`null`
  const may =
    isSeen && credential.kind !== 'admin'
      ? sql<Refusal | null>`coalesce(${mayChange}, iif(banned_until > ${now} and site_role is null and not ${isSiteAdmin(credential)}, 'banned from site', ${ofNetwork}))`
      : mayChange
  if (!opens) return may
  const hasRole = role === undefined ? sql`site_role is not null` : sql.raw(`${role !== 'user'}`)
  return sql<Refusal | null>`coalesce(${may}, iif(subject is not null or ${hasRole}, 'always protected', null))`
}

/** Selects the refusal of a change. It stands before the change in the batch. */
export const selectRefusal = (db: Database, target: Target) =>
  db
    .select({ refusal: targetRefusal(target).as('refusal') })
    .from(users)
    .where(eq(users.id, target.id))

export const isChangeable = (target: Target) =>
  and(eq(users.id, target.id), sql`${targetRefusal(target)} is null`)

/** Throws `Refused` if `selectRefusal` found no user or a refusal. */
export const checkRefusal = ([found]: { refusal: Refusal | null }[], { id }: Target): void => {
  if (!found) throw new Refused('no user', { userId: id })
  if (found.refusal) throw new Refused(found.refusal)
}

/** Returns the statements that go first in the batch: the audit log names users, so a login that claims a role needs one. */
export const firstStatements = (db: Database, { credential, now }: Target): object =>
  credential.kind === 'login' && credential.role ? loginStatements(db, credential, now) : {}

/** SQL for whether a user is changed by itself, and not by the power of a role. */
export const isBySelf = (credential: Credential): SQL => {
  switch (credential.kind) {
    case 'none':
      return sql`true`
    case 'admin':
      return sql`false`
    case 'token':
    case 'login':
      return isHolder(credential)
  }
}

/** Records an act on a user in the audit log of the site. It stands before the act in the batch. */
export const insertUserAct = (
  db: Database,
  target: Target,
  { action, detail, where }: { action: AuditAction; detail?: AuditDetail; where: SQL },
) =>
  insertAudit(db, sql`${siteAuth(target.credential, target.now)} join users on users.id = ${target.id}`, {
    action,
    subject: sql`users.id`,
    ...(detail && { detail }),
    where: sql`${isChangeable(target)} and ${where}`,
  })
