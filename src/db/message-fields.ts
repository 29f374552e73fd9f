import { type SQL, sql } from 'drizzle-orm'
import { blob, integer, text } from 'drizzle-orm/sqlite-core'

/** The number of people who gave a message each emoji, the oldest emoji first. */
export type ReactionCounts = Record<string, number>
/** A member who is mentioned in a message, with the name of then. */
export type Mentioned = { id: number; name: string }

/** A file of a message, as its row holds it. `room`: the id of the room that its URL is signed for; null for a public one. */
export type StoredFile = {
  id: string
  name: string
  type: string
  bytes: number
  width: number | null
  height: number | null
  description: string | null
  room: number | null
}

/** The columns of `messages`. Each says its name, because Drizzle keeps the names of others for one table object only. */
export const messageFields = {
  roomId: integer('room_id').notNull(),
  seq: integer('seq').notNull(),
  authorId: integer('author_id').notNull(),
  /** Null once deleted. */
  text: text('text'),
  createdAt: integer('created_at').notNull(),
  editedAt: integer('edited_at'),
  deletedAt: integer('deleted_at'),
  /**
   * Of a message that can be found under its idempotency key only by the index: 8 bytes of the key's SHA-256, as a blob. The key
   * itself in rows from before 2026-11-26. docs/decisions/0005.
   */
  idempotencyKey: text('idempotency_key'),
  /** SHA-256 of key and text as first sent, in rows from before 2026-11-26. */
  fingerprint: text('fingerprint'),
  /** The `seq` of the message that this one replies to. */
  replyTo: integer('reply_to'),
  /** Null where nobody is mentioned, and once deleted. */
  mentions: text('mentions', { mode: 'json' }).$type<Mentioned[]>(),
  /** The counts of `reactions`, so that a page reads no other row for them. Null where there are none. */
  reactions: text('reactions', { mode: 'json' }).$type<ReactionCounts>(),
  /**
   * 8 bytes of the idempotency key's SHA-256, left out where the sender didn't say `after`, and 8 bytes of the SHA-256 of the key and
   * of what was first sent. The latter tell a repeat from another message under the key, also after a deletion.
   */
  keyHash: blob('key_hash'),
  /** The name of the incoming webhook that posted it, as it was then. Null in people's messages. Its author is then the hook's negative id. */
  bot: text('bot'),
  /** The files, so that a page reads no other row for them. Null where there are none, and once deleted. */
  files: text('files', { mode: 'json' }).$type<StoredFile[]>(),
}

/** The columns of a message that is deleted: its number, author and time stay. `deletedAt` is a time or its SQL. */
export const tombstone = <Time>(deletedAt: Time) => ({
  text: null,
  deletedAt,
  reactions: null,
  mentions: null,
  files: null,
})

/** The columns of a message whose author or start of the log is removed: no hash of what was said stays either. It may be a tombstone before. */
export const emptied = (now: number) => ({
  ...tombstone<SQL>(sql`ifnull(deleted_at, ${now})`),
  idempotencyKey: null,
  fingerprint: null,
  keyHash: null,
})
