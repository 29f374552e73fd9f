import { sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import type { Database } from '../db/client'
import { held, rooms, users } from '../db/schema'
import { notExpiredAfter } from '../held/hold'
import { heldColumns } from '../held/store'
import type { HeldRow } from '../held/view'
import { toPage } from '../lib/page'

type Asked = {
  credential: Credential
  /** The time of the message that the page before ends with. */
  cursor: number | undefined
  limit: number
  now: number
}

/**
 * Returns a page of the messages that wait for approval in all rooms, the newest first, and the time of the last one. Leaves out those of
 * deleted rooms and users, so a page may hold fewer than `limit` and still have a `next`.
 */
export const listSiteHeld = async (
  db: Database,
  { credential, cursor, limit, now }: Asked,
): Promise<{ rows: { chatroom: string; held: HeldRow }[]; next: number | undefined }> => {
  const before = cursor === undefined ? sql`true` : sql`created_at < ${cursor}`
  const waiting = sql`(select created_at as at from held indexed by held_newest
    where refused_at is null and created_at > ${notExpiredAfter(now)} and ${before} order by created_at desc limit ${limit + 1}) as waiting`
  const { found } = await runOnSite(db, credential, 'review', {
    found: db
      .select({ ...heldColumns, chatroom: sql<string | null>`rooms.name`.as('room_name') })
      .from(waiting)
      .leftJoin(held, sql`held.created_at = waiting.at`)
      .leftJoin(rooms, sql`rooms.id = held.room_id`)
      .leftJoin(users, sql`users.id = held.author_id`),
  })
  const page = toPage(found, limit)
  return {
    rows: page.rows.flatMap(({ chatroom, ...held }) =>
      chatroom === null || held.userId === null ? [] : [{ chatroom, held }],
    ),
    next: page.more ? page.rows.at(-1)?.createdAt : undefined,
  }
}
