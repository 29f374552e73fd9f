import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// The table of incoming webhooks. `schema.ts` has the others.

/** Incoming webhooks of rooms. A message of one has its negative id as its author, and its name in `messages.bot`: docs/decisions/0046. */
export const hooks = sqliteTable(
  'hooks',
  {
    /** The time at which it was made, or a millisecond after the one before. So none comes again, also after an import. */
    id: integer().primaryKey(),
    roomId: integer('room_id').notNull(),
    name: text().notNull(),
    /** SHA-256 of the secret in the hook's URL, base64url. */
    secretHash: text('secret_hash').notNull().unique(),
    createdAt: integer('created_at').notNull(),
    /** When it was last used, to the day, so that most messages don't write it. */
    lastUsedAt: integer('last_used_at'),
  },
  (t) => [index('hooks_room').on(t.roomId)],
)
