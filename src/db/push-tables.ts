import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Browsers in which users are notified of mentions and replies. docs/push.md */
export const pushSubscriptions = sqliteTable(
  'push_subscriptions',
  {
    /** SHA-256 of the endpoint, base64url: a browser belongs to the user who subscribed in it last. */
    id: text().primaryKey(),
    userId: integer('user_id').notNull(),
    /** The subscription and its page, encrypted: see `sealSubscription`. */
    data: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('push_subscriptions_user').on(t.userId, t.createdAt)],
)
