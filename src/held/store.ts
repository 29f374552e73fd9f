import { desc, eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { isModerating } from '../auth/permissions'
import { sqlList } from '../auth/rules'
import { roles } from '../contract'
import type { Database } from '../db/client'
import { held, users } from '../db/schema'
import { deleteHeldFiles } from '../files/sent-files'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from '../moderation/audit'
import { notExpiredAfter } from './hold'
import type { HeldRow } from './view'

/** The held messages of an act: one by its id, or all of an author. */
export type Which = { id: string } | { author: Name }

const moderating = sqlList(roles.filter(isModerating))
/** SQL for whether the actor in `auth` may see a row of `held`: all for those who moderate, and their own for others. */
const maySee = sql`(auth.role in ${moderating} or held.author_id = auth.user_id)`

/** SQL for whether a row of `held` waits in the room of `auth`. */
export const isWaiting = (now: number): SQL =>
  sql`held.room_id = auth.room_id and refused_at is null and held.created_at > ${notExpiredAfter(now)}`

/** SQL for whether a row of `held`, with its author as `users`, is one of those. */
export const isAnyOf = (which: Which): SQL =>
  'id' in which ? sql`held.id = ${which.id}` : sql`users.name_key = ${which.author.key}`

export const heldColumns = {
  id: sql<string>`held.id`.as('held_id'),
  userId: users.id,
  userName: sql<string>`users.name`.as('held_user_name'),
  avatar: users.avatar,
  text: held.text,
  replyTo: held.replyTo,
  target: held.target,
  createdAt: sql<number>`held.created_at`.as('held_at'),
  files: held.files,
}

/** Returns a page of held messages that the actor may see, the newest first, before the time `cursor`. */
export const listHeld = async (
  db: Database,
  request: RoomRequest,
  { cursor, limit }: { cursor: number | undefined; limit: number },
): Promise<{ chatroom: string; page: Page<HeldRow> }> => {
  const from = authorize(request, 'read')
  const before = cursor === undefined ? sql`true` : sql`held.created_at < ${cursor}`
  const { auth, rows } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: db
      .select(heldColumns)
      .from(from)
      .innerJoin(held, sql`${isWaiting(request.now)} and ${maySee} and ${before}`)
      .innerJoin(users, eq(users.id, held.authorId))
      .orderBy(desc(held.createdAt))
      .limit(limit + 1),
  })
  return { chatroom: auth.chatroom, page: toPage(rows, limit) }
}

/** Returns a held message that the actor may see. */
export const findHeld = async (
  db: Database,
  request: RoomRequest,
  id: string,
): Promise<{ chatroom: string; row: HeldRow | undefined }> => {
  const from = authorize(request, 'read')
  const { auth, rows } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: db
      .select(heldColumns)
      .from(from)
      .innerJoin(held, sql`${isWaiting(request.now)} and ${maySee} and ${isAnyOf({ id })}`)
      .innerJoin(users, eq(users.id, held.authorId)),
  })
  return { chatroom: auth.chatroom, row: rows[0] }
}

export type Refusal = { id: string; authorId: number }

/** Refuses held messages, or takes back the actor's own. Their texts are removed; their idempotency keys stay for repeats. */
export const refuseHeld = async (
  db: Database,
  request: RoomRequest,
  which: Which,
): Promise<{ roomId: number; refused: Refusal[]; files: { id: string }[] }> => {
  const from = authorize(request, 'read')
  const chosen = sql`${from} join held on ${isWaiting(request.now)} and ${maySee}
    join users on users.id = held.author_id and ${isAnyOf(which)}`
  const isChosen = sql`created_at in (select held.created_at from ${chosen} where refusal is null)`
  const { auth, refused, files } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    audit: insertAudit(db, sql`(select auth.*, min(held.author_id) as author_id from ${chosen}) as auth`, {
      action: 'refuse',
      subject: sql`author_id`,
      where: sql`refusal is null and author_id is not user_id`,
    }),
    files: deleteHeldFiles(db, isChosen, request.now),
    refused: db
      .update(held)
      .set({ text: null, mentioned: null, files: null, refusedAt: request.now })
      .where(isChosen)
      .returning({ id: held.id, authorId: held.authorId }),
  })
  return { roomId: auth.roomId, refused, files }
}
