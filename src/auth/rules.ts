import { type SQL, sql } from 'drizzle-orm'
import { audiences, type MemberRole, type Role, roles, type SiteRole } from '../contract/lists'
import { isNameTaken } from '../db/fragments'
import type { WithPlaceholders } from '../db/prepared-statements'
import type { RoomRequest } from './actor'
import { networkRefusal } from './network'
import { type Action, can, outranks, unsanctioned } from './permissions'
import type { Refusal } from './refusals'
import { isHolder } from './store'

/** These need a user. The admin may do the others without one. */
export const needsUser: readonly Action[] = ['join', 'post', 'report']
export const stopsWhenArchived: readonly Action[] = ['join', 'post']
const stopsWhenBanned: readonly Action[] = ['read', 'report', 'join', 'post', 'invite', 'moderate', 'export']

export type PreparedRequest = RoomRequest | WithPlaceholders<RoomRequest> | WithPlaceholders<RoomRequest, SQL>
type PreparedActor = PreparedRequest['actor']

/** SQL for whether a row of `users` is the actor's user. `table` stands before its columns. */
export const isActor = ({ credential, user }: PreparedActor, table = sql`users.`): SQL =>
  credential.kind === 'token' || credential.kind === 'login'
    ? isHolder(credential, table)
    : sql`${table}name_key = ${user?.key ?? null}`

/** SQL that is false if a user's login has a new name: then the user is renamed first. Empty without a login. */
export const isNamed = (credential: PreparedActor['credential']): SQL =>
  credential.kind === 'login' ? sql` and ifnull(login_name, ${credential.name}) = ${credential.name}` : sql``

/** Returns whether a request names no user. */
export const isNobody = ({ credential, user }: PreparedActor): boolean =>
  user === undefined && (credential.kind === 'none' || credential.kind === 'admin')

/** Returns whether a login acts only after its user has its name. */
export const isByName = (action: Action): boolean => action === 'withdraw' || needsUser.includes(action)

/** SQL for the id of the actor, also of one who is refused. Undefined for a request that names nobody. */
export const actorId = (actor: PreparedActor): SQL | undefined =>
  isNobody(actor) ? undefined : sql`(select id from users where ${isActor(actor, sql``)})`

/** SQL for the role that members see, from `owner_id` and a row of `members`; either may be missing. */
export const shownRoleOf = (userId: SQL): SQL<MemberRole | 'guest'> =>
  sql`iif(owner_id = ${userId}, 'owner', ifnull(members.role, 'guest'))`

/** SQL for a user's role in the room, from `owner_id` and rows of `users` and `members`; each may be missing. */
export const roleOf = (
  user: SQL,
  siteRole = sql`${user}.site_role`,
  memberRole = sql`members.role`,
): SQL<Role> =>
  sql`iif(owner_id = ${user}.id and ${siteRole} is not 'admin', 'owner', coalesce(${siteRole}, ${memberRole}, 'guest'))`

/** SQL for the actor's role on the site, from a row of `users`: the one that it was given, or that its login claims. */
export const siteRoleOf = (credential: PreparedActor['credential'], user: SQL): SQL<SiteRole | null> => {
  const given = sql<SiteRole | null>`${user}.site_role`
  if (credential.kind !== 'login') return given
  switch (credential.role?.kind) {
    case undefined:
      return given
    case 'siteModerator':
      return sql`iif(${user}.id, ifnull(${given}, 'siteModerator'), null)`
    case 'admin':
      return sql`iif(${user}.id, 'admin', null)`
  }
}

/** SQL for the end of the actor's ban from the site, from a row of `users`. It doesn't hold for those with a role on the site. */
export const siteBanOf = (credential: PreparedActor['credential'], user: SQL): SQL =>
  credential.kind === 'none'
    ? sql`${user}.banned_until`
    : sql`(${siteRoleOf(credential, user)} is null) * ${user}.banned_until`

/** SQL for the actor's role in the room. A name without a token can be used by anybody, so it is a member at most. */
export const actorRole = (
  actor: PreparedActor,
  user = sql`users`,
  memberRole = sql`members.role`,
): SQL<Role> => {
  const { credential } = actor
  switch (credential.kind) {
    case 'admin':
      return sql`'admin'`
    case 'token':
    case 'login':
      return roleOf(user, siteRoleOf(credential, user), memberRole)
    case 'none':
      return isNobody(actor) ? sql`'guest'` : sql`iif(ordinal is null, 'guest', 'member')`
  }
}

/** Returns the roles that an actor can have. */
export const possibleRoles = (actor: PreparedActor): Role[] => {
  switch (actor.credential.kind) {
    case 'admin':
      return ['admin']
    case 'token':
    case 'login':
      return [...roles]
    case 'none':
      return isNobody(actor) ? ['guest'] : ['member', 'guest']
  }
}

/**
 * SQL for the sanctions in a room that hold for a user (a row of `users`): for its id, for its name, and for its login. A user of a login may act
 * with a token too, so only a name without a token has none.
 */
export const sanctionsOf = (
  user: 'users' | 'u' | 'target',
  roomId: SQL,
  columns: SQL,
  hasLogin: boolean,
): SQL => {
  const table = sql.raw(user)
  const found = sql`select ${columns} from sanctions`
  const inRoom = sql`where room_id = ${roomId} and`
  // SQLite guesses that a room has few sanctions, and would read them all instead of using the index by name.
  const byLogin = sql` union all ${found} indexed by sanctions_subject ${inRoom} subject = ${table}.subject`
  return sql`(${found} ${inRoom} user_id = ${table}.id
    union all ${found} indexed by sanctions_name ${inRoom} name_key = ${table}.name_key${hasLogin ? byLogin : sql``})`
}

/** Words of ours as SQL text. D1 takes 100 parameters a statement, and a role is in it many times. */
export const sqlList = (list: readonly string[]): SQL =>
  sql.raw(`(${list.map((word) => `'${word}'`).join(', ')})`)

/** SQL for `outranks`: whether the actor in `auth` may ban, mute or remove a user, from rows of `users` and `members`. */
export const mayActOnUser = (user: SQL, memberRole: SQL): SQL => {
  const role = roleOf(user, undefined, memberRole)
  const cases = roles.map((one) => {
    const lower = roles.filter((other) => outranks(one, other))
    return sql`when auth.role in ${sqlList([one])} then ${lower.length > 0 ? sql`${role} in ${sqlList(lower)}` : sql`false`}`
  })
  return sql`case ${sql.join(cases, sql` `)} end`
}

const allAccess = audiences.flatMap((readers) =>
  audiences.flatMap((posters) => [true, false].map((isOwned) => ({ readers, posters, isOwned }))),
)

/** SQL for whether a room belongs to somebody. It belongs to the site where its owner was deleted. */
const isOwnedBy = (ownerId: SQL): SQL =>
  sql`exists (select 1 from users as owner where owner.id = ${ownerId})`

/** SQL for the rooms in which a role may do something: undefined for all, null for none. */
const roomsOf = (role: Role, action: Action): SQL | undefined | null => {
  const able = allAccess.filter((access) => can(role, action, access))
  if (able.length === 0) return null
  if (able.length === allAccess.length) return undefined
  const ofBoth = able.every((access) => can(role, action, { ...access, isOwned: !access.isOwned }))
  const keys = able.map(
    ({ readers, posters, isOwned }) => readers + posters + (ofBoth ? '' : Number(isOwned)),
  )
  const key = ofBoth ? sql`readers || posters` : sql`readers || posters || ${isOwnedBy(sql`owner_id`)}`
  return sql`${key} in ${sqlList([...new Set(keys)])}`
}

/**
 * SQL for `can`: undefined for what all of the roles may do. It names only the roles that depend on the room's readers, posters and owner,
 * or that may never do it.
 */
const isAllowed = (action: Action, possible: readonly Role[], role: SQL): SQL | undefined => {
  const limited = possible.filter((one) => roomsOf(one, action) !== undefined)
  if (limited.length === 0) return undefined
  const cases = limited.flatMap((one) => {
    const rooms = roomsOf(one, action)
    if (!rooms) return []
    return [limited.length > 1 ? sql`${role} in ${sqlList([one])} and ${rooms}` : rooms]
  })
  const isOther = limited.length < possible.length ? sql`${role} not in ${sqlList(limited)}` : sql`false`
  return sql`(${sql.join([isOther, ...cases], sql` or `)})`
}

/** SQL for whether the actor in `auth` may do something that takes more than to be a member. */
export const isAuthorityFor = (action: Action): SQL => {
  const able = (isOwned: boolean) =>
    sqlList(roles.filter((role) => can(role, action, { readers: 'members', posters: 'members', isOwned })))
  return sql`auth.role in ${able(true)} or auth.role in ${able(false)} and not ${isOwnedBy(sql`auth.owner_id`)}`
}

const isForMembers = (action: Action): boolean =>
  can('member', action, { readers: 'members', posters: 'members', isOwned: true })

/** SQL for whether bans and mutes don't hold for a role. For a list of three, SQLite would make a table, and D1 count its rows. */
export const isUnsanctioned = sql.raw(`(${unsanctioned.map((role) => `role = '${role}'`).join(' or ')})`)

export const stopsSanctioned = (actor: PreparedActor, action: Action): boolean =>
  actor.credential.kind !== 'admin' && !isNobody(actor) && stopsWhenBanned.includes(action)

/**
 * Returns whether a ban of the network may stop an act: of those who use a name without a token, and of guests whose user is newer. It never stops
 * a member with a token or login.
 */
export const stopsNetwork = ({ actor, network }: PreparedRequest, action: Action): boolean =>
  network !== undefined && stopsSanctioned(actor, action)

/** A ban from the whole site stops all but leaving and deleting one's own messages. */
export const stopsBanned = (actor: PreparedActor, action: Action): boolean =>
  actor.credential.kind !== 'admin' && !isNobody(actor) && action !== 'withdraw'

/**
 * The names that the rules use in a query. `possible`: the roles that the actor can have in it. `isFound`: it has a row only where the
 * room and the actor exist.
 */
export type Terms = {
  possible: readonly Role[]
  isFound: boolean
  role: SQL
  userKey: SQL
  isUnsanctioned: SQL
  isSanctioned: SQL
  isBannedFromSite: SQL
  isNetworkBanned: SQL
}

/** Returns why an actor without a user may not act. Who wants to write under a name learns whether it can be created. */
const noUser = ({ credential, user }: PreparedActor, action: Action): SQL | Refusal => {
  // The user of a login is not found before its first use, but the user of this name may exist.
  if (credential.kind === 'login') return 'not you'
  if (!user || !needsUser.includes(action)) return 'no user'
  return sql`iif(${isNameTaken(user.key, { now: sql`now` })}, 'unusable name', 'no user')`
}

/** A reason against an action: it is `refusal`, if `when` holds and no earlier one does. */
type Stop = { when: SQL; refusal: SQL | Refusal }

/** Returns all reasons against an action, in the order in which they are checked: see `Refusal`. */
export const stopsOf = (request: PreparedRequest, action: Action, terms: Terms): Stop[] => {
  const { actor } = request
  const { credential, user } = actor
  const {
    isFound,
    role,
    userKey,
    isUnsanctioned,
    isSanctioned,
    isBannedFromSite,
    isNetworkBanned,
    possible,
  } = terms
  const isHolding = credential.kind === 'token' || credential.kind === 'login'
  const allowed = isAllowed(action, possible, role)
  const stops: (Stop | false | undefined)[] = [
    !isFound && credential.kind === 'token' && { when: sql`user_id is null`, refusal: 'invalid token' },
    !isFound && { when: sql`room_id is null`, refusal: 'no chatroom' },
    isHolding && user && { when: sql`${userKey} <> ${user.key}`, refusal: 'not you' },
    !isFound &&
      credential.kind !== 'token' &&
      (user !== undefined || needsUser.includes(action)) && {
        when: sql`user_id is null`,
        refusal: noUser(actor, action),
      },
    credential.kind === 'none' && user !== undefined && { when: sql`protected`, refusal: 'token required' },
    stopsBanned(actor, action) && { when: isBannedFromSite, refusal: 'banned from site' },
    stopsSanctioned(actor, action) && {
      when: possible.includes('owner') ? sql`not ${isUnsanctioned} and ${isSanctioned}` : isSanctioned,
      refusal: action === 'post' ? sql`iif(sanction = 'ban', 'banned', 'muted')` : 'banned',
    },
    stopsNetwork(request, action) &&
      (credential.kind === 'none' || possible.includes('guest')) && {
        when: credential.kind === 'none' ? isNetworkBanned : sql`${role} = 'guest' and ${isNetworkBanned}`,
        refusal: networkRefusal(sql`network_until`),
      },
    stopsWhenArchived.includes(action) && {
      // Joining again changes nothing.
      when: action === 'join' ? sql`archived and ordinal is null` : sql`archived`,
      refusal: 'archived',
    },
    // A guest may ask to become a member only where that helps.
    allowed && { when: sql`not ${allowed}`, refusal: isForMembers(action) ? 'members only' : 'not allowed' },
  ]
  return stops.filter((stop): stop is Stop => Boolean(stop))
}
