import { desc, eq, type SQL, sql } from 'drizzle-orm'
import {
  type AuditAction,
  MAX_WEBHOOKS,
  type WebhookEvent,
  type WebhookFormat,
  type WebhookStop,
} from '../contract'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { rooms, webhooks } from '../db/schema'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from '../moderation/audit'
import { authOf, isOwn, nowOf, runInScope, type Scope } from './scope'
import { newSecret } from './signature'
import { streamOf } from './streams'

/** A secret that is replaced signs for a day more. */
const OVERLAP_MILLISECONDS = 86_400_000
/** A client that gets no answer asks again. Secrets that are replaced so soon leave the ones before them valid, up to a number. */
const REPEAT_MILLISECONDS = 600_000
const MAX_OLD_SECRETS = 5

export type WebhookRow = {
  id: number
  /** Null: all rooms. */
  chatroom: string | null
  url: string
  events: WebhookEvent[]
  format: WebhookFormat
  stopped: WebhookStop | null
  stoppedAt: number | null
  createdAt: number
}

const webhookColumns = {
  id: sql<number>`webhooks.id`.as('webhook_id'),
  chatroom: sql<string | null>`rooms.name`.as('room_name'),
  url: webhooks.url,
  events: webhooks.events,
  format: webhooks.format,
  stopped: webhooks.stopped,
  stoppedAt: webhooks.stoppedAt,
  createdAt: sql<number>`webhooks.created_at`.as('webhook_created_at'),
}

/** Selects webhooks, without the deleted ones. */
const selectWebhooks = (db: Database, where: SQL) =>
  db
    .select(webhookColumns)
    .from(webhooks)
    .leftJoin(rooms, eq(rooms.id, webhooks.roomId))
    .where(sql`${where} and webhooks.deleted_at is null`)

const streamsOf = (events: WebhookEvent[]) => [...new Set(events.map(streamOf))]

type Given = { url: string; events: WebhookEvent[]; format: WebhookFormat }

/** Creates a webhook. Returns undefined if there are too many. */
export const createWebhook = async (
  db: Database,
  scope: Scope,
  { url, events, format }: Given,
): Promise<{ row: WebhookRow; secret: string } | undefined> => {
  const secret = newSecret()
  const now = nowOf(scope)
  const auth = authOf(scope)
  const since = JSON.stringify(Object.fromEntries(streamsOf(events).map((stream) => [stream, now])))
  const newest = sql`(select max(id) from webhooks where webhooks.room_id = auth.room_id)`
  const { created } = await runInScope(db, scope, {
    inserted: db.insert(webhooks).select(
      sql`select ${insertValues(webhooks, {
        roomId: sql`auth.room_id`,
        url,
        events: sql`${JSON.stringify(events)}`,
        format,
        secret,
        since: sql`${since}`,
        createdAt: now,
      })} from ${auth} where refusal is null
        and (select count(*) from webhooks where webhooks.room_id = auth.room_id and deleted_at is null) < ${MAX_WEBHOOKS}`,
    ),
    // After the webhook, whose id it names.
    audit: insertAudit(db, auth, {
      action: 'addWebhook',
      subject: sql`null`,
      detail: sql`json_object('webhook', ${newest})`,
      where: sql`refusal is null and exists (select 1 from webhooks where id = ${newest} and secret = ${secret})`,
    }),
    created: selectWebhooks(
      db,
      sql`webhooks.id = (select max(id) from webhooks where webhooks.room_id = (select room_id from ${auth})) and secret = ${secret}`,
    ),
  })
  const [row] = created
  return row && { row, secret }
}

/** Returns a page of webhooks, the newest first, before the id `cursor`: those of a room, or for the site all that there are. */
export const listWebhooks = async (
  db: Database,
  scope: Scope,
  { cursor, limit }: { cursor: number | undefined; limit: number },
): Promise<Page<WebhookRow>> => {
  // Always with an end: without one, SQLite would plan a scan.
  const before = sql`webhooks.id < ${cursor ?? Number.MAX_SAFE_INTEGER}`
  const { rows } = await runInScope(db, scope, {
    rows: selectWebhooks(db, sql`${isOwn(scope)} and ${before}`)
      .orderBy(desc(sql`webhooks.id`))
      .limit(limit + 1),
  })
  return toPage(rows, limit)
}

const isThis = (scope: Scope, id: number): SQL => sql`webhooks.id = ${id} and ${isOwn(scope)}`

export const findWebhook = async (
  db: Database,
  scope: Scope,
  id: number,
): Promise<WebhookRow | undefined> => {
  const { found } = await runInScope(db, scope, { found: selectWebhooks(db, isThis(scope, id)) })
  return found[0]
}

/** Records an act on a webhook in the audit log of its room or of the site, if `where` holds. */
const auditOf = (db: Database, scope: Scope, id: number, action: AuditAction, where: SQL) => {
  const room = sql`(select webhooks.room_id from webhooks where ${isThis(scope, id)} and deleted_at is null and ${where})`
  return insertAudit(
    db,
    sql`(select ${room} as room_id, caller.user_id as user_id, caller.now as now
      from (select * from ${authOf(scope)}) as caller) as auth`,
    { action, subject: sql`null`, detail: { webhook: id }, where: sql`auth.room_id is not null` },
  )
}

/** SQL for `since` after a change: streams that are new begin now, and so do all if the webhook was off. */
const sinceWith = (events: WebhookEvent[], now: number, isAnew: boolean): SQL =>
  sql`json_object(${sql.join(
    streamsOf(events).flatMap((stream) => {
      const name = sql.raw(`'${stream}'`)
      const kept = sql`iif(${isAnew ? sql`stopped is not null` : sql`false`}, ${now}, ifnull(since ->> ${name}, ${now}))`
      return [name, kept]
    }),
    sql`, `,
  )})`

/** SQL for `since` of a webhook that is switched on again: everything begins now. */
const sinceNow = (now: number): SQL =>
  sql`iif(stopped is null, since, (select json_group_object(key, ${now}) from json_each(since)))`

type Changes = { [Name in keyof Given]?: Given[Name] | undefined } & { enabled?: boolean | undefined }

/** Changes a webhook. Returns undefined if there is none. */
export const changeWebhook = async (
  db: Database,
  scope: Scope,
  id: number,
  { url, events, format, enabled }: Changes,
): Promise<WebhookRow | undefined> => {
  const now = nowOf(scope)
  const isAnew = enabled === true
  const since = events ? sinceWith(events, now, isAnew) : isAnew ? sinceNow(now) : undefined
  const { found } = await runInScope(db, scope, {
    audit: auditOf(db, scope, id, 'changeWebhook', sql`true`),
    changed: db
      .update(webhooks)
      .set({
        ...(url !== undefined && { url }),
        ...(format !== undefined && { format }),
        ...(events !== undefined && { events }),
        ...(since !== undefined && { since }),
        ...(enabled === true && { stopped: null, stoppedAt: null }),
        ...(enabled === false && {
          stopped: sql`ifnull(stopped, 'byHand')`,
          stoppedAt: sql`ifnull(stopped_at, ${now})`,
        }),
      })
      .where(sql`${isThis(scope, id)} and deleted_at is null`),
    found: selectWebhooks(db, isThis(scope, id)),
  })
  return found[0]
}

/** Switches a webhook on, so that it goes on where it stopped. Returns undefined if there is none. */
export const resumeWebhook = async (
  db: Database,
  scope: Scope,
  id: number,
): Promise<{ row: WebhookRow; wasOff: boolean } | undefined> => {
  const { found, resumed } = await runInScope(db, scope, {
    audit: auditOf(db, scope, id, 'changeWebhook', sql`stopped is not null`),
    resumed: db
      .update(webhooks)
      .set({ stopped: null, stoppedAt: null })
      .where(sql`${isThis(scope, id)} and deleted_at is null and stopped is not null`)
      .returning({ id: webhooks.id }),
    found: selectWebhooks(db, isThis(scope, id)),
  })
  const [row] = found
  return row && { row, wasOff: resumed.length > 0 }
}

/** Replaces the secret of a webhook. The one before signs as well for a day, also if the request is repeated. Returns undefined if there is no webhook. */
export const renewSecret = async (
  db: Database,
  scope: Scope,
  id: number,
): Promise<{ row: WebhookRow; secret: string; oldSecretUntil: number } | undefined> => {
  const secret = newSecret()
  const oldSecretUntil = nowOf(scope) + OVERLAP_MILLISECONDS
  const isRepeat = sql`old_secret_until > ${oldSecretUntil - REPEAT_MILLISECONDS}`
  const hasSpace = sql`length(old_secret) < ${MAX_OLD_SECRETS * secret.length}`
  const oldSecret = sql`iif(${isRepeat}, iif(${hasSpace}, secret || ' ' || old_secret, old_secret), secret)`
  const { found } = await runInScope(db, scope, {
    audit: auditOf(db, scope, id, 'changeWebhook', sql`true`),
    renewed: db
      .update(webhooks)
      .set({ secret, oldSecret, oldSecretUntil })
      .where(sql`${isThis(scope, id)} and deleted_at is null`),
    found: selectWebhooks(db, isThis(scope, id)),
  })
  const [row] = found
  return row && { row, secret, oldSecretUntil }
}

/** The columns that are emptied when a webhook is deleted. */
export const withoutSecrets = { url: '', secret: '', oldSecret: null, oldSecretUntil: null }

/** Deletes a webhook. Its URL and secrets go at once, its cursors by the sweep. Returns whether there was one. */
export const deleteWebhook = async (db: Database, scope: Scope, id: number): Promise<boolean> => {
  const { deleted } = await runInScope(db, scope, {
    audit: auditOf(db, scope, id, 'deleteWebhook', sql`true`),
    deleted: db
      .update(webhooks)
      .set({ ...withoutSecrets, deletedAt: nowOf(scope) })
      .where(sql`${isThis(scope, id)} and deleted_at is null`)
      .returning({ id: webhooks.id }),
  })
  return deleted.length > 0
}
