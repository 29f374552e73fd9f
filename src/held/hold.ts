import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Approval } from '../contract'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import type { WithPlaceholders } from '../db/prepared-statements'
import { held } from '../db/schema'
import { filesJson } from '../files/sent-files'
import { base64url } from '../lib/token'

/** The most messages of one author in one room that wait or were refused in the last 30 days. */
export const MAX_HELD_BY_AUTHOR = 20
/** The most messages that wait in one room. */
const MAX_HELD_IN_ROOM = 500
/** A held message is shown for this long. Then the sweep removes it. */
const HELD_MILLISECONDS = 30 * 24 * 3_600_000

/** So many of the newest messages that wait in all rooms are searched for those of an author: there is no index by author alone. */
const MAX_HELD_SEARCHED = 5000

/** SQL that selects the keys of what an author has written since a time and waits, in a room or in all rooms. */
export const waitingBy = (authorId: SQL, { room, since = 0 }: { room?: SQL; since?: number } = {}): SQL =>
  room
    ? sql`select created_at from held indexed by held_author
      where room_id = ${room} and author_id = ${authorId} and refused_at is null and created_at >= ${since}`
    : sql`select created_at from (select created_at, author_id from held indexed by held_newest
      where refused_at is null and created_at >= ${since} order by created_at desc limit ${sql.raw(`${MAX_HELD_SEARCHED}`)})
      where author_id = ${authorId}`

/** Returns the id of a held message. Only its author and those who may approve it know the id. */
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

/** SQL for how many milliseconds slow mode lets the actor in `auth` wait after its last held message; null for not at all. Edits don't count. */
export const heldWait = sql<number | null>`iif(slow_mode_seconds > 0,
  (select max(created_at) from held where ${ofAuthor} and target is null) - (auth.now - 1000 * slow_mode_seconds), null)`

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
  files?: string | undefined
  idempotency?: { keyHash: Uint8Array; contentHash: Uint8Array } | undefined
}

/** Holds a message of the actor in `from`, which selects `auth`, if `where` holds. With `target`, it is an edit of that message. */
export const insertHeld = (
  db: Database,
  from: SQL,
  { id, text, mentioned, replyTo, files, idempotency }: Holding | WithPlaceholders<Holding>,
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
        ...(files !== undefined && { files: filesJson(files, sql`auth.room_id`) }),
        ...(target !== undefined && { target }),
        ...(idempotency && {
          idempotencyKey: sql`${idempotency.keyHash}`,
          contentHash: sql`${idempotency.contentHash}`,
        }),
      })} from ${from} where ${where} and ${hasHeldSpace}`,
    )
    .onConflictDoNothing()
    .returning({ createdAt: held.createdAt, files: held.files })

/** Selects what was held under the idempotency key of the actor in `auth`. */
export const selectHeldBefore = (
  db: Database,
  auth: SQL,
  { keyHash, contentHash }: { keyHash: Uint8Array | Placeholder; contentHash: Uint8Array | Placeholder },
) =>
  db
    .select({
      id: held.id,
      isSame: sql<number>`content_hash = ${contentHash}`.as('is_same'),
    })
    .from(auth)
    .innerJoin(held, sql`${ofAuthor} and held.idempotency_key = ${keyHash}`)
