import { type SQL, sql } from 'drizzle-orm'
import type { Database, Results, Statements } from '../db/client'
import { users } from '../db/schema'
import type { Actor } from './actor'
import { runAsUser } from './known-logins'
import { Refused } from './refusals'
import { isActor, isNamed } from './rules'
import { type UserRow, userColumns } from './store'

/** A request of a user about itself. `now`, in milliseconds, is the one clock of all its statements. */
export type CallerRequest = { actor: Actor; now: number }

/** SQL for the id of the user who calls; null for a protected user without its token, and for a login's user that is to be renamed first. */
export const callerId = (actor: Actor): SQL =>
  sql`(select id from users where ${isActor(actor)}${isNamed(actor.credential)}${actor.credential.kind === 'none' ? sql` and not protected` : sql``})`

/** Returns the caller. Throws `Refused` if there is none, or if it may not act under this name. */
const checkCaller = (
  { credential, user }: Actor,
  caller: (UserRow & { nameKey: string }) | undefined,
): UserRow => {
  const { kind } = credential
  const isHolding = kind === 'token' || kind === 'login'
  if (!caller)
    throw user && !isHolding ? new Refused('no user', { user: user.name }) : new Refused('invalid token')
  if (isHolding && user && caller.nameKey !== user.key) throw new Refused('not you')
  if (kind === 'none' && caller.protected) throw new Refused('token required', { user: caller.name })
  const { nameKey: _, ...row } = caller
  return row
}

/**
 * Runs statements about the caller in one batch, and returns the rows of each by its name, with the caller. The user of a login is
 * created before. Throws `Refused` if nobody calls; the admin is no user.
 */
export const runAsCaller = async <Given extends Statements>(
  db: Database,
  { actor, now }: CallerRequest,
  statements: Given,
): Promise<Results<Given> & { caller: UserRow }> => {
  const { credential, user } = actor
  if (!user && credential.kind === 'none') throw new Refused('token required')
  if (!user && credential.kind === 'admin') throw new Refused('invalid token')
  const callers = db
    .select({ ...userColumns, nameKey: users.nameKey })
    .from(users)
    .where(sql`${isActor(actor)}${isNamed(credential)}`)
  const given = { callers, ...statements }
  const results = await runAsUser(db, credential, now, given, ({ callers }) => callers.length > 0)
  const { callers: found } = results as unknown as { callers: (UserRow & { nameKey: string })[] }
  return { ...(results as unknown as Results<Given>), caller: checkCaller(actor, found[0]) }
}
