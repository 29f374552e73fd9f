import { sql } from 'drizzle-orm'
import type { WebhookEvent, WebhookFormat, WebhookStop, WebhookStream } from '../contract'
import { batch, type Database } from '../db/client'
import { insertValues, SITE } from '../db/fragments'
import { rooms, webhookCursors, webhooks } from '../db/schema'
import { insertAudit } from '../moderation/audit'
import type { Place } from './webhook-api'

/** The fields of a webhook that a delivery needs. */
export type Deliverable = {
  id: number
  roomId: number
  url: string
  events: WebhookEvent[]
  format: WebhookFormat
  /** The secrets that sign, the newest first. */
  secrets: string[]
  since: Partial<Record<WebhookStream, number>>
}

/** `gone`: it was deleted, or its room was. */
type Found = { outcome: 'on'; webhook: Deliverable } | { outcome: 'off' } | { outcome: 'gone' }

/** Returns a webhook as it stands now. */
export const findDeliverable = async (db: Database, id: number, now: number): Promise<Found> => {
  const { found } = await batch(db, {
    found: db
      .select({
        id: webhooks.id,
        roomId: webhooks.roomId,
        url: webhooks.url,
        events: webhooks.events,
        format: webhooks.format,
        secret: webhooks.secret,
        oldSecret: sql<string | null>`iif(old_secret_until > ${now}, old_secret, null)`.as(
          'valid_old_secret',
        ),
        since: webhooks.since,
        stopped: webhooks.stopped,
      })
      .from(webhooks)
      .where(
        sql`id = ${id} and deleted_at is null
          and (room_id = ${SITE} or exists (select 1 from rooms where rooms.id = webhooks.room_id))`,
      ),
  })
  const [row] = found
  if (!row) return { outcome: 'gone' }
  const { secret, oldSecret, stopped, ...webhook } = row
  if (stopped !== null) return { outcome: 'off' }
  return {
    outcome: 'on',
    webhook: { ...webhook, secrets: [secret, ...(oldSecret?.split(' ') ?? [])] },
  }
}

/** Stores how far a webhook has delivered a stream of a room, unless it has begun anew meanwhile. */
export const saveCursor = async (
  db: Database,
  { id, since }: { id: number; since: number },
  { stream, roomId, place }: Place & { place: number },
): Promise<void> => {
  await batch(db, {
    saved: db
      .insert(webhookCursors)
      .select(
        sql`select ${insertValues(webhookCursors, { webhookId: id, stream, roomId, since, place })}
          from webhooks where id = ${id} and deleted_at is null and since ->> ${stream} = ${since}`,
      )
      .onConflictDoUpdate({
        target: [webhookCursors.webhookId, webhookCursors.stream, webhookCursors.roomId],
        set: { since: sql`excluded.since`, place: sql`excluded.place` },
      }),
  })
}

/** Switches a webhook off, and records that in the audit log. */
export const stopWebhook = async (
  db: Database,
  id: number,
  { stopped, reason, now }: { stopped: WebhookStop; reason: string; now: number },
): Promise<void> => {
  const isOn = sql`id = ${id} and stopped is null and deleted_at is null`
  await batch(db, {
    audit: insertAudit(
      db,
      sql`(select room_id, null as user_id, ${now} as now from webhooks where ${isOn}) as auth`,
      { action: 'stopWebhook', subject: sql`null`, detail: { webhook: id, reason }, where: sql`true` },
    ),
    stopped: db.update(webhooks).set({ stopped, stoppedAt: now }).where(isOn),
  })
}

/** Returns the ids of the webhooks that are told of what happens in a room: its own, and those of the site. */
export const webhooksOfRoom = async (db: Database, roomId: number): Promise<number[]> => {
  const { found } = await batch(db, {
    found: db
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(sql`room_id in (${SITE}, ${roomId}) and stopped is null and deleted_at is null`),
  })
  return found.map(({ id }) => id)
}

/** Returns the keys of the rooms whose hubs must know of a webhook: its own, or the newest of the site before an id. */
export const roomsToTell = async (
  db: Database,
  { roomId, before, limit }: { roomId: number; before: number; limit: number },
): Promise<{ id: number; key: string }[]> => {
  const { found } = await batch(db, {
    found: db
      .select({ id: rooms.id, key: rooms.nameKey })
      .from(rooms)
      .where(roomId === SITE ? sql`id < ${before}` : sql`id = ${roomId} and id < ${before}`)
      .orderBy(sql`id desc`)
      .limit(limit),
  })
  return found
}
