import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Audience, MemberRole, Role, SanctionKind } from '../contract/lists'
import { batch, type Database, type Results, type RowOf, type Statements } from '../db/client'
import { insertValues } from '../db/fragments'
import { members } from '../db/schema'
import { ownRulesWithSite, settingsInForce, withSite } from '../db/site-settings'
import type { Name } from '../lib/name'
import type { RoomRequest } from './actor'
import { runAsUser } from './known-logins'
import { networkBans } from './network'
import { type Action, can } from './permissions'
import { type Refusal, Refused } from './refusals'
import {
  actorRole,
  isActor,
  isByName,
  isNamed,
  isNobody,
  isUnsanctioned,
  mayActOnUser,
  needsUser,
  type PreparedRequest,
  possibleRoles,
  sanctionsOf,
  shownRoleOf,
  siteBanOf,
  siteRoleOf,
  stopsBanned,
  stopsNetwork,
  stopsOf,
  stopsSanctioned,
  stopsWhenArchived,
} from './rules'

/** SQL for the columns that a message needs. */
const rules = sql`joined_at, last_sent_at, ${settingsInForce.slowModeSeconds} as slow_mode_seconds,
  ${settingsInForce.newcomerLinkSeconds} as newcomer_link_seconds, ${settingsInForce.newcomerMentionSeconds} as newcomer_mention_seconds,
  ${settingsInForce.blockedWords} as blocked_words, ${settingsInForce.approval} as approval, ${ownRulesWithSite} as own_rules, users.protected and users.approved_at as is_approved`

/** SQL for whether a user is banned from a room of `rooms`, which its owner is only by a ban from the site, and those with a role on the site never are. */
const isBannedFrom = (user: 'users' | 'target', siteRole: SQL, now: SQL): SQL<number> => {
  const table = sql.raw(user)
  return sql`(${siteRole} is null and (${table}.banned_until > ${now} or owner_id is not ${table}.id and exists (select 1 from ${sanctionsOf(user, sql`rooms.id`, sql`kind, until`, true)}
    where kind = 'ban' and ifnull(until > ${now}, true))))`
}

/**
 * SQL for the role by which an actor does something. Somebody who is banned may `withdraw`, but only what is its own: it has
 * no more power than a guest.
 */
const actingRole = (actor: PreparedRequest['actor'], action: Action): SQL<Role> =>
  action === 'withdraw' && actor.credential.kind !== 'admin' && !isNobody(actor)
    ? sql`iif(${isBannedFrom('users', siteRoleOf(actor.credential, sql`users`), sql`now`)}, 'guest', ${actorRole(actor)})`
    : actorRole(actor)

/**
 * SQL to stand behind `from`: one row, named `auth`, with the room and the actor as they are when the statement runs, the time
 * `now`, and `refusal`, the reason why the actor may not do `action`, or null. A write that selects from it `where refusal is null`
 * and the select that returns the reason can't disagree. With `hasRules`, which is for `post`, the row
 * also has the room's rules about messages, and with `hasStart` the number at which its log begins.
 */
export const authorize = (
  request: PreparedRequest,
  action: Action,
  { hasRules = false, hasStart = false }: { hasRules?: boolean; hasStart?: boolean } = {},
): SQL => {
  const { room, actor, now, network } = request
  const { credential, user } = actor
  const hasUser = !isNobody(actor) || needsUser.includes(action)
  // Null without a ban. Those who prove that their user is older than the ban may act.
  const isNewer = credential.kind === 'none' ? sql`` : sql` and network_since <= users.created_at`
  const columns = [
    sql`now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters`,
    stopsWhenArchived.includes(action) && sql`archived`,
    hasUser
      ? sql`users.id as user_id, users.name as user_name, ordinal`
      : sql`null as user_id, null as user_name, null as ordinal`,
    user !== undefined && sql`users.name_key as user_key`,
    user !== undefined && credential.kind === 'none' && sql`protected`,
    (action === 'post' || action === 'join') && sql`avatar`,
    hasRules && rules,
    hasStart && sql`first_seq`,
    sql`${actingRole(actor, action)} as role`,
    stopsBanned(actor, action) && sql`${siteBanOf(credential, sql`users`)} as banned_until`,
    stopsSanctioned(actor, action) &&
      // All columns, which takes fewer characters than their names.
      sql`(select min(kind) from ${sanctionsOf('users', sql`rooms.id`, sql`*`, credential.kind !== 'none')}
        where ifnull(until > now, true)) as sanction`,
    network &&
      stopsNetwork(request, action) &&
      sql`(select max(network_until) from ${networkBans(network, sql`rooms.id`, sql`now`)}${isNewer}) as network_until`,
  ]
  const stops = stopsOf(request, action, {
    possible: possibleRoles(actor),
    isFound: false,
    role: sql`role`,
    userKey: sql`user_key`,
    isUnsanctioned,
    isBannedFromSite: sql`banned_until > now`,
    isSanctioned: action === 'post' ? sql`sanction is not null` : sql`sanction = 'ban'`,
    isNetworkBanned: sql`network_until is not null`,
  })
  const whens = stops.map(
    ({ when, refusal }) =>
      sql`when ${when} then ${typeof refusal === 'string' ? sql.raw(`'${refusal}'`) : refusal}`,
  )
  return sql`(select *, case ${sql.join(whens, sql` `)} end as refusal from (
    select ${sql.join(
      columns.filter((column) => column !== false && column !== undefined),
      sql`, `,
    )}
    from (select ${now} as now)
    left join rooms on rooms.name_key = ${room.key} ${hasRules ? withSite : sql``}
    ${
      hasUser
        ? sql`left join users on ${isActor(actor)}${isByName(action) ? isNamed(credential) : sql``}
    left join members on members.user_id = users.id and members.room_id = rooms.id`
        : sql``
    })) as auth`
}

/** The user that an act is aimed at: by name, or as the author of a message, who may have been deleted since. */
export type Target = Name | { authorOf: number }

const targetTable = (room: Name, target: Target): SQL =>
  'authorOf' in target
    ? sql`(
        select author_id as id, coalesce(author.name, former.name) as name,
          coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject,
          author.site_role
        from messages
          left join users as author on author.id = author_id
          left join former_users as former on former.id = author_id
        where room_id = (select id from rooms where rooms.name_key = ${room.key}) and seq = ${target.authorOf}
      ) as target on target.name is not null`
    : sql`users as target on target.name_key = ${target.key}`

/**
 * SQL to stand behind `from`: the user who is acted on as `target`, beside `auth`. Its membership of the room is in `members`. With
 * `left join` there is a row also where nobody has the name.
 */
export const targetOf = (auth: SQL, room: Name, target: Target, join: SQL = sql`join`): SQL => sql`${auth}
  ${join} ${targetTable(room, target)}
  left join members on members.user_id = target.id and members.room_id = auth.room_id`

/** SQL for whether the actor may ban, mute or remove the target. */
export const mayActOn: SQL = mayActOnUser(sql`target`, sql`members.role`)

/** SQL for whether `target` is banned from a room of `rooms`. */
export const isTargetBanned = (now: number | Placeholder): SQL<number> =>
  isBannedFrom('target', sql`target.site_role`, sql`${now}`)

/** SQL for a sanction of the target as a JSON object; null where there is none in force. */
const targetSanction = (kind: SanctionKind) =>
  sql<
    string | null
  >`(select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
    from ${sanctionsOf('target', sql`auth.room_id`, sql`kind, until, reason, network_until`, true)}
    where kind = ${kind} and ifnull(until > auth.now, true) limit 1)`.as(`target_${kind}`)

/** The columns of `targetOf`: what the target is in the room, and whether the actor may act on it. */
export const targetColumns = {
  roomId: sql<number>`auth.room_id`.as('target_room_id'),
  userId: sql<number>`target.id`.as('target_id'),
  may: sql<number>`${mayActOn}`.as('may'),
  userName: sql<string>`target.name`.as('target_name'),
  role: shownRoleOf(sql`target.id`).as('target_role'),
  joinedAt: sql<number | null>`members.joined_at`.as('target_joined_at'),
  ban: targetSanction('ban'),
  mute: targetSanction('mute'),
}

/** A user's state in a room. `ban` and `mute` are JSON of `{ until, reason, networkUntil }`. */
export type TargetRow = {
  roomId: number
  userId: number
  userName: string
  role: MemberRole | 'guest'
  joinedAt: number | null
  ban: string | null
  mute: string | null
}

/** The columns of `auth`: the refusal, or the names of the room and the actor as they were created. */
export const authorizationColumns = {
  refusal: sql<Refusal | null>`refusal`.as('refusal'),
  roomId: sql<number>`room_id`.as('room_id'),
  chatroom: sql<string>`room_name`.as('room_name'),
  readers: sql<Audience>`readers`.as('room_readers'),
  userId: sql<number | null>`user_id`.as('user_id'),
  userName: sql<string>`user_name`.as('user_name'),
}

/** The columns of `auth` for `withdraw`, which guests may do too: also what tells whether the actor may read. */
export const withdrawalColumns = {
  ...authorizationColumns,
  role: sql<Role>`role`.as('role'),
  posters: sql<Audience>`posters`.as('room_posters'),
}

/** Throws `Refused` if the actor may not read and acts on something else than its own, so that it can't find out what exists. */
export const checkReadable = (
  request: RoomRequest,
  { role, readers, posters }: { role: Role; readers: Audience; posters: Audience },
  isOwn: boolean,
): void => {
  // An owner matters only for acts that take more than reading.
  if (!isOwn && !can(role, 'read', { readers, posters, isOwned: true }))
    throw Refused.of(request, 'members only')
}

/** SQL for the room's id if the actor may act and `where` holds, else null. SQLite computes it once a statement, not once a row. */
export const roomOf = (auth: SQL, where: SQL = sql`true`): SQL =>
  sql`(select room_id from ${auth} where refusal is null and ${where})`

/** SQL for the ordinal of a room's next member. */
export const nextOrdinalIn = (roomId: SQL): SQL =>
  sql`1 + ifnull((select max(ordinal) from members as m where m.room_id = ${roomId}), 0)`

/** SQL for the ordinal of the next member of the room in `auth`. */
export const nextOrdinal = nextOrdinalIn(sql`auth.room_id`)

/** Makes the actor a member of the room, if it may and is not one yet. Returns the new member. */
export const insertMember = (db: Database, auth: SQL) =>
  db
    .insert(members)
    .select(
      sql`select ${insertValues(members, { roomId: sql`room_id`, ordinal: nextOrdinal, userId: sql`user_id`, joinedAt: sql`now` })}
      from ${auth}
      where refusal is null and ordinal is null`,
    )
    .returning({ ordinal: members.ordinal })

/** Returns whether a reason against an act does not hold for a request that was stored before. */
type IsExempt<Given> = (refusal: Refusal, results: Results<Given>) => boolean

/**
 * Runs the statements of a request in one batch, and returns the rows of each by its name; of `auth`, which selects from
 * `authorize()`, the one row. Throws `Refused` if the actor may not act. So a select beside `auth` needs no authorization of its own: nobody
 * sees its rows then. The user of a login that claims a role is created before, because its acts are recorded.
 */
export const runAuthorized = async <Given extends Statements & { auth: Statements[string] }>(
  db: Database,
  request: RoomRequest,
  statements: Given,
  isExempt?: IsExempt<Given>,
): Promise<Omit<Results<Given>, 'auth'> & { auth: RowOf<Given, 'auth'> }> => {
  const { credential } = request.actor
  // A login that claims a role on the site needs its user for it.
  if (credential.kind === 'login' && credential.role) return runAsActor(db, request, statements, isExempt)
  return authorized(request, await batch(db, statements), isExempt)
}

/**
 * Runs the statements of an act of a user as `runAuthorized` does, and those before them that create or rename the user of a login if
 * they are needed. The statements must change nothing without the actor's user.
 */
export const runAsActor = async <Given extends Statements & { auth: Statements[string] }>(
  db: Database,
  request: RoomRequest,
  statements: Given,
  isExempt?: IsExempt<Given>,
): Promise<Omit<Results<Given>, 'auth'> & { auth: RowOf<Given, 'auth'> }> => {
  const { actor, now } = request
  const hasUser = ({ auth }: Results<Given>) => (auth as { userId: number | null }[])[0]?.userId !== null
  return authorized(request, await runAsUser(db, actor.credential, now, statements, hasUser), isExempt)
}

/** Returns the results of a batch, with the one row of `auth`. Throws `Refused` if the actor may not act. */
export const authorized = <Given extends Statements & { auth: Statements[string] }>(
  request: RoomRequest,
  results: Results<Given>,
  isExempt: IsExempt<Given> = () => false,
): Omit<Results<Given>, 'auth'> & { auth: RowOf<Given, 'auth'> } => {
  const [auth] = results.auth as (RowOf<Given, 'auth'> & { refusal: Refusal | null })[]
  if (!auth) throw new Error('authorize() returned no row')
  if (auth.refusal && !isExempt(auth.refusal, results)) throw Refused.of(request, auth.refusal)
  return { ...results, auth }
}

/** Returns the target of an act. Throws `Refused` if the actor may not act on it. */
export const targetOfAct = (
  request: RoomRequest,
  [target]: (TargetRow & { may: number })[],
): TargetRow | undefined => {
  if (target && !target.may) throw Refused.of(request, 'not allowed')
  return target
}
