import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import { findMentions, MAX_MENTIONS } from '../contract/mentions'
import { normalizeName } from '../contract/name-characters'
import type { Database } from '../db/client'
import { mentions } from '../db/schema'
import { nameKey } from '../lib/name-key'

/**
 * Returns the names that a text may mention as JSON: for each `@` the keys of the names that may stand behind it, the longest first.
 * Returns undefined for a text that mentions nobody.
 */
export const mentionedKeys = (text: string): string | undefined => {
  const found = findMentions(text).map((names) => names.map((name) => nameKey(normalizeName(name))))
  return found.length > 0 ? JSON.stringify(found) : undefined
}

/** SQL for the members of a room that a message mentions, as in its column; null for none. `keys` is what `mentionedKeys` returns. */
export const mentionedMembers = (keys: string | Placeholder | SQL, roomId: SQL): SQL => sql`(
  select nullif(json_group_array(json_object('id', id, 'name', name)), '[]') from (
    select id, name from (
      select min(written.key), place.key as place, users.id, users.name
      from json_each(${keys}) as place cross join json_each(place.value) as written
        cross join users on name_key = written.value cross join members on user_id = users.id and room_id = ${roomId}
      group by place.key)
    group by id order by min(place) limit ${sql.raw(`${MAX_MENTIONS}`)}))`

/**
 * Adds the newest message of a room to the lists of those whom it mentions, except its author's. It stands in a batch after the statement that stores
 * the message. If that stores nothing, the newest message is an older one, which is in the lists already.
 */
export const insertMentions = (db: Database, roomKey: string | Placeholder) =>
  db
    .insert(mentions)
    .select(
      sql`select value ->> 'id', room_id, seq, created_at from messages, json_each(mentions)
        where room_id = (select id from rooms where name_key = ${roomKey})
          and seq = (select max(seq) from messages as newest where newest.room_id = messages.room_id)
          and value ->> 'id' <> author_id`,
    )
    .onConflictDoNothing()

/** As `insertMentions`, for the `count` newest messages of a room, which were stored together. */
export const insertNewestMentions = (db: Database, roomKey: string, count: number) =>
  db
    .insert(mentions)
    .select(
      sql`select value ->> 'id', room_id, seq, created_at from messages, json_each(mentions)
        where (room_id, seq) in (select room_id, seq from messages as newest
            where newest.room_id = (select id from rooms where name_key = ${roomKey}) order by seq desc limit ${count})
          and value ->> 'id' <> author_id`,
    )
    .onConflictDoNothing()

/**
 * Removes messages from the lists of those whom they mention. It stands in a batch before the statement that deletes the messages.
 * `isAllowed` is looked at only where there are mentions.
 */
export const deleteMentions = (db: Database, where: SQL, isAllowed: SQL = sql`true`) =>
  db.delete(mentions).where(
    sql`(user_id, room_id, seq) in (select value ->> 'id', room_id, seq
      from (select room_id, seq, mentions as mentioned from messages where ${where} and case when mentions is not null then ${isAllowed} end limit -1)
        cross join json_each(mentioned))`,
  )
