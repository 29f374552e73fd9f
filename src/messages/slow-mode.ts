import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import { nextOrdinal } from '../auth/authorization'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { members } from '../db/schema'

/** If a room's wait is longer than this, a member's row stores the time of its last message. That writes at most one row more a wait. */
export const SHORT_WAIT_SECONDS = 10
/** If it is shorter, a send looks for the actor among this many of the last messages. */
const MAX_LOOK_BACK = 50

/** SQL for whether slow mode holds for the actor. */
const isSlow = sql`(slow_mode_seconds > 0 and role in ('member', 'guest'))`
/** SQL for whether a member's row has the time of its last message. */
const hasLongWait = sql`(${isSlow} and slow_mode_seconds > ${sql.raw(`${SHORT_WAIT_SECONDS}`)})`
const waitBegin = sql`(auth.now - 1000 * slow_mode_seconds)`

/**
 * SQL for how many milliseconds the actor has to wait in a room with slow mode; null or 0 for not at all. It takes the time of the
 * actor's last message from its member's row, or walks back through the newest messages, each by the key, so that the rows read
 * have a bound: docs/decisions/0010.
 */
export const slowModeWait: SQL<number> = sql`case
  when not ${isSlow} then null
  when ${hasLongWait} and last_sent_at > ${waitBegin} then last_sent_at - ${waitBegin}
  else (
    with recursive back (seq, author, at) as (
      select * from (
        select seq, author_id, created_at from messages as m where m.room_id = auth.room_id order by seq desc limit 1)
      union all
      select m.seq, m.author_id, m.created_at from back join messages as m on m.room_id = auth.room_id
        and m.seq = (select max(seq) from messages as n where n.room_id = auth.room_id and n.seq < back.seq)
      where author <> auth.user_id and at > ${waitBegin}
      limit ${sql.raw(`${MAX_LOOK_BACK}`)}
    ) select at - ${waitBegin} from back where author = auth.user_id and at > ${waitBegin}) end`

/** SQL for whether a row of `users` as `u` has sent none of the newest messages of the room `r` after a time that was not long ago. */
export const isSlowModeOver = (time: number | Placeholder): SQL => sql`not exists (
  select 1 from (select author_id, created_at from messages where room_id = r.id order by seq desc limit ${sql.raw(`${MAX_LOOK_BACK}`)})
  where author_id = u.id and created_at > ${time})`

/**
 * Makes the sender of the room's last message a member, or in slow mode with a long wait notes the time of the message in its
 * member's row. It stands after the statement that stores the message. It changes nothing if an old message was repeated, because
 * that is not the last one.
 */
export const upsertSender = (db: Database, auth: SQL) =>
  db
    .insert(members)
    .select(
      sql`select ${insertValues(members, {
        roomId: sql`room_id`,
        ordinal: sql`coalesce(ordinal, ${nextOrdinal})`,
        userId: sql`user_id`,
        joinedAt: sql`now`,
        lastSentAt: sql`iif(${hasLongWait}, now, null)`,
      })}
        from ${auth} where refusal is null and case when ordinal is null or ${hasLongWait} then
          exists (select 1 from messages as m where m.room_id = auth.room_id and m.author_id = auth.user_id
            and m.created_at >= now and m.seq = (select max(seq) from messages as n where n.room_id = auth.room_id)) end`,
    )
    .onConflictDoUpdate({
      target: [members.roomId, members.ordinal],
      set: { lastSentAt: sql`excluded.last_sent_at` },
    })
