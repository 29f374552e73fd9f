import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './database'
import { members } from './schema'

// Pieces of SQL that several stores share. Rooms and users are named by their key, not by their id, so that
// looking them up is part of the statement that does the work, not a round trip of its own.

export type Names = { roomKey: string; userKey: string }

export const roomId = (roomKey: string): SQL => sql`(select id from rooms where name_key = ${roomKey})`
export const userId = (userKey: string): SQL => sql`(select id from users where name_key = ${userKey})`

/** A statement that gives the room's and the user's name as they are shown; null where there is none. */
export const selectNames = (db: Database, { roomKey, userKey }: Names) =>
  db
    .select({
      chatroom: sql<string | null>`(select name from rooms where name_key = ${roomKey})`.as('room_name'),
      userName: sql<string | null>`(select name from users where name_key = ${userKey})`.as('user_name'),
    })
    .from(sql`(select 1)`)

/** A statement that makes the user a member of the room, where there are such and unless it is one or `unless` holds. */
export const insertMember = (
  db: Database,
  { roomKey, userKey }: Names,
  now: number,
  unless: SQL = sql`false`,
) =>
  db.insert(members).select(
    sql`select rooms.id, 1 + coalesce((select max(ordinal) from members where room_id = rooms.id), 0), users.id, ${now}
      from rooms join users
      where rooms.name_key = ${roomKey} and users.name_key = ${userKey}
        and not exists (select 1 from members where user_id = users.id and room_id = rooms.id)
        and not (${unless})`,
  )

/** A room's number of members: see `rooms.memberOffset`. */
export const memberCount = sql<number>`coalesce((select max(ordinal) from members where room_id = rooms.id), 0) + rooms.member_offset`

/** What `rooms.memberOffset` becomes when a member leaves: its ordinal may have been the largest. */
export const offsetWithout = (leaver: SQL): SQL =>
  sql`${memberCount} - 1 - coalesce((select max(ordinal) from members where room_id = rooms.id and user_id <> ${leaver}), 0)`
