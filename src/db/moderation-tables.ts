import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { auditActions, sanctionKinds, type UserRole } from '../contract/lists.ts'

// The tables of moderation. `schema.ts` has the others.

/**
 * Bans and mutes in rooms, or on the whole site (`SITE`); `until` is null for one that holds until it is lifted. A sanction holds for the user under any name, and
 * for the name, also as another user's, so that neither a new name nor a new user of that name ends it.
 */
export const sanctions = sqliteTable(
  'sanctions',
  {
    roomId: integer('room_id').notNull(),
    userId: integer('user_id').notNull(),
    kind: text({ enum: sanctionKinds }).notNull(),
    nameKey: text('name_key').notNull(),
    until: integer(),
    reason: text(),
    createdAt: integer('created_at').notNull(),
    /** The name as it was shown. Null in rows from before the column, whose user may be deleted. */
    name: text(),
    /** The `users.subject` of the user, so that the sanction holds for the login after the user was deleted. */
    subject: text(),
    /** The key of the name that a banned user had when it was deleted: it stays taken too. Null before that. */
    lastNameKey: text('last_name_key'),
    /** The keyed hash of the network that a ban holds for as well, until `networkUntil`. Null without one. docs/decisions/0033. */
    network: text(),
    networkUntil: integer('network_until'),
    /** When the ban of the network began. It doesn't hold for users who are older. */
    networkSince: integer('network_since'),
  },
  (t) => [
    primaryKey({ columns: [t.roomId, t.userId, t.kind] }),
    index('sanctions_name').on(t.roomId, t.nameKey),
    // Partial, so that a sanction of a user without a login has no row in it.
    index('sanctions_subject').on(t.roomId, t.subject).where(sql`subject is not null`),
    // The names that stay taken.
    index('sanctions_banned_name').on(t.nameKey).where(sql`kind = 'ban'`),
    index('sanctions_last_name').on(t.lastNameKey).where(sql`last_name_key is not null`),
    // The sanctions of a user who is deleted or erased.
    index('sanctions_user').on(t.userId),
    // Those that have ended, for the sweep.
    index('sanctions_until').on(t.until).where(sql`until is not null`),
    index('sanctions_network').on(t.roomId, t.network).where(sql`network is not null`),
    index('sanctions_network_until').on(t.networkUntil).where(sql`network_until is not null`),
  ],
)

/** The networks from which users last wrote, as keyed hashes, so that a ban can hold for them. Empty unless `BAN_NETWORK_HOURS` is set. */
export const userNetworks = sqliteTable(
  'user_networks',
  {
    userId: integer('user_id').primaryKey(),
    network: text().notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('user_networks_expires_at').on(t.expiresAt)],
)

/** Reports of messages, for the room's moderators. */
export const reports = sqliteTable(
  'reports',
  {
    roomId: integer('room_id').notNull(),
    number: integer().notNull(),
    /** The message's `seq`. */
    target: integer().notNull(),
    reporterId: integer('reporter_id').notNull(),
    reason: text().notNull(),
    createdAt: integer('created_at').notNull(),
    resolvedAt: integer('resolved_at'),
  },
  (t) => [
    primaryKey({ columns: [t.roomId, t.number] }),
    // The open reports of all rooms by their time, and the others by the time when they were resolved.
    index('reports_time').on(t.resolvedAt, t.createdAt),
    // The reports of one user.
    index('reports_reporter').on(t.reporterId, t.createdAt),
  ],
)

/** The details of an act in the audit log; times in milliseconds. */
export type AuditDetail = {
  seq?: number
  until?: number | null
  reason?: string | null
  from?: number
  upTo?: number
  settings?: string[]
  role?: UserRole
  deleteMessagesSeconds?: number
  /** The end of the ban of the network. */
  networkUntil?: number
  /** The name of a deleted room. */
  deleted?: string
  /** The name of an incoming webhook. */
  hook?: string
  /** The id of a webhook. */
  webhook?: number
  /** The name of a file. */
  file?: string
}

/** The audit log: acts that took the power of a role, in a room or on the whole site (`SITE`). */
export const audit = sqliteTable(
  'audit',
  {
    roomId: integer('room_id').notNull(),
    number: integer().notNull(),
    action: text({ enum: auditActions }).notNull(),
    /** Null: the admin, by ADMIN_TOKEN. */
    actorId: integer('actor_id'),
    /** The user it was done to. Null where there is none. */
    subjectId: integer('subject_id'),
    detail: text({ mode: 'json' }).$type<AuditDetail>().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.roomId, t.number] }),
    // The log of all rooms, and that of one actor.
    index('audit_time').on(t.createdAt),
    index('audit_actor').on(t.actorId, t.createdAt).where(sql`actor_id is not null`),
    // The bans of one user: what became of a report is told after a ban has ended, too.
    index('audit_bans').on(t.subjectId, t.roomId, t.createdAt).where(sql`action = 'ban'`),
  ],
)
