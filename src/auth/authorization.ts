import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import type { WithPlaceholders } from '../db/prepared-statements'
import { members } from '../db/schema'
import type { Actor } from './actor'
import { type Action, type Audience, audiences, can, outranks, type Role, roles } from './permissions'
import type { Refusal } from './refusals'
import { isHolder } from './store'

/** Only somebody's own hand can do these, so the actor must be a user; for the others the admin is enough. */
const needsUser: readonly Action[] = ['join', 'post', 'report']
const stopsWhenArchived: readonly Action[] = ['join', 'post', 'invite']
const stopsWhenBanned: readonly Action[] = ['read', 'report', 'join', 'post', 'invite', 'moderate']

/** Who acts, known now or when the statement runs. */
type Somebody = Actor | WithPlaceholders<Actor>

const isUser = ({ credential, userKey }: Somebody): SQL =>
  credential.kind === 'token' || credential.kind === 'login'
    ? isHolder(credential)
    : sql`users.name_key = ${userKey ?? null}`

/** SQL for a role from `owner_id` and a row of `members`, either of which may be missing. */
export const roleOf = (userId: SQL): SQL<Role> =>
  sql`case when owner_id = ${userId} then 'owner' when members.role is not null then members.role else 'guest' end`

/** What the actor is in the room. A name without a token is a name tag: it makes nobody more than a member. */
const role = ({ credential }: Somebody): SQL => {
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

/** The database's own clock, in milliseconds. */
export const clock = sql`cast(unixepoch('subsec') * 1000 as integer)`

/** What a sanction of a user says, as a JSON object; null where there is none. */
const sanctionOf = (kind: 'ban' | 'mute', roomId: SQL, user: 'users' | 'target'): SQL<string | null> => {
  const table = sql.identifier(user)
  const inForce = sql`sanctions.room_id = ${roomId} and kind = ${kind} and (until is null or until > ${clock})`
  const shown = sql`select json_object('until', until, 'reason', reason) from sanctions`
  // SQLite guesses that a room has few sanctions and would read them all, rather than look a name up in its index.
  return sql`coalesce(
    (${shown} where ${inForce} and sanctions.user_id = ${table}.id),
    (${shown} indexed by sanctions_name where ${inForce} and sanctions.name_key = ${table}.name_key limit 1))`
}

/** Words of our own, spelled out: D1 takes 100 parameters a statement, and a role is in it many times. */
export const sqlList = (list: readonly (Role | Audience)[]): SQL =>
  sql.raw(`(${list.map((word) => `'${word}'`).join(', ')})`)

const doors = audiences.flatMap((readers) => audiences.map((posters) => ({ readers, posters })))

/** SQL for `can`, spelled out for each way that a room's doors may stand. */
const may = (action: Action): SQL => {
  const cases = doors.map(({ readers, posters }) => {
    const able = roles.filter((role) => can(role, action, { readers, posters }))
    return sql`when (readers, posters) = ${sqlList([readers, posters])} then role in ${sqlList(able)}`
  })
  return sql`case ${sql.join(cases, sql` `)} end`
}

const refusal = ({ credential, userKey }: Somebody, action: Action): SQL => {
  const named = userKey !== undefined
  const whens = [
    credential.kind === 'token' && sql`when user_id is null then 'invalid token'`,
    credential.kind === 'login' && needsUser.includes(action) && sql`when user_id is null then 'name taken'`,
    sql`when room_id is null then 'no chatroom'`,
    (credential.kind === 'token' || credential.kind === 'login') &&
      named &&
      sql`when user_key <> ${userKey} then 'not you'`,
    (named || needsUser.includes(action)) && sql`when user_id is null then 'no user'`,
    credential.kind === 'none' && sql`when protected then 'token required'`,
    credential.kind !== 'admin' &&
      stopsWhenBanned.includes(action) &&
      // An owner that was banned before the room was handed to it could lift the ban from nobody else.
      sql`when ban is not null and role <> 'owner' then 'banned'`,
    credential.kind !== 'admin' &&
      action === 'post' &&
      sql`when mute is not null and role <> 'owner' then 'muted'`,
    stopsWhenArchived.includes(action) && sql`when archived then 'archived'`,
    sql`when not ${may(action)} then case when role = 'guest' then 'members only' else 'not allowed' end`,
  ]
  return sql`case ${sql.join(
    whens.filter((when) => when !== false),
    sql` `,
  )} end`
}

/**
 * One row, to stand behind `from`: the room and the actor as they are when the statement runs, and `refusal`, why the
 * actor may not do `action` there, or null. A write that selects `from` it `where refusal is null` and the select that
 * says why nothing was written can't disagree.
 */
export const authorize = (roomKey: string | Placeholder, actor: Somebody, action: Action): SQL => sql`(
    select *, slow_mode_seconds > 0 and role in ('member', 'guest') as is_slow, ${refusal(actor, action)} as refusal
    from (
      select rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, slow_mode_seconds,
        newcomer_link_seconds, blocked_words,
        users.id as user_id, users.name as user_name, users.name_key as user_key, users.protected as protected,
        members.ordinal as ordinal, members.joined_at as joined_at,
        ${role(actor)} as role, ${sanctionOf('ban', sql`rooms.id`, 'users')} as ban, ${sanctionOf('mute', sql`rooms.id`, 'users')} as mute
      from (select 1)
        left join rooms on rooms.name_key = ${roomKey}
        left join users on ${isUser(actor)}
        left join members on members.user_id = users.id and members.room_id = rooms.id
    )
  ) as auth`

/**
 * The user of a name, as `target`, beside the actor's auth in the room; what it is there is in `members`. With
 * `left join` there is a row even where nobody has the name.
 */
export const targetOf = (auth: SQL, userKey: string, join: SQL = sql`join`): SQL => sql`${auth}
  ${join} users as target on target.name_key = ${userKey}
  left join members on members.user_id = target.id and members.room_id = auth.room_id`

/** SQL for `outranks`: whether the actor may do something to the target. */
export const mayActOn: SQL = sql`case ${sql.join(
  roles.map((role) => {
    const lower = roles.filter((other) => outranks(role, other))
    const to = lower.length > 0 ? sql`${roleOf(sql`target.id`)} in ${sqlList(lower)}` : sql`false`
    return sql`when auth.role in ${sqlList([role])} then ${to}`
  }),
  sql` `,
)} end`

/** What the target of `targetOf` is in the room, and whether the actor may do something to it. */
export const targetColumns = {
  userId: sql<number>`target.id`.as('target_id'),
  may: sql<number>`${mayActOn}`.as('may'),
  userName: sql<string>`target.name`.as('target_name'),
  role: roleOf(sql`target.id`).as('target_role'),
  joinedAt: sql<number | null>`members.joined_at`.as('target_joined_at'),
  ban: sanctionOf('ban', sql`auth.room_id`, 'target').as('target_ban'),
  mute: sanctionOf('mute', sql`auth.room_id`, 'target').as('target_mute'),
}

/** What somebody is in a room; `ban` and `mute` are JSON of `{ until, reason }`. */
export type TargetRow = {
  userId: number
  userName: string
  role: Role
  joinedAt: number | null
  ban: string | null
  mute: string | null
}

/** Why not; or where it is null, the names of the room and the actor as they are shown. */
export const authorizationColumns = {
  refusal: sql<Refusal | null>`refusal`.as('refusal'),
  ban: sql<string | null>`ban`.as('ban'),
  mute: sql<string | null>`mute`.as('mute'),
  roomId: sql<number>`room_id`.as('room_id'),
  chatroom: sql<string>`room_name`.as('room_name'),
  readers: sql<Audience>`readers`.as('room_readers'),
  userName: sql<string>`user_name`.as('user_name'),
}

/** The id of the room, if the actor may and `where` holds; null otherwise. It is looked up once a statement, not once a row. */
export const roomOf = (auth: SQL, where: SQL = sql`true`): SQL =>
  sql`(select room_id from ${auth} where refusal is null and ${where})`

/** Thrown when a batch returns no authorization row. That is a bug: `authorize` always gives one row. */
export const missingRow = () => new Error('authorize() returned no row')

/** What the next member of the room is numbered. */
export const nextOrdinal = sql`1 + coalesce((select max(ordinal) from members as m where m.room_id = auth.room_id), 0)`

/** A statement that makes the actor a member of the room, if it may, unless it is one or `unless` holds; it gives the new one. */
export const insertMember = (db: Database, auth: SQL, now: number | Placeholder, unless: SQL = sql`false`) =>
  db
    .insert(members)
    .select(
      sql`select ${insertValues(members, { roomId: sql`room_id`, ordinal: nextOrdinal, userId: sql`user_id`, joinedAt: now })}
      from ${auth}
      where refusal is null and ordinal is null and not (${unless})`,
    )
    .returning({ ordinal: members.ordinal })

type Verdict = { refusal: Refusal | null; chatroom: string } | undefined
export type Done =
  | { outcome: 'done'; chatroom: string; target: TargetRow }
  | { outcome: 'no user' }
  | { outcome: 'refused'; refusal: Refusal }

/** The outcome of an act on a target, from what the statements of its batch gave. */
export const targetOutcome = (found: Verdict, row: (TargetRow & { may: number }) | undefined): Done => {
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (!row) return { outcome: 'no user' }
  const { may, ...target } = row
  return may
    ? { outcome: 'done', chatroom: found.chatroom, target }
    : { outcome: 'refused', refusal: 'not allowed' }
}
