import { type SQL, sql } from 'drizzle-orm'
import { isTargetBanned } from '../auth/authorization'
import { type CallerRequest, callerId, runAsCaller } from '../auth/caller'
import { MAX_PUSH_SUBSCRIPTIONS } from '../contract'
import { batch, type Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { pushSubscriptions, users } from '../db/schema'

type StoredSubscription = { id: string; data: string; createdAt: number }

const isCallers = (request: CallerRequest): SQL => sql`user_id = ${callerId(request.actor)}`

/** Stores a subscription of the caller. One of another user in the same browser ends, and so does the caller's first one beyond the limit. */
export const storeSubscription = async (
  db: Database,
  request: CallerRequest,
  { id, data }: { id: string; data: string },
): Promise<void> => {
  const isOwn = isCallers(request)
  await runAsCaller(db, request, {
    stored: db
      .insert(pushSubscriptions)
      .select(
        sql`select ${insertValues(pushSubscriptions, { id, userId: sql`users.id`, data, createdAt: request.now })}
          from users where id = ${callerId(request.actor)}`,
      )
      .onConflictDoUpdate({
        target: pushSubscriptions.id,
        set: { userId: sql`excluded.user_id`, data: sql`excluded.data`, createdAt: sql`excluded.created_at` },
      }),
    trimmed: db.delete(pushSubscriptions).where(
      sql`${isOwn} and id not in (
          select id from push_subscriptions where ${isOwn} order by created_at desc limit ${MAX_PUSH_SUBSCRIPTIONS})`,
    ),
  })
}

/** Returns the caller's subscriptions, the oldest first. */
export const listSubscriptions = async (
  db: Database,
  request: CallerRequest,
): Promise<StoredSubscription[]> => {
  const { id, data, createdAt } = pushSubscriptions
  const { rows } = await runAsCaller(db, request, {
    rows: db
      .select({ id, data, createdAt })
      .from(pushSubscriptions)
      .where(isCallers(request))
      .orderBy(createdAt),
  })
  return rows
}

/** Ends one of the caller's subscriptions, or all. Returns how many have ended. */
export const endSubscriptions = async (
  db: Database,
  request: CallerRequest,
  id: string | undefined,
): Promise<number> => {
  const isMeant = id === undefined ? sql`` : sql` and id = ${id}`
  const { ended } = await runAsCaller(db, request, {
    ended: db
      .delete(pushSubscriptions)
      .where(sql`${isCallers(request)}${isMeant}`)
      .returning({ id: pushSubscriptions.id }),
  })
  return ended.length
}

/** A subscription of somebody whom a message mentions, or to whom it replies. */
export type Recipient = { id: string; data: string; seq: number; chatroom: string }

/**
 * Returns the subscriptions of those whom messages of a room mention or reply to: members who are not banned, but not the author. `limit` is
 * the most that are returned.
 */
export const findRecipients = async (
  db: Database,
  { roomId, seqs, now, limit }: { roomId: number; seqs: number[]; now: number; limit: number },
): Promise<Recipient[]> => {
  const named = sql`select value ->> 'id' from json_each(messages.mentions)
    union all select author_id from messages as original where original.room_id = messages.room_id and original.seq = messages.reply_to`
  const { found } = await batch(db, {
    found: db
      .select({
        id: sql<string>`subscribed.id`.as('subscription_id'),
        data: sql<string>`subscribed.data`.as('subscription_data'),
        seq: sql<number>`messages.seq`.as('message_seq'),
        chatroom: sql<string>`rooms.name`.as('room_name'),
      })
      .from(
        sql`json_each(${JSON.stringify(seqs)}) as asked
          cross join messages on messages.room_id = ${roomId} and messages.seq = asked.value
          cross join rooms on rooms.id = messages.room_id
          cross join ${users} as target on target.id in (${named})
          cross join ${pushSubscriptions} as subscribed on subscribed.user_id = target.id`,
      )
      .where(
        sql`messages.text is not null and target.id <> messages.author_id
          and exists (select 1 from members where members.user_id = target.id and members.room_id = rooms.id)
          and not ${isTargetBanned(now)}`,
      )
      .limit(limit),
  })
  return found
}

/** Deletes subscriptions that can't be used any more. */
export const deleteSubscriptions = async (db: Database, ids: string[]): Promise<void> => {
  await batch(db, {
    deleted: db
      .delete(pushSubscriptions)
      .where(sql`id in (select value from json_each(${JSON.stringify(ids)}))`),
  })
}
