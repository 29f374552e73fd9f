import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { approvals, audiences, givenRoles, siteRoles } from '../contract/lists.ts'
import { files } from './file-tables.ts'
import { importIds } from './import-tables.ts'
import { messageFields } from './message-fields.ts'
import { audit, reports, sanctions } from './moderation-tables.ts'
import { pushSubscriptions } from './push-tables.ts'
import { webhookCursors } from './webhook-tables.ts'

export { blockedFiles, files } from './file-tables.ts'
export { held } from './held-table.ts'
export { hooks } from './hook-tables.ts'
export { importIds, imports } from './import-tables.ts'
export type { Mentioned, ReactionCounts, StoredFile } from './message-fields.ts'
export { type AuditDetail, audit, reports, sanctions, userNetworks } from './moderation-tables.ts'
export { pushSubscriptions } from './push-tables.ts'
export { webhookCursors, webhooks } from './webhook-tables.ts'

// All tables. Times are milliseconds since 1970-01-01T00:00Z.
//
// There are no foreign keys on purpose: a user or a room is deleted as one row, and rows that still name it are read as "nobody".
// `autoIncrement` makes that safe: SQLite never gives an id out twice, so no row can come to name somebody else.
// docs/decisions/0003.

/** People. Two names with the same `nameKey` are the same name: see `lib/name-key.ts`. */
export const users = sqliteTable(
  'users',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    name: text().notNull(),
    nameKey: text('name_key').notNull().unique(),
    /** SHA-256 of the user's token, base64url. A revoked token is replaced by one that nobody has seen. */
    tokenHash: text('token_hash').notNull().unique(),
    createdAt: integer('created_at').notNull(),
    /** Acts only with its token. */
    protected: integer({ mode: 'boolean' }).notNull().default(false),
    /** The `subject` of the user's login. Null for a user without one: see `Login`. */
    subject: text(),
    /** The name in the login when it last became the user's name. Only another name in the login renames. docs/decisions/0011. */
    loginName: text('login_name'),
    /** The `https:` URL of a picture. */
    avatar: text(),
    /** The role on the whole site; null for most. A login may claim one beside it. */
    siteRole: text('site_role', { enum: siteRoles }),
    /** When a message of the user was first approved. It counts only while the name is protected. */
    approvedAt: integer('approved_at'),
    /** Until when the user is banned from the whole site; 0 for most. `sanctions` has the reason, and keeps the name and the login. */
    bannedUntil: integer('banned_until').notNull().default(0),
  },
  // Partial, so that a user without a login has no row in it.
  (t) => [uniqueIndex('users_subject').on(t.subject).where(sql`subject is not null`)],
)

/** Rooms. `src/db/site-settings.ts` says what holds in a room that has not set one of the settings that the site has too. */
export const rooms = sqliteTable(
  'rooms',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    name: text().notNull(),
    nameKey: text('name_key').notNull().unique(),
    title: text(),
    /** Members = the room's largest `members.ordinal` + this. Only leaving writes it. docs/decisions/0004. */
    memberOffset: integer('member_offset').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    /** Null where the room was made without a token. */
    ownerId: integer('owner_id'),
    topic: text(),
    readers: text({ enum: audiences }).notNull().default('anyone'),
    posters: text({ enum: audiences }).notNull().default('anyone'),
    /** 0: as the site says. -1: none, whatever the site says. */
    slowModeSeconds: integer('slow_mode_seconds').notNull().default(0),
    archived: integer({ mode: 'boolean' }).notNull().default(false),
    /** Links of a member are refused for this long after joining. 0: as the site says. -1: never. */
    newcomerLinkSeconds: integer('newcomer_link_seconds').notNull().default(0),
    /**
     * Words that are refused in messages: a JSON array of `{ word, key }`, with the key of `blockedWordKey`. `[]`: as the site says. `{}`:
     * no words, whatever the site says.
     */
    blockedWords: text('blocked_words').notNull().default('[]'),
    /** The emoji that messages may be given, a JSON array. Null: as the site says. */
    reactions: text({ mode: 'json' }).$type<string[]>(),
    /** The numbers of the pinned messages, a JSON array, the last pinned one last. */
    pinned: text().notNull().default('[]'),
    /** The authors whose messages wait for approval. Null: as the site says. */
    approval: text({ enum: approvals }),
    /** Mentions by a member are refused for this long after joining. 0: as the site says. -1: never. */
    newcomerMentionSeconds: integer('newcomer_mention_seconds').notNull().default(0),
    /** Reactions of a member are refused for this long after joining. 0: as the site says. -1: never. */
    newcomerReactionSeconds: integer('newcomer_reaction_seconds').notNull().default(0),
    /** The number of the log's first entry: more than 1 once retention has removed the entries before it. */
    firstSeq: integer('first_seq').notNull().default(1),
    /** Messages are removed after so many days. Null: as the var `RETENTION_DAYS` says. */
    retentionDays: integer('retention_days'),
    /** `changes.emptyNumbers` where the log has no change after what retention has removed or an import has stored. Only these two write it. */
    emptyNumbers: integer('empty_numbers').notNull().default(0),
  },
  // Tells in one row that no room has set it.
  (t) => [index('rooms_retention').on(t.retentionDays).where(sql`retention_days is not null`)],
)

/** The settings of the site, which hold in each room that has not set its own. One row, with the id 1, or none. */
export const siteSettings = sqliteTable('site_settings', {
  id: integer().primaryKey(),
  slowModeSeconds: integer('slow_mode_seconds').notNull().default(0),
  newcomerLinkSeconds: integer('newcomer_link_seconds').notNull().default(0),
  /** As in `rooms`. */
  blockedWords: text('blocked_words').notNull().default('[]'),
  /** A JSON array. Null: any emoji. */
  reactions: text({ mode: 'json' }).$type<string[]>(),
  /** Null: as the var `APPROVAL` says. */
  approval: text({ enum: approvals }),
  newcomerMentionSeconds: integer('newcomer_mention_seconds').notNull().default(0),
  newcomerReactionSeconds: integer('newcomer_reaction_seconds').notNull().default(0),
})

/**
 * Users that were deleted not long ago. They can still be banned by a message of theirs: after spam and a deletion at once, nothing
 * else would tell who it was. The sweep removes the rows that are too old.
 */
export const formerUsers = sqliteTable(
  'former_users',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    nameKey: text('name_key').notNull(),
    subject: text(),
    deletedAt: integer('deleted_at').notNull(),
  },
  (t) => [index('former_users_deleted_at').on(t.deletedAt)],
)

/** The members of rooms. The key is the order of joining, so that a page of members is one range scan. */
export const members = sqliteTable(
  'members',
  {
    roomId: integer('room_id').notNull(),
    ordinal: integer().notNull(),
    userId: integer('user_id').notNull(),
    joinedAt: integer('joined_at').notNull(),
    role: text({ enum: givenRoles }).notNull().default('member'),
    /** When the member last sent a message in slow mode, where the wait is long: see `slowModeWait`. */
    lastSentAt: integer('last_sent_at'),
    /** The number of the last entry that the member has read. */
    readSeq: integer('read_seq').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.ordinal] }), uniqueIndex('members_user').on(t.userId, t.roomId)],
)

/** Messages as they are now. One message is one row; a page of history is one range scan of the key. */
export const messages = sqliteTable('messages', messageFields, (t) => [
  primaryKey({ columns: [t.roomId, t.seq] }),
  // Partial, so that a message without a key stays one row written.
  uniqueIndex('messages_idempotency')
    .on(t.roomId, t.authorId, t.idempotencyKey)
    .where(sql`idempotency_key is not null`),
])

/** The log's other entries: they take numbers from the same sequence as messages. docs/decisions/0003. */
export const changes = sqliteTable(
  'changes',
  {
    roomId: integer('room_id').notNull(),
    seq: integer().notNull(),
    type: text({ enum: ['edit', 'delete', 'reaction'] }).notNull(),
    /** The `seq` of the message it changes. */
    target: integer().notNull(),
    actorId: integer('actor_id').notNull(),
    createdAt: integer('created_at').notNull(),
    /** The emoji of a reaction, and whether it was added or taken back. Null for other entries. */
    reaction: text(),
    isAdded: integer('is_added', { mode: 'boolean' }),
    /**
     * A running total: the numbers up to this one that hold no message that can be read, but a change or a deleted message, or nothing any more.
     * Null in a row of a version before it. docs/decisions/0040.
     */
    emptyNumbers: integer('empty_numbers'),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.seq] })],
)

/** The people who gave a message an emoji. */
export const reactions = sqliteTable(
  'reactions',
  {
    roomId: integer('room_id').notNull(),
    /** The message's `seq`. */
    target: integer().notNull(),
    reaction: text().notNull(),
    userId: integer('user_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.target, t.reaction, t.userId] })],
)

/** Mentions of users, for the list of a user's mentions. */
export const mentions = sqliteTable(
  'mentions',
  {
    userId: integer('user_id').notNull(),
    roomId: integer('room_id').notNull(),
    /** The message's `seq`. */
    seq: integer().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.roomId, t.seq] }),
    index('mentions_time').on(t.userId, t.createdAt),
  ],
)

/** Users that have listened to a room with a token or login, so that their connections can be closed when that ends. */
export const listeners = sqliteTable(
  'listeners',
  {
    userId: integer('user_id').notNull(),
    roomKey: text('room_key').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.roomKey] })],
)

/**
 * Versions of data that pages of every room show. A version never comes back, also after the database was restored to an earlier
 * time. The row `names` is there after the first rename or deletion of a user: docs/decisions/0019. The row `history` is there after the first restore, as a
 * whole number: docs/decisions/0042.
 */
export const versions = sqliteTable('versions', {
  subject: text().primaryKey(),
  version: text().notNull(),
})

/** Deleted rooms whose rows in other tables are not removed yet: see `src/sweep`. */
export const deletedRooms = sqliteTable('deleted_rooms', {
  id: integer().primaryKey(),
  /** By which the room's hub is found. Null for rooms that were deleted before 2026-11-27. */
  nameKey: text('name_key'),
  deletedAt: integer('deleted_at').notNull(),
})

/** Deleted users whose words and traces are not removed from all tables yet: see `src/sweep/erasure.ts`. */
export const erasures = sqliteTable('erasures', {
  userId: integer('user_id').primaryKey(),
  /** The step that it is at, and the key of the last row that this step has looked at: a JSON array. */
  step: text().notNull(),
  place: text().notNull(),
  startedAt: integer('started_at').notNull(),
})

/** The sweep's notes between its runs. The row `run` has the time of the last run; `retention` the last room that was looked at. */
export const sweeps = sqliteTable('sweeps', {
  name: text().primaryKey(),
  place: integer().notNull(),
})

/** Tables that are stored by their key alone. drizzle-kit has no option for it, so `scripts/migration.ts` adds it. */
export const withoutRowid = [
  members,
  messages,
  changes,
  reactions,
  mentions,
  sanctions,
  reports,
  audit,
  listeners,
  versions,
  sweeps,
  importIds,
  pushSubscriptions,
  webhookCursors,
  files,
]
