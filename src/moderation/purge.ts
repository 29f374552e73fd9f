import { sql } from 'drizzle-orm'
import type { Database } from '../database'
import type { Actor } from '../identity/actor'
import { nextSeq, rowOf } from '../queries'
import { changes, messages } from '../schema'
import { noRow, type Refusal, standing, targetOf, verdict } from '../standing'
import { insertAudit } from './store'

type Purged =
  | { outcome: 'purged'; userName: string; count: number }
  | { outcome: 'no user' }
  | { outcome: 'refused'; refusal: Refusal }

/**
 * Deletes all that a user has said in the room from one time to another, at once; each message gets its own entry in
 * the log. It reads the room's messages of all times: there is no index by author, which every message would pay for.
 */
export const purge = async (
  db: Database,
  { roomKey, actor, userKey }: { roomKey: string; actor: Actor; userKey: string },
  { from, to, now }: { from: number; to: number; now: number },
): Promise<Purged> => {
  const actors = standing(roomKey, actor, 'moderate')
  const target = targetOf(actors, userKey)
  const isDoomed = sql`messages.room_id = standing.room_id and author_id = target.id and deleted_at is null
    and messages.created_at between ${from} and ${to}`
  const [[found], [author], , , gone] = await db.batch([
    db.select(verdict).from(actors),
    db.select({ name: sql<string>`target.name`.as('target_name') }).from(target),
    insertAudit(db, target, {
      action: 'purge',
      subject: sql`target.id`,
      detail: { from, to },
      where: sql`refusal is null`,
    }),
    db.insert(changes).select(
      sql`select ${rowOf(changes, {
        roomId: sql`messages.room_id`,
        seq: sql`${nextSeq} - 1 + row_number() over (order by messages.seq)`,
        type: 'delete',
        target: sql`messages.seq`,
        // The admin is nobody's id.
        actorId: sql`coalesce(user_id, 0)`,
        createdAt: now,
      })} from ${target} join messages on ${isDoomed} where refusal is null`,
    ),
    db
      .update(messages)
      .set({ text: null, fingerprint: null, deletedAt: now })
      .where(
        sql`(room_id, author_id) = (select standing.room_id, target.id from ${target} where refusal is null)
          and deleted_at is null and created_at between ${from} and ${to}`,
      )
      .returning({ seq: messages.seq }),
  ])
  if (!found) throw noRow
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  return author ? { outcome: 'purged', userName: author.name, count: gone.length } : { outcome: 'no user' }
}
