import { type SQL, sql } from 'drizzle-orm'
import type { Credential, RoomRequest } from '../auth/actor'
import { authorize, runAuthorized } from '../auth/authorization'
import { type Refusal, Refused } from '../auth/refusals'
import { adminRefusal } from '../auth/site-admin'
import { loginStatements } from '../auth/store'
import { batch, type Database, type Results, type Statements } from '../db/client'
import { SITE } from '../db/fragments'
import { siteAuth } from '../moderation/site-audit'

/** Whose webhooks a request is about: those of a room, or those of the site, for admins. */
export type Scope =
  | { kind: 'room'; request: RoomRequest }
  | { kind: 'site'; credential: Credential; now: number }

export const nowOf = (scope: Scope): number => (scope.kind === 'room' ? scope.request.now : scope.now)

/** SQL to stand behind `from`: one row `auth` with the room or the site, the caller, the time, and the reason why the caller may not act, or null. */
export const authOf = (scope: Scope): SQL =>
  scope.kind === 'room'
    ? authorize(scope.request, 'change')
    : sql`(select *, ${adminRefusal(scope.credential)} as refusal from ${siteAuth(scope.credential, scope.now)}) as auth`

/** SQL for whether a row of `webhooks` is of the site or of a room that exists. The sweep removes those of deleted rooms. */
const hasPlace = sql`(webhooks.room_id = ${sql.raw(`${SITE}`)} or exists (select 1 from rooms where rooms.id = webhooks.room_id))`

/** SQL for whether the caller may act on a row of `webhooks`. Admins of the site may on those of rooms too. */
export const isOwn = (scope: Scope): SQL =>
  scope.kind === 'room'
    ? sql`webhooks.room_id = (select room_id from ${authOf(scope)} where refusal is null)`
    : sql`((select refusal is null from ${authOf(scope)}) and ${hasPlace})`

/** Runs the statements of a request in one batch. Throws `Refused` if the caller may not act; then they must have changed nothing. */
export const runInScope = async <Given extends Statements>(
  db: Database,
  scope: Scope,
  statements: Given,
): Promise<Results<Given>> => {
  const auth = db
    .select({
      refusal: sql<Refusal | null>`refusal`.as('refusal'),
      roomId: sql<number>`room_id`.as('auth_room_id'),
      userId: sql<number | null>`user_id`.as('auth_user_id'),
    })
    .from(authOf(scope))
  const given = { auth, ...statements }
  if (scope.kind === 'room')
    return (await runAuthorized(db, scope.request, given)) as unknown as Results<Given>
  const { credential, now } = scope
  if (credential.kind === 'none') throw new Refused('token required')
  const results = await batch(db, {
    // The audit log names users, so a login that claims a role needs one. The role alone allows the act, so it may not be tried without.
    ...(credential.kind === 'login' && credential.role && loginStatements(db, credential, now)),
    ...given,
  })
  const [row] = (results as unknown as { auth: { refusal: Refusal | null }[] }).auth
  if (row?.refusal) throw new Refused(row.refusal)
  return results as unknown as Results<Given>
}
