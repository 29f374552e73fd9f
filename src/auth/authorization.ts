import { type SQL, sql } from 'drizzle-orm'
import { type Audience, audiences, type Role, roles, type SanctionKind } from '../contract/lists'
import { batch, type Database, type Results, type Statements } from '../db/client'
import { insertValues } from '../db/fragments'
import type { WithPlaceholders } from '../db/prepared-statements'
import { members } from '../db/schema'
import type { Name } from '../lib/name'
import type { RoomRequest } from './actor'
import { type Action, can, outranks, type RoomAccess } from './permissions'
import { type Refusal, Refused } from './refusals'
import { isHolder } from './store'

/** These need a user. The admin may do the others without one. */
const needsUser: readonly Action[] = ['join', 'post', 'report']
const stopsWhenArchived: readonly Action[] = ['join', 'post', 'invite']
const stopsWhenBanned: readonly Action[] = ['read', 'report', 'join', 'post', 'invite', 'moderate']

type PreparedRequest = RoomRequest | WithPlaceholders<RoomRequest> | WithPlaceholders<RoomRequest, SQL>
type PreparedActor = PreparedRequest['actor']

const isActor = ({ credential, user }: PreparedActor): SQL =>
  credential.kind === 'token' || credential.kind === 'login'
    ? isHolder(credential)
    : sql`users.name_key = ${user?.key ?? null}`

/** SQL for a role, from `owner_id` and a row of `members`; either may be missing. */
export const roleOf = (userId: SQL): SQL<Role> =>
  sql`case when owner_id = ${userId} then 'owner' when members.role is not null then members.role else 'guest' end`

/** SQL for the actor's role in the room. A name without a token can be used by anybody, so it is a member at most. */
const actorRole = ({ credential }: PreparedActor): SQL => {
  switch (credential.kind) {
    case 'admin':
      return sql`'admin'`
    case 'token':
    case 'login':
      return roleOf(sql`users.id`)
    case 'none':
      return sql`case when members.ordinal is not null then 'member' else 'guest' end`
  }
}

/**
 * SQL for a user's sanction as a JSON object; null where there is none at the time `now`. It holds for the user, for its name, and
 * for its login, also after the user of the login was deleted and created anew.
 */
const sanctionOf = (
  kind: SanctionKind,
  { roomId, user, now, hasLogin }: { roomId: SQL; user: 'users' | 'target'; now: SQL; hasLogin: boolean },
): SQL<string | null> => {
  const table = sql.identifier(user)
  const inForce = sql`sanctions.room_id = ${roomId} and kind = ${kind} and (until is null or until > ${now})`
  const found = sql`select json_object('until', until, 'reason', reason) from sanctions`
  // SQLite guesses that a room has few sanctions, and would read them all instead of using the index by name.
  const matches = [
    sql`(${found} where ${inForce} and sanctions.user_id = ${table}.id)`,
    sql`(${found} indexed by sanctions_name where ${inForce} and sanctions.name_key = ${table}.name_key limit 1)`,
    hasLogin &&
      sql`(${found} indexed by sanctions_subject where ${inForce} and sanctions.subject = ${table}.subject limit 1)`,
  ]
  return sql`coalesce(${sql.join(
    matches.filter((match) => match !== false),
    sql`, `,
  )})`
}

/** Words of ours as SQL text. D1 takes 100 parameters a statement, and a role is in it many times. */
export const sqlList = (list: readonly (Role | Audience)[]): SQL =>
  sql.raw(`(${list.map((word) => `'${word}'`).join(', ')})`)

const allAccess = audiences.flatMap((readers) => audiences.map((posters) => ({ readers, posters })))

/** SQL for `can`, with a case for each combination of readers and posters. */
const isAllowed = (action: Action): SQL => {
  const cases = allAccess.map(({ readers, posters }) => {
    const able = roles.filter((role) => can(role, action, { readers, posters }))
    return sql`when (readers, posters) = ${sqlList([readers, posters])} then role in ${sqlList(able)}`
  })
  return sql`case ${sql.join(cases, sql` `)} end`
}

const isForMembers = (action: Action): boolean =>
  can('member', action, { readers: 'members', posters: 'members' })

const refusalOf = ({ credential, user }: PreparedActor, action: Action): SQL => {
  const hasName = user !== undefined
  const whens = [
    credential.kind === 'token' && sql`when user_id is null then 'invalid token'`,
    sql`when room_id is null then 'no chatroom'`,
    (credential.kind === 'token' || credential.kind === 'login') &&
      hasName &&
      sql`when user_key <> ${user.key} then 'not you'`,
    (hasName || needsUser.includes(action)) && sql`when user_id is null then 'no user'`,
    credential.kind === 'none' && sql`when protected then 'token required'`,
    credential.kind !== 'admin' &&
      stopsWhenBanned.includes(action) &&
      // A user that was banned before it became the owner can be unbanned by nobody else.
      sql`when ban is not null and role <> 'owner' then 'banned'`,
    credential.kind !== 'admin' &&
      action === 'post' &&
      sql`when mute is not null and role <> 'owner' then 'muted'`,
    stopsWhenArchived.includes(action) && sql`when archived then 'archived'`,
    // A guest may ask to become a member only where that helps.
    sql`when not ${isAllowed(action)} then ${sql.raw(isForMembers(action) ? "'members only'" : "'not allowed'")}`,
  ]
  return sql`case ${sql.join(
    whens.filter((when) => when !== false),
    sql` `,
  )} end`
}

/**
 * SQL to stand behind `from`: one row, named `auth`, with the room and the actor as they are when the statement runs, the time
 * `now`, and `refusal`, the reason why the actor may not do `action`, or null. A write that selects from it `where refusal is null`
 * and the select that returns the reason can't disagree.
 */
export const authorize = ({ room, actor, now }: PreparedRequest, action: Action): SQL => {
  const hasLogin = actor.credential.kind === 'login'
  const sanction = (kind: SanctionKind) =>
    sanctionOf(kind, { roomId: sql`rooms.id`, user: 'users', now: sql`request.now`, hasLogin })
  return sql`(
    select *, slow_mode_seconds > 0 and role in ('member', 'guest') as is_slow, ${refusalOf(actor, action)} as refusal
    from (
      select request.now as now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived,
        slow_mode_seconds, newcomer_link_seconds, blocked_words,
        users.id as user_id, users.name as user_name, users.name_key as user_key, users.protected as protected,
        members.ordinal as ordinal, members.joined_at as joined_at, members.last_sent_at as last_sent_at,
        ${actorRole(actor)} as role, ${sanction('ban')} as ban, ${sanction('mute')} as mute
      from (select ${now} as now) as request
        left join rooms on rooms.name_key = ${room.key}
        left join users on ${isActor(actor)}
        left join members on members.user_id = users.id and members.room_id = rooms.id
    )
  ) as auth`
}

/** The user that an act is aimed at: by name, or as the author of a message, who may have been deleted since. */
export type Target = Name | { authorOf: number }

const targetTable = (room: Name, target: Target): SQL =>
  'authorOf' in target
    ? sql`(
        select author_id as id, coalesce(author.name, former.name) as name,
          coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject
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

/** SQL for `outranks`: whether the actor may ban, mute or remove the target. */
export const mayActOn: SQL = sql`case ${sql.join(
  roles.map((role) => {
    const lower = roles.filter((other) => outranks(role, other))
    const to = lower.length > 0 ? sql`${roleOf(sql`target.id`)} in ${sqlList(lower)}` : sql`false`
    return sql`when auth.role in ${sqlList([role])} then ${to}`
  }),
  sql` `,
)} end`

const targetSanction = (kind: SanctionKind) =>
  sanctionOf(kind, { roomId: sql`auth.room_id`, user: 'target', now: sql`auth.now`, hasLogin: true }).as(
    `target_${kind}`,
  )

/** The columns of `targetOf`: what the target is in the room, and whether the actor may act on it. */
export const targetColumns = {
  roomId: sql<number>`auth.room_id`.as('target_room_id'),
  userId: sql<number>`target.id`.as('target_id'),
  may: sql<number>`${mayActOn}`.as('may'),
  userName: sql<string>`target.name`.as('target_name'),
  role: roleOf(sql`target.id`).as('target_role'),
  joinedAt: sql<number | null>`members.joined_at`.as('target_joined_at'),
  ban: targetSanction('ban'),
  mute: targetSanction('mute'),
}

/** A user's state in a room. `ban` and `mute` are JSON of `{ until, reason }`. */
export type TargetRow = {
  roomId: number
  userId: number
  userName: string
  role: Role
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
  { role, ...access }: RoomAccess & { role: Role },
  isOwn: boolean,
): void => {
  if (!isOwn && !can(role, 'read', access)) throw Refused.of(request, 'members only')
}

/** SQL for the room's id if the actor may act and `where` holds, else null. SQLite computes it once a statement, not once a row. */
export const roomOf = (auth: SQL, where: SQL = sql`true`): SQL =>
  sql`(select room_id from ${auth} where refusal is null and ${where})`

/** SQL for the ordinal of the room's next member. */
export const nextOrdinal = sql`1 + coalesce((select max(ordinal) from members as m where m.room_id = auth.room_id), 0)`

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

type AuthRow<Given extends Statements> = Results<Given>[keyof Given & 'auth'] extends (infer Row)[]
  ? Row
  : never

/**
 * Runs the statements of a request in one batch, and returns the rows of each by its name; of `auth`, which selects from
 * `authorize()`, the one row. Throws `Refused` if the actor may not act.
 */
export const runAuthorized = async <Given extends Statements & { auth: Statements[string] }>(
  db: Database,
  request: RoomRequest,
  statements: Given,
): Promise<Omit<Results<Given>, 'auth'> & { auth: AuthRow<Given> }> => {
  const results = await batch(db, statements)
  const [auth] = results.auth as (AuthRow<Given> & { refusal: Refusal | null })[]
  if (!auth) throw new Error('authorize() returned no row')
  if (auth.refusal) throw Refused.of(request, auth.refusal)
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
