import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import {
  type WebhookEvent,
  type WebhookStream,
  webhookFormats,
  webhookStops,
  webhookStreams,
} from '../contract/lists.ts'

// The tables of outgoing webhooks. `schema.ts` has the others.

/** Outgoing webhooks of rooms, and of the whole site (`SITE`). A deleted one stays without its URL and secrets until the sweep has removed its cursors. */
export const webhooks = sqliteTable(
  'webhooks',
  {
    /** Never reused: the row with the largest one stays. */
    id: integer().primaryKey(),
    roomId: integer('room_id').notNull(),
    url: text().notNull(),
    /** A JSON array. */
    events: text({ mode: 'json' }).$type<WebhookEvent[]>().notNull(),
    format: text({ enum: webhookFormats }).notNull(),
    /** `whsec_` and base64. It signs, so it is stored as it is. */
    secret: text().notNull(),
    /** The secret before, which signs as well until then. Several with spaces between, if new ones were asked for again and again. */
    oldSecret: text('old_secret'),
    oldSecretUntil: integer('old_secret_until'),
    /** For each stream that its events are of: nothing that happened before this time is delivered. A JSON object. */
    since: text({ mode: 'json' }).$type<Partial<Record<WebhookStream, number>>>().notNull(),
    createdAt: integer('created_at').notNull(),
    /** Why it is switched off. Null while it is on. */
    stopped: text({ enum: webhookStops }),
    stoppedAt: integer('stopped_at'),
    deletedAt: integer('deleted_at'),
  },
  (t) => [index('webhooks_room').on(t.roomId)],
)

/** The places up to which webhooks have delivered the streams of rooms. Without a row, a webhook begins at its time `since`. */
export const webhookCursors = sqliteTable(
  'webhook_cursors',
  {
    webhookId: integer('webhook_id').notNull(),
    stream: text({ enum: webhookStreams }).notNull(),
    roomId: integer('room_id').notNull(),
    /** The webhook's `since` for the stream. A row with an earlier one counts no longer. */
    since: integer().notNull(),
    /** The last place of the stream that is done: the `seq` of an entry, the number of a report or of an act in the audit log, the time of a held message. */
    place: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.webhookId, t.stream, t.roomId] }),
    index('webhook_cursors_room').on(t.roomId),
  ],
)
