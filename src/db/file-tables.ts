import { sql } from 'drizzle-orm'
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** `uploading`: its bytes are not all there yet. `deleted`: the sweep removes the object, and then the row. */
const fileStates = ['uploading', 'unused', 'used', 'deleted'] as const

/**
 * Files, whose bytes are in R2 under the same id. The row is written before the object and removed after it, so that no object is unknown here.
 * docs/decisions/0048.
 */
export const files = sqliteTable(
  'files',
  {
    roomId: integer('room_id').notNull(),
    /** A random text, which nobody can guess. */
    id: text().notNull(),
    /** The user who uploaded it. */
    userId: integer('user_id').notNull(),
    name: text().notNull(),
    /** The media type. Empty until the bytes are there, like the sizes of an image and the hash. */
    type: text().notNull().default(''),
    bytes: integer().notNull(),
    /** In pixels. Null for what is no image. */
    width: integer(),
    height: integer(),
    /** SHA-256 of the bytes as they are stored, base64url. */
    hash: text(),
    /** Its URL is signed, because only members could read the room when it was uploaded. */
    isSigned: integer('is_signed', { mode: 'boolean' }).notNull().default(false),
    state: text({ enum: fileStates }).notNull().default('uploading'),
    /** The number of the message that has it. Null for none, and for a message that waits for approval. */
    seq: integer(),
    /** 8 bytes of the SHA-256 of the idempotency key. */
    idempotencyKey: blob('idempotency_key'),
    createdAt: integer('created_at').notNull(),
    /** From when on the sweep may remove it. Null while a message, or one that waits for approval, has it. */
    expiresAt: integer('expires_at'),
  },
  (t) => [
    primaryKey({ columns: [t.roomId, t.id] }),
    uniqueIndex('files_idempotency')
      .on(t.roomId, t.userId, t.idempotencyKey)
      .where(sql`idempotency_key is not null`),
    index('files_expires_at').on(t.expiresAt).where(sql`expires_at is not null`),
    // For the newest files of all rooms.
    index('files_newest').on(t.createdAt, t.id).where(sql`state = 'used'`),
  ],
)

/** Bytes that nobody may upload again. */
export const blockedFiles = sqliteTable('blocked_files', {
  id: integer().primaryKey(),
  /** SHA-256 of the bytes as they were stored, base64url. */
  hash: text().notNull().unique(),
  /** A name by which people know the file. */
  name: text().notNull(),
  createdAt: integer('created_at').notNull(),
})
