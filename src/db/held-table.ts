import { sql } from 'drizzle-orm'
import { blob, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { StoredFile } from './message-fields.ts'

/** Messages and edits that wait for approval, and those that were refused. They are shown for 30 days at most, and then removed by the sweep. */
export const held = sqliteTable(
  'held',
  {
    /** The order in which they came: the time, or a millisecond after the one before. */
    createdAt: integer('created_at').primaryKey(),
    /** A random text, which nobody can guess. */
    id: text().notNull().unique(),
    roomId: integer('room_id').notNull(),
    authorId: integer('author_id').notNull(),
    /** Null once refused. */
    text: text(),
    replyTo: integer('reply_to'),
    /** The names that the text may mention: see `mentionedKeys`. */
    mentioned: text(),
    /** The `seq` of the message that it edits; null for a new message. */
    target: integer(),
    /** The hashes of the idempotency key and of the message under it: see `Idempotency`. */
    idempotencyKey: blob('idempotency_key'),
    contentHash: blob('content_hash'),
    refusedAt: integer('refused_at'),
    /** As in `messages`. */
    files: text({ mode: 'json' }).$type<StoredFile[]>(),
  },
  (t) => [
    uniqueIndex('held_author').on(t.roomId, t.authorId, t.idempotencyKey),
    index('held_waiting').on(t.roomId).where(sql`refused_at is null`),
    // For the list of all rooms: without it, those that were refused would be read as well.
    index('held_newest').on(t.createdAt).where(sql`refused_at is null`),
  ],
)
