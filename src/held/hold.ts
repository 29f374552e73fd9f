import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Approval } from '../contract'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import type { WithPlaceholders } from '../db/prepared-statements'
import { held } from '../db/schema'
import { base64url } from '../lib/token'

/** The most messages of one author in one room that wait or were refused in the last 30 days. */
export const MAX_HELD_BY_AUTHOR = 20
/** The most messages that wait in one room. */
const MAX_HELD_IN_ROOM = 500
/** A held message is shown for this long. */
const HELD_MILLISECONDS = 30 * 24 * 3_600_000
/** A statement that holds a message is preceded by one that removes at most this many expired ones. */
const MAX_EXPIRED = 20

/** Returns the id of a held message: whoever knows it wrote the message or may approve it. */
export const newHeldId = (): string => base64url(crypto.getRandomValues(new Uint8Array(16)))

/** SQL for the time after which a held message has come if it has not expired. */
export const notExpiredAfter = (now: number | Placeholder): SQL =>
  sql`${now} - ${sql.raw(`${HELD_MILLISECONDS}`)}`

/** SQL for whether a message of the actor in `auth`, which `hasRules`, waits for approval. */
export const mustWait = (
  byDefault: Approval | Placeholder,
): SQL<number> => sql<number>`(auth.role in ('member', 'guest')
  and case ifnull(approval, ${byDefault}) when 'none' then false when 'newcomers' then ifnull(not is_approved, true) else true end)`

const ofAuthor = sql`held.room_id = auth.room_id and held.author_id = auth.user_id`

/** SQL for how many milliseconds slow mode lets the actor in `auth` wait after its last held message; null for not at all. */
export const heldWait = sql<number | null>`iif(slow_mode_seconds > 0,
  (select max(created_at) from held where ${ofAuthor}) - (auth.now - 1000 * slow_mode_seconds), null)`

/** SQL for whether one more message of the actor in `auth` may wait. */
export const hasHeldSpace = sql<number>`(
  (select count(*) from (select 1 from held where ${ofAuthor} limit ${sql.raw(`${MAX_HELD_BY_AUTHOR}`)})) < ${sql.raw(`${MAX_HELD_BY_AUTHOR}`)}
  and (select count(*) from (select 1 from held where held.room_id = auth.room_id and refused_at is null
    limit ${sql.raw(`${MAX_HELD_IN_ROOM}`)})) < ${sql.raw(`${MAX_HELD_IN_ROOM}`)})`

type Holding = {
  id: string
  text: string
  mentioned: string | undefined
  replyTo?: number | undefined
  idempotency?: { keyHash: string; contentHash: string } | undefined
}

/** Holds a message of the actor in `from`, which selects `auth`, if `where` holds. With `target`, it is an edit of that message. */
export const insertHeld = (
  db: Database,
  from: SQL,
  { id, text, mentioned, replyTo, idempotency }: Holding | WithPlaceholders<Holding>,
  where: SQL,
  target?: number,
) =>
  db
    .insert(held)
    .select(
      sql`select ${insertValues(held, {
        createdAt: sql`max(auth.now, 1 + ifnull((select max(created_at) from held), 0))`,
        id,
        roomId: sql`auth.room_id`,
        authorId: sql`auth.user_id`,
        text,
        ...(mentioned !== undefined && { mentioned }),
        ...(replyTo !== undefined && { replyTo }),
        ...(target !== undefined && { target }),
        ...(idempotency && {
          idempotencyKey: sql`unhex(${idempotency.keyHash})`,
          contentHash: sql`unhex(${idempotency.contentHash})`,
        }),
      })} from ${from} where ${where} and ${hasHeldSpace}`,
    )
    .onConflictDoNothing()
    .returning({ createdAt: held.createdAt })

/** SQL for whether a user has a message under this idempotency key that was held. */
export const wasHeld = ({ keyHash }: { keyHash: string | Placeholder }, roomId: SQL, userId: SQL): SQL =>
  sql`exists (select 1 from held where room_id = ${roomId} and author_id = ${userId} and idempotency_key = unhex(${keyHash}))`

/** Selects what was held under the idempotency key of the actor in `auth`. */
export const selectHeldBefore = (
  db: Database,
  auth: SQL,
  { keyHash, contentHash }: { keyHash: string | Placeholder; contentHash: string | Placeholder },
) =>
  db
    .select({
      id: held.id,
      isSame: sql<number>`content_hash = unhex(${contentHash})`.as('is_same'),
    })
    .from(auth)
    .innerJoin(held, sql`${ofAuthor} and held.idempotency_key = unhex(${keyHash})`)

/** Removes some of those that have expired. */
export const deleteExpired = (db: Database, now: number | Placeholder) =>
  db.delete(held).where(
    sql`created_at in (select created_at from held where created_at < ${notExpiredAfter(now)}
      order by created_at limit ${sql.raw(`${MAX_EXPIRED}`)})`,
  )
