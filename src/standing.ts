import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './database'
import type { Actor } from './identity/actor'
import { isHolder } from './identity/store'
import { members } from './schema'

/**
 * Why an actor may not do something in a room, in the order in which it is looked for. A login whose name is taken has no
 * user; what is always protected is the user of a login.
 */
export type Refusal =
  | 'invalid token'
  | 'name taken'
  | 'no chatroom'
  | 'not you'
  | 'no user'
  | 'token required'
  | 'always protected'

const userOf = ({ credential, userKey }: Actor): SQL =>
  credential.kind === 'token' || credential.kind === 'login'
    ? isHolder(credential)
    : sql`users.name_key = ${userKey ?? null}`

/** SQL for what is wrong with the actor itself; null where it is who it says. */
const actorRefusal = ({ credential, userKey }: Actor): { before: SQL; after: SQL } => {
  switch (credential.kind) {
    case 'token':
    case 'login':
      return {
        before:
          credential.kind === 'token'
            ? sql`when users.id is null then 'invalid token'`
            : sql`when users.id is null then 'name taken'`,
        after: userKey === undefined ? sql`` : sql`when users.name_key <> ${userKey} then 'not you'`,
      }
    case 'none':
      return {
        before: sql``,
        after: sql`when users.id is null then 'no user' when users.protected then 'token required'`,
      }
    case 'admin':
      return { before: sql``, after: sql`when users.id is null then 'no user'` }
  }
}

/**
 * One row, to stand behind `from`: the room and the actor as they are when the statement runs, and `refusal`, why the
 * actor may not act there, or null. A write that selects `from` it `where refusal is null` and the select that says
 * why nothing was written can't disagree.
 */
export const standing = (roomKey: string, actor: Actor): SQL => {
  const { before, after } = actorRefusal(actor)
  return sql`(
    select rooms.id as room_id, rooms.name as room_name, users.id as user_id, users.name as user_name,
      case ${before} when rooms.id is null then 'no chatroom' ${after} end as refusal
    from (select 1) left join rooms on rooms.name_key = ${roomKey} left join users on ${userOf(actor)}
  ) as standing`
}

/** A statement that gives `refusal`; where it is null, also the names of the room and the actor as they are shown. */
export const selectStanding = (db: Database, roomKey: string, actor: Actor) =>
  db
    .select({
      refusal: sql<Refusal | null>`refusal`.as('refusal'),
      chatroom: sql<string>`room_name`.as('room_name'),
      userName: sql<string>`user_name`.as('user_name'),
    })
    .from(standing(roomKey, actor))

/** A statement that makes the actor a member of the room, if it may, unless it is one or `unless` holds. */
export const insertMember = (db: Database, where: SQL, now: number, unless: SQL = sql`false`) =>
  db.insert(members).select(
    sql`select room_id, 1 + coalesce((select max(ordinal) from members as m where m.room_id = standing.room_id), 0), user_id, ${now}
      from ${where}
      where refusal is null and not (${unless})
        and not exists (select 1 from members as m where m.user_id = standing.user_id and m.room_id = standing.room_id)`,
  )
