import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './database'
import type { Actor } from './identity/actor'
import { type Action, audiences, can, roles } from './rooms/access'
import { members } from './schema'

/** Why an actor may not do something in a room, in the order in which it is looked for. */
export type Refusal =
  | 'invalid token'
  | 'no chatroom'
  | 'not you'
  | 'no user'
  | 'token required'
  | 'archived'
  | 'members only'
  | 'not allowed'

/** Only a member's own hand can do these, so the actor must be a user; for the others the admin is enough. */
const needsUser: readonly Action[] = ['join', 'post', 'leave']
/** What changes nothing that is said goes on in a room that is archived. */
const stopsWhenArchived: readonly Action[] = ['join', 'post', 'invite']

const isUser = ({ credential, userKey }: Actor): SQL =>
  credential.kind === 'token'
    ? sql`users.token_hash = ${credential.hash}`
    : sql`users.name_key = ${userKey ?? null}`

/** What somebody is in the room. A name without a token is a name tag: it makes nobody more than a member. */
const role = ({ credential }: Actor): SQL => {
  const member = sql`when members.ordinal is not null then 'member' else 'guest'`
  switch (credential.kind) {
    case 'admin':
      return sql`'admin'`
    case 'token':
      return sql`case when rooms.owner_id = users.id then 'owner' when members.role = 'moderator' then 'moderator' ${member} end`
    case 'none':
      return sql`case ${member} end`
  }
}

const doors = audiences.flatMap((readers) => audiences.map((posters) => ({ readers, posters })))

/** SQL for `can`, spelled out for each way that a room's doors may stand. */
const mayIn = (action: Action, role: SQL): SQL => {
  const cases = doors.map(({ readers, posters }) => {
    const may = roles.filter((role) => can(role, action, { readers, posters }))
    return sql`when readers = ${readers} and posters = ${posters} then ${role} in ${may}`
  })
  return sql`case ${sql.join(cases, sql` `)} end`
}

const refusal = (actor: Actor, action: Action): SQL => {
  const { credential, userKey } = actor
  const named = userKey !== undefined
  const whens = [
    credential.kind === 'token' && sql`when users.id is null then 'invalid token'`,
    sql`when rooms.id is null then 'no chatroom'`,
    credential.kind === 'token' && named && sql`when users.name_key <> ${userKey} then 'not you'`,
    (named || needsUser.includes(action)) && sql`when users.id is null then 'no user'`,
    credential.kind === 'none' && sql`when users.protected then 'token required'`,
    stopsWhenArchived.includes(action) && sql`when archived then 'archived'`,
    sql`when not ${mayIn(action, role(actor))} then case when ${role(actor)} = 'guest' then 'members only' else 'not allowed' end`,
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
export const standing = (roomKey: string, actor: Actor, action: Action): SQL => sql`(
    select rooms.id as room_id, rooms.name as room_name, users.id as user_id, users.name as user_name,
      members.ordinal as ordinal, owner_id, slow_mode_seconds,
      slow_mode_seconds > 0 and ${role(actor)} in ('member', 'guest') as is_slow,
      ${refusal(actor, action)} as refusal
    from (select 1)
      left join rooms on rooms.name_key = ${roomKey}
      left join users on ${isUser(actor)}
      left join members on members.user_id = users.id and members.room_id = rooms.id
  ) as standing`

/** Why not; or where it is null, the names of the room and the actor as they are shown. */
export const verdict = {
  refusal: sql<Refusal | null>`refusal`.as('refusal'),
  chatroom: sql<string>`room_name`.as('room_name'),
  userName: sql<string>`user_name`.as('user_name'),
}

/** The id of the room, if the actor may; null otherwise. It is looked up once a statement, not once a row. */
export const roomOf = (standing: SQL): SQL => sql`(select room_id from ${standing} where refusal is null)`

/** What can't be: `standing` always has one row. */
export const noRow = new Error('an actor without a standing')

/** What the next member of the room is numbered. */
export const nextOrdinal = sql`1 + coalesce((select max(ordinal) from members as m where m.room_id = standing.room_id), 0)`

/** A statement that makes the actor a member of the room, if it may, unless it is one or `unless` holds. */
export const insertMember = (db: Database, standing: SQL, now: number, unless: SQL = sql`false`) =>
  db.insert(members).select(
    sql`select room_id, ${nextOrdinal}, user_id, ${now}, 'member'
      from ${standing}
      where refusal is null and ordinal is null and not (${unless})`,
  )
