import { sql } from 'drizzle-orm'
import { batch } from '../db/client'
import { SITE } from '../db/fragments'
import { sweeps, webhookCursors, webhooks } from '../db/schema'
import { type Behind, ROOMS_COMPARED, roomWebhooksBehind, siteWebhooksBehind } from '../webhooks/behind'
import { wakeWebhook } from '../webhooks/room-webhooks'
import { withoutSecrets } from '../webhooks/store'
import { type Chore, writesPerRow } from './chore'

/** The row in `sweeps` with the last room that was compared with the webhooks of the site. */
const PLACE = 'webhooks'

/**
 * Wakes the webhooks that have something to deliver and were not told of it, because a Worker or a hub died in between. A run looks at the next rooms of the
 * site, and then begins again.
 */
export const wakeForgottenWebhooks: Chore = async ({ db, now, context }) => {
  const { any, place } = await batch(db, {
    any: db
      .select({ ofSite: sql<number>`max(room_id = 0)`.as('of_site') })
      .from(webhooks)
      .where(sql`stopped is null and deleted_at is null`),
    place: db.select({ place: sweeps.place }).from(sweeps).where(sql`name = ${PLACE}`),
  })
  const ofSite = any[0]?.ofSite ?? null
  if (ofSite === null) return false
  const after = place[0]?.place ?? 0
  const behind: Behind[] = await roomWebhooksBehind(db, now)
  if (ofSite === 1) {
    behind.push(...(await siteWebhooksBehind(db, after)))
    const { next } = await batch(db, {
      next: db
        .select({
          id: sql<number | null>`max(id)`.as('last_id'),
          count: sql<number>`count(*)`.as('room_count'),
        })
        .from(sql`(select id from rooms where id > ${after} order by id limit ${ROOMS_COMPARED})`),
    })
    const { id = null, count = 0 } = next[0] ?? {}
    const reached = count < ROOMS_COMPARED ? 0 : (id ?? 0)
    if (reached !== after)
      await batch(db, {
        noted: db
          .insert(sweeps)
          .values({ name: PLACE, place: reached })
          .onConflictDoUpdate({ target: sweeps.name, set: { place: reached } }),
      })
  }
  const namespace = context.env.WEBHOOK
  const wake = async ({ id, places }: Behind) => {
    const knowsThatItIsOn = await wakeWebhook(namespace, id, places)
    if (!knowsThatItIsOn) await namespace.getByName(String(id)).start(id)
  }
  await Promise.all(behind.map(wake))
  return false
}

const hasCursors = sql`exists (select 1 from webhook_cursors where webhook_id = webhooks.id)`
const isNotNewest = sql`id < (select max(id) from webhooks)`

/** Removes deleted webhooks and those of deleted rooms: what their objects have stored, their cursors, and then their rows. The newest row stays, because its id must not come again. */
export const sweepDeletedWebhooks: Chore = async ({ db, now, rows, context }) => {
  const hasNoRoom = sql`room_id > ${SITE} and not exists (select 1 from rooms where rooms.id = webhooks.room_id)`
  const { found } = await batch(db, {
    found: db
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(
        sql`deleted_at is null and ${hasNoRoom} or deleted_at is not null and (${hasCursors} or ${isNotNewest})`,
      )
      .limit(1),
  })
  const [webhook] = found
  if (!webhook) return false
  const { id } = webhook
  await context.env.WEBHOOK.getByName(String(id)).end()
  const limit = Math.floor((rows - 2 * writesPerRow(webhooks)) / writesPerRow(webhookCursors))
  await batch(db, {
    deleted: db
      .update(webhooks)
      .set({ ...withoutSecrets, roomId: SITE, deletedAt: sql`ifnull(deleted_at, ${now})` })
      .where(sql`id = ${id} and (deleted_at is null or room_id <> ${SITE})`),
    cursors: db.delete(webhookCursors).where(
      sql`(webhook_id, stream, room_id) in (
          select webhook_id, stream, room_id from webhook_cursors where webhook_id = ${id} limit ${limit})`,
    ),
    row: db.delete(webhooks).where(sql`id = ${id} and not ${hasCursors} and ${isNotNewest}`),
  })
  return true
}
