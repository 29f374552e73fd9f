import { type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import { authorizationColumns, authorize, missingRow, roomOf, targetOf } from '../auth/authorization'
import type { Refusal } from '../auth/refusals'
import type { Database } from '../db/client'
import { insertValues, nextSeq } from '../db/fragments'
import { changes, messages } from '../db/schema'
import { insertAudit } from './audit'

type Purged =
  /** `last`: the log's last number now. */
  | { outcome: 'purged'; userName: string; count: number; roomId: number; last: number | undefined }
  | { outcome: 'no user' }
  | { outcome: 'refused'; refusal: Refusal }

/**
 * From which `seq` on the room's messages are of `time` or later. A binary search, since no message is earlier than the
 * one before it: an index by time would be one more row to write for every message.
 */
const firstSince = (room: SQL, time: number): SQL => sql`(
  with recursive search (low, high) as (
    select 1, 1 + coalesce((select max(seq) from messages where room_id = ${room}), 0)
    union all
    select iif(m.created_at < ${time}, m.seq + 1, low), iif(m.created_at < ${time}, high, (low + high) / 2)
    from search left join messages as m on m.room_id = ${room} and m.seq =
      (select min(seq) from messages as n where n.room_id = ${room} and n.seq >= (low + high) / 2)
    where low < high
  ) select max(low) from search)`

/** Deletes all that a user has said in the room from one time to another; each message gets its own entry in the log. */
export const purge = async (
  db: Database,
  { roomKey, actor, userKey }: { roomKey: string; actor: Actor; userKey: string },
  { from, upTo, now }: { from: number; upTo: number; now: number },
): Promise<Purged> => {
  const auth = authorize(roomKey, actor, 'moderate')
  const target = targetOf(auth, userKey)
  const isDoomed = sql`messages.room_id = ${roomOf(auth)} and messages.author_id = ${sql`(select id from users where name_key = ${userKey})`}
    and messages.deleted_at is null
    and messages.seq >= ${firstSince(roomOf(auth), from)} and messages.seq < ${firstSince(roomOf(auth), upTo + 1)}`
  const [[found], [author], , entered, gone] = await db.batch([
    db.select(authorizationColumns).from(auth),
    db.select({ name: sql<string>`target.name`.as('target_name') }).from(target),
    insertAudit(db, target, {
      action: 'purge',
      subject: sql`target.id`,
      detail: { from, upTo },
      where: sql`refusal is null`,
    }),
    db
      .insert(changes)
      .select(
        sql`select ${insertValues(changes, {
          roomId: sql`messages.room_id`,
          seq: sql`${nextSeq} - 1 + row_number() over (order by messages.seq)`,
          type: 'delete',
          target: sql`messages.seq`,
          // The admin is nobody's id.
          actorId: sql`coalesce(user_id, 0)`,
          createdAt: now,
        })} from ${auth} join messages on ${isDoomed}`,
      )
      .returning({ seq: changes.seq }),
    db.update(messages).set({ text: null, deletedAt: now }).where(isDoomed).returning({ seq: messages.seq }),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (!author) return { outcome: 'no user' }
  const last = entered.reduce<number | undefined>((last = 0, { seq }) => Math.max(last, seq), undefined)
  return { outcome: 'purged', userName: author.name, count: gone.length, roomId: found.roomId, last }
}
