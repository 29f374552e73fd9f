import * as z from 'zod/mini'
import { emoji } from './emoji.ts'
import {
  avatarUrl,
  chatroomName,
  hex,
  messageTextOrNone,
  positive,
  reason,
  time,
  title,
  userName,
  wholeNumber,
} from './fields.ts'
import { blockedFileLine, sentFiles } from './file-line.ts'
import { heldLine } from './held-line.ts'
import { hookLine } from './hook-line.ts'
import { MAX_ALLOWED_REACTIONS, MAX_PINS } from './limits.ts'
import { approvals, audiences, auditActions, sanctionKinds } from './lists.ts'
import { blockedWords } from './settings.ts'

// The lines of an export: NDJSON, one JSON object a line. docs/data.md explains them. A field is left out where it is null or has its
// default. A later line replaces each earlier line of its type that has the same key or the same name.

/** The version of the format. Another one is refused. */
export const DATA_VERSION = 1

/** True, or left out for false. */
const flag = z.optional(z.literal(true))
const hash = z.string().check(z.minLength(1), z.maxLength(200))
/** The `iss` and `sub` of a login, as `users.subject` has them. */
const subject = z.string().check(z.minLength(1), z.maxLength(2000))
const roomId = positive
const userId = positive
const seconds = z.optional(wholeNumber)

/** The first line of a file. `scope`: the whole instance, one room, or what belongs to one user. */
const firstLine = z.object({
  type: z.literal('parlour'),
  version: z.literal(DATA_VERSION, { error: `must be ${DATA_VERSION}: this file has another format` }),
  scope: z.enum(['site', 'room', 'user']),
})

/** The settings that a room shares with the site. Left out: not set. A room's `[]` and 0 mean none, whatever the site says. */
const sharedSettings = {
  slowModeSeconds: seconds,
  newcomerLinkSeconds: seconds,
  newcomerMentionSeconds: seconds,
  newcomerReactionSeconds: seconds,
  blockedWords: z.optional(blockedWords),
  reactions: z.optional(z.array(emoji).check(z.maxLength(MAX_ALLOWED_REACTIONS))),
  approval: z.optional(z.enum(approvals)),
}

/** The settings of the site. Only in an export of the whole instance. There is no such line where none was ever set. */
const site = z.object({ type: z.literal('site'), ...sharedSettings })

/**
 * A user. The fields after `role` are only in the export of the whole instance; `subject` to `bannedUntil` are also in that of the user.
 * A user without `tokenHash` gets a token that nobody has seen.
 */
const user = z.object({
  type: z.literal('user'),
  id: userId,
  name: userName,
  createdAt: time,
  protected: flag,
  avatar: z.optional(avatarUrl),
  role: z.optional(z.enum(['moderator', 'admin'])),
  subject: z.optional(subject),
  loginName: z.optional(z.string()),
  approvedAt: z.optional(time),
  /** The end of a ban from the whole site. */
  bannedUntil: z.optional(z.union([time, z.literal('forever')])),
  /** SHA-256 of the token, base64url. */
  tokenHash: z.optional(hash),
})

/** A user that was deleted in the last 30 days. Only in the export of the whole instance. */
const formerUser = z.object({
  type: z.literal('formerUser'),
  id: userId,
  name: userName,
  subject: z.optional(subject),
  deletedAt: time,
})

/** An erasure of a deleted user that is not finished. It begins anew after an import. Only in the export of the whole instance. */
const erasure = z.object({ type: z.literal('erasure'), user: userId, startedAt: time })

/** A room. All lines about a room come after it. The export of a user has only `id`, `name` and `createdAt`. */
const room = z.object({
  type: z.literal('room'),
  id: roomId,
  name: chatroomName,
  createdAt: time,
  /** The id of the owner, who may be deleted. */
  owner: z.optional(userId),
  title: z.optional(title),
  topic: z.optional(title),
  readers: z.optional(z.enum(audiences)),
  posters: z.optional(z.enum(audiences)),
  archived: flag,
  ...sharedSettings,
  retentionDays: z.optional(positive),
  /** The numbers of the pinned messages, the last pinned one last. */
  pinned: z.optional(z.array(positive).check(z.maxLength(MAX_PINS))),
  /** The number of the log's first entry, if it is more than 1. Entries before it are left out, or removed again. */
  firstSeq: z.optional(positive),
})

/** A message as it stands now. `text` is left out once it is deleted. */
const message = z.object({
  type: z.literal('message'),
  room: roomId,
  seq: positive,
  /** 0 for an incoming webhook. */
  author: wholeNumber,
  /** The id and the name of the incoming webhook, which may be deleted. */
  hook: z.optional(positive),
  bot: z.optional(userName),
  /** Empty only if there are files. */
  text: z.optional(messageTextOrNone),
  createdAt: time,
  editedAt: z.optional(time),
  deletedAt: z.optional(time),
  replyTo: z.optional(positive),
  /** The members that it mentions, with their names of then. */
  mentions: z.optional(z.array(z.object({ id: userId, name: z.string() }))),
  files: sentFiles,
  // The hashes of idempotency keys, each as its column. Only in the export of the whole instance.
  /** `idempotency_key`, where it is a blob. */
  keyIndex: z.optional(hex),
  /** `idempotency_key`, where it is a text: in messages from before 2026-11-26. */
  key: z.optional(z.string()),
  keyHash: z.optional(hex),
  fingerprint: z.optional(z.string()),
})

/** The most users in one line of `reaction`. */
export const MAX_REACTION_USERS = 100_000

/**
 * The users that gave a message an emoji. The lines of a message's reactions follow right behind the message, the oldest emoji first; more users
 * than fit are in further lines. A later line of the message takes all of its reactions back.
 */
const reaction = z.object({
  type: z.literal('reaction'),
  room: roomId,
  /** The message's number. */
  message: positive,
  reaction: emoji,
  users: z.array(userId).check(z.minLength(1), z.maxLength(MAX_REACTION_USERS)),
})

const changeFields = {
  type: z.literal('change'),
  room: roomId,
  seq: positive,
  /** The number of the message that it changes. */
  target: positive,
  actor: wholeNumber,
  createdAt: time,
}
/** An entry of the log that is no message. `actor` is 0 for an admin without a user. */
const change = z.discriminatedUnion('kind', [
  z.object({ ...changeFields, kind: z.literal('edit') }),
  z.object({ ...changeFields, kind: z.literal('delete') }),
  z.object({ ...changeFields, kind: z.literal('reaction'), reaction: emoji, added: z.boolean() }),
])

/** A member of a room. `ordinal` is the order of joining. `lastSentAt` and `readSeq` are not in the export of a room. */
const member = z.object({
  type: z.literal('member'),
  room: roomId,
  ordinal: positive,
  user: userId,
  joinedAt: time,
  role: z.optional(z.literal('moderator')),
  lastSentAt: z.optional(time),
  readSeq: z.optional(positive),
})

/**
 * A ban or a mute, in a room or on the whole site (without `room`). `until` is left out if it holds until it is lifted. The network of a ban is
 * in no export: its hash has a secret of this instance.
 */
const sanction = z.object({
  type: z.literal('sanction'),
  room: z.optional(roomId),
  user: userId,
  kind: z.enum(sanctionKinds),
  name: z.optional(z.string()),
  until: z.optional(time),
  reason: z.optional(reason),
  createdAt: time,
  // Each as its column. Only in the export of the whole instance.
  nameKey: z.optional(z.string()),
  subject: z.optional(subject),
  lastNameKey: z.optional(z.string()),
})

/** A report of a message. `reason` is left out once the reporter is erased. */
const report = z.object({
  type: z.literal('report'),
  room: roomId,
  number: positive,
  /** The message's number. */
  message: positive,
  reporter: userId,
  reason: z.optional(reason),
  createdAt: time,
  resolvedAt: z.optional(time),
})

/** An entry of the audit log, of a room or of the whole site (without `room`). `actor` is left out for ADMIN_TOKEN. */
const audit = z.object({
  type: z.literal('audit'),
  room: z.optional(roomId),
  number: positive,
  action: z.enum(auditActions),
  actor: z.optional(userId),
  subject: z.optional(wholeNumber),
  createdAt: time,
  /** As the column has it: `AuditDetail`, with times in milliseconds. */
  detail: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.array(z.string())]))),
})

/** A message that mentions the user. Only in the export of a user: elsewhere `mentions` of the messages says it. */
const mention = z.object({
  type: z.literal('mention'),
  room: roomId,
  message: positive,
  createdAt: time,
})

/**
 * Rows that earlier lines have, but that were removed while the export went on: those with these ids. `of` a user, also its memberships; `of` a
 * room, also all that belongs to it; `of` a member, the ids of users who are no members of `room` any more.
 */
const absent = z.object({
  type: z.literal('absent'),
  of: z.enum(['user', 'room', 'member']),
  room: z.optional(roomId),
  // Files from before 2026-11-28 may have the negative id of an incoming webhook. Nobody has it, so nothing is removed.
  from: z.int(),
  upTo: z.int(),
})

/** The last line. A file without it is cut off. */
const lastLine = z.object({
  type: z.literal('end'),
  /** The number of the lines before this one. */
  lines: positive,
  // The largest ids that were ever given out. Only in the export of the whole instance.
  users: z.optional(wholeNumber),
  rooms: z.optional(wholeNumber),
})

/** A line of an export. */
export const dataLine = z.discriminatedUnion('type', [
  firstLine,
  site,
  user,
  formerUser,
  erasure,
  room,
  message,
  reaction,
  change,
  member,
  heldLine,
  hookLine,
  sanction,
  report,
  audit,
  blockedFileLine,
  mention,
  absent,
  lastLine,
])

export type DataLine = z.output<typeof dataLine>
