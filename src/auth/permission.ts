import { type SQL, sql } from 'drizzle-orm'
import { batch, type Database, type Results, type RowOf, type Statements } from '../db/client'
import type { RoomRequest } from './actor'
import { authorizationColumns, authorize, runAuthorized } from './authorization'
import { networkBans } from './network'
import type { Action } from './permissions'
import {
  actorRole,
  isActor,
  isByName,
  isNamed,
  isNobody,
  needsUser,
  type PreparedRequest,
  possibleRoles,
  sanctionsOf,
  siteBanOf,
  siteRoleOf,
  stopsOf,
} from './rules'

/** `userId` is undefined, like a row of the actor, for a request that names nobody. */
type Permission = { from: SQL; where: SQL; userId: SQL | undefined }

/**
 * SQL for the rules of `authorize` where the reason against an act does not matter: the tables to stand behind `from`, which are room, user
 * and member by one letter each, and the condition under which the actor may act. There is no row if it may not. It is short, because
 * the length of a statement costs more than its checks: docs/decisions/0026. With `isMember` there is a row only for members, and none for those who are banned
 * from the site and have a role: `authorize` lets them act. `rules` is a condition for those whom bans and mutes stop, and for nobody else.
 */
export const permission = (
  request: PreparedRequest,
  action: Action,
  { isMember = false, rules }: { isMember?: boolean; rules?: SQL } = {},
): Permission => {
  const { room, actor, now, network } = request
  const { credential, user } = actor
  const isUnsanctioned = sql`(owner_id is u.id or ${siteRoleOf(credential, sql`u`)} is not null)`
  const hasUser = !isNobody(actor) || needsUser.includes(action)
  // The user of a login may not exist yet when it reads.
  const mustExist = user !== undefined || credential.kind === 'token' || needsUser.includes(action)
  const isBannedFromSite = sql`${isMember ? sql`u.banned_until` : siteBanOf(credential, sql`u`)} > ${now}`
  // A mute stops only posting.
  const isBan = action === 'post' ? sql`` : sql`kind = 'ban' and `
  // All columns, which takes fewer characters than their names.
  const sanctions = sanctionsOf('u', sql`r.id`, sql`*`, credential.kind !== 'none')
  const isSanctioned = sql`exists (select 1 from ${sanctions} where ${isBan}ifnull(until > ${now}, 1))`
  const isNewer = credential.kind === 'none' ? sql`` : sql` and network_since <= u.created_at`
  const stops = stopsOf(request, action, {
    possible: possibleRoles(actor).filter((role) => !isMember || role !== 'guest'),
    isFound: true,
    role: actorRole(actor, sql`u`, sql`m.role`),
    userKey: sql`u.name_key`,
    isUnsanctioned,
    isBannedFromSite: mustExist ? isBannedFromSite : sql`ifnull(${isBannedFromSite}, false)`,
    isSanctioned: rules ? sql`(${isSanctioned} or not (${rules}))` : isSanctioned,
    isNetworkBanned: network
      ? sql`exists (select 1 from ${networkBans(network, sql`r.id`, now)}${isNewer})`
      : sql`false`,
  })
  const isStopped = sql.join(
    stops.map(({ when }) => when),
    sql` or `,
  )
  const left = (isInner: boolean) => (isInner ? sql`` : sql`left `)
  const isThisUser = sql`${isActor(actor, sql`u.`)}${isByName(action) ? isNamed(credential) : sql``}`
  return {
    from: hasUser
      ? sql`rooms r ${left(mustExist)}join users u on ${isThisUser} ${left(isMember)}join members m on m.user_id = u.id and m.room_id = r.id`
      : sql`rooms r`,
    where: sql`r.name_key = ${room.key}${stops.length > 0 ? sql` and not (${isStopped})` : sql``}`,
    userId: hasUser ? sql`u.id` : undefined,
  }
}

/**
 * Runs the statements of an act in one batch. One of them, `permitted`, selects from `permission`: if it has no row, the others must have changed nothing,
 * and a second round trip finds the reason, which is thrown as `Refused`.
 */
export const runPermitted = async <Given extends Statements & { permitted: Statements[string] }>(
  db: Database,
  request: RoomRequest,
  action: Action,
  draft: () => Given,
): Promise<Omit<Results<Given>, 'permitted'> & { permitted: RowOf<Given, 'permitted'> }> => {
  const run = async () => {
    const results = await batch(db, draft())
    const [permitted] = results.permitted as RowOf<Given, 'permitted'>[]
    return permitted === undefined ? undefined : { ...results, permitted }
  }
  const results = await run()
  if (results) return results
  await runAuthorized(db, request, { auth: db.select(authorizationColumns).from(authorize(request, action)) })
  // The actor got the permission in between.
  const later = await run()
  if (!later) throw new Error('permission() and authorize() disagree')
  return later
}
