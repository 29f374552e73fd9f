import * as z from 'zod/mini'
import { described } from './described.ts'
import { emoji } from './emoji.ts'
import {
  authorId,
  avatar,
  bot,
  chatroomName,
  id,
  messageLinks,
  messageTextOrNone,
  next,
  positive,
  reactionCount,
  reason,
  seq,
  time,
  userName,
} from './fields.ts'
import { files } from './files.ts'
import { auditActions, memberRoles, sanctionKinds, userRoles } from './lists.ts'
import { deletedMessages, networkUntil } from './sanctions.ts'
import { blockedWords, siteSettings } from './settings.ts'

export const hello = described(
  z.object({
    name: z.literal('parlour'),
    version: z.string(),
    identity: described(z.enum(['open', 'protected']), {
      description:
        'What new names are. With `protected`, every write but the creation of a user needs a token.',
    }),
    turnstileSiteKey: described(z.nullable(z.string()), {
      description: 'The site key of the Turnstile widget that a new user needs; null if Turnstile is off.',
    }),
    pushKey: described(z.nullable(z.string()), {
      description: 'The public key that a browser subscribes to Web Push with; null if Web Push is off.',
    }),
    files: described(z.nullable(z.object({ bytes: positive })), {
      description: 'The size of the largest file that may be uploaded; null if files are off.',
    }),
  }),
  { id: 'Hello' },
)

export const user = described(
  z.object({
    id,
    name: userName,
    avatar,
    protected: z.boolean(),
    role: described(z.enum(userRoles), {
      description: 'The role that an admin has given the user, on the whole site.',
    }),
    createdAt: time,
  }),
  {
    id: 'User',
  },
)
export const newUser = described(
  z.extend(user, {
    token: described(z.string(), { description: 'Shown this once; only its hash is stored.' }),
  }),
  { id: 'NewUser' },
)
export const userList = described(z.object({ users: z.array(user), next }), { id: 'UserList' })
export const newToken = described(
  z.object({
    id,
    token: described(z.string(), { description: 'Shown this once; the one before it is void.' }),
  }),
  { id: 'NewToken' },
)
export const revokedToken = described(z.object({ id, revoked: z.literal(true) }), { id: 'RevokedToken' })
export const member = described(
  z.object({
    chatroom: chatroomName,
    userName,
    avatar,
    role: z.enum(memberRoles),
    joinedAt: time,
  }),
  { id: 'Member' },
)
const sanctionState = z.nullable(z.object({ until: z.nullable(time), reason: z.nullable(reason) }))
const banState = z.nullable(
  z.extend(z.object({ until: z.nullable(time), reason: z.nullable(reason) }), { networkUntil }),
)
export const memberState = described(
  z.object({
    chatroom: chatroomName,
    userName,
    role: z.enum([...memberRoles, 'guest']),
    joinedAt: z.nullable(time),
    ban: banState,
    mute: sanctionState,
    deletedMessages,
  }),
  { id: 'MemberState' },
)
export const memberList = described(z.object({ members: z.array(member), next }), { id: 'MemberList' })
export const formerMember = described(z.object({ chatroom: chatroomName, userName, left: z.literal(true) }), {
  id: 'FormerMember',
})

const offset = z.int().check(z.nonnegative())

export const message = described(
  z.object({
    seq,
    chatroom: chatroomName,
    userId: authorId,
    userName: described(z.nullable(userName), {
      description:
        "The author's name now; null once the user is deleted. With `bot`, the name of the incoming webhook, which is no user's.",
    }),
    bot,
    avatar,
    message: described(z.nullable(messageTextOrNone), { description: 'Null once the message is deleted.' }),
    createdAt: time,
    editedAt: z.optional(time),
    deletedAt: z.optional(time),
    ...messageLinks,
    files,
    reactions: described(
      z.array(
        z.extend(reactionCount, {
          mine: described(z.boolean(), { description: 'Whether you gave it this emoji.' }),
        }),
      ),
      { description: 'The oldest emoji first.' },
    ),
    found: described(z.optional(z.array(z.tuple([offset, offset]))), {
      description:
        'Only in the answer to a search: `[start, end]` of each place where a word stands, in UTF-16 units of the text.',
      examples: [[[0, 5]]],
    }),
  }),
  { id: 'Message' },
)
export const messageList = described(
  z.object({
    messages: described(z.array(message), { description: 'Oldest first. A search gives the newest first.' }),
    quoted: described(z.array(message), {
      description:
        'The messages that replies on this page name and that are not on it themselves, as they stand now, oldest first.',
    }),
    previous: described(z.optional(z.nullable(z.string())), {
      description:
        'Only with `around`: absolute URL of the page of older messages, or null if there are none.',
    }),
    next,
  }),
  { id: 'MessageList' },
)

export const pinnedList = described(
  z.object({ messages: described(z.array(message), { description: 'The last pinned one first.' }) }),
  { id: 'PinnedList' },
)

export const reaction = described(
  z.object({
    reaction: emoji,
    userId: authorId,
    userName: described(z.nullable(userName), {
      description: 'The name now; null once the user is deleted.',
    }),
  }),
  { id: 'Reaction' },
)
export const reactionList = described(z.object({ reactions: z.array(reaction), next }), {
  id: 'ReactionList',
})

export const report = described(
  z.object({
    id,
    seq: described(seq, { description: "The message's number." }),
    userName: described(z.nullable(userName), { description: 'Who reported it.' }),
    reason: described(z.nullable(reason), {
      description: 'Null once its author, or that of the message, is erased.',
    }),
    createdAt: time,
    resolvedAt: z.nullable(time),
  }),
  { id: 'Report' },
)
export const reportList = described(z.object({ reports: z.array(report), next }), { id: 'ReportList' })

export const sanction = described(
  z.object({
    userName,
    kind: z.enum(sanctionKinds),
    until: described(z.nullable(time), { description: 'Null: until it is lifted.' }),
    reason: z.nullable(reason),
    createdAt: time,
    networkUntil,
    deletedMessages,
  }),
  { id: 'Sanction' },
)
export const sanctionList = described(z.object({ sanctions: z.array(sanction), next }), {
  id: 'SanctionList',
})

export const auditEntry = described(
  z.object({
    id,
    action: z.enum(auditActions),
    by: described(z.nullable(userName), {
      description: 'Null: the admin, or somebody who has been deleted.',
    }),
    to: described(z.nullable(userName), { description: 'Null: nobody, or somebody who has been deleted.' }),
    seq: described(z.optional(seq), { description: 'Of the message that was deleted.' }),
    until: described(z.optional(z.nullable(time)), { description: 'Of a ban or a mute.' }),
    reason: described(z.optional(z.nullable(reason)), { description: 'Of a ban or a mute.' }),
    from: described(z.optional(time), { description: 'Of a purge.' }),
    upTo: described(z.optional(time), { description: 'Of a purge.' }),
    settings: described(z.optional(z.array(z.string())), {
      description: 'The settings of the chatroom, or the fields of the user, that were changed.',
    }),
    role: described(z.optional(z.enum(userRoles)), { description: 'The new role on the whole site.' }),
    deleteMessagesSeconds: described(z.optional(positive), {
      description: 'Of a ban that deleted messages.',
    }),
    networkUntil,
    deleted: described(z.optional(chatroomName), { description: 'The chatroom that was deleted.' }),
    hook: described(z.optional(z.string()), { description: 'The name of the incoming webhook.' }),
    webhook: described(z.optional(positive), { description: 'The id of the webhook.' }),
    file: described(z.optional(z.string()), { description: 'The name of the file.' }),
    createdAt: time,
  }),
  { id: 'AuditEntry' },
)
export const auditList = described(
  z.object({ entries: described(z.array(auditEntry), { description: 'Newest first.' }), next }),
  { id: 'AuditList' },
)

export const admin = described(z.object({ settings: z.object(siteSettings) }), { id: 'Admin' })

export const blockedWordList = described(z.object({ blockedWords }), { id: 'BlockedWordList' })
export const ticket = described(
  z.object({
    ticket: described(z.string(), { description: 'For one connection to this chatroom.' }),
    expiresAt: time,
  }),
  { id: 'Ticket' },
)

/** RFC 9457. */
export const problem = described(
  z.object({
    type: described(z.string(), { examples: ['/problems/chatroom-not-found'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: described(z.string(), { description: "The request's id, as in `x-request-id`." }),
    errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  }),
  { id: 'Problem' },
)

export type User = z.output<typeof user>
export type NewUser = z.output<typeof newUser>
export type Member = z.output<typeof member>
export type Message = z.output<typeof message>
export type MessageList = z.output<typeof messageList>
export type PinnedList = z.output<typeof pinnedList>
export type Reaction = z.output<typeof reaction>
export type ReactionList = z.output<typeof reactionList>
export type MemberState = z.output<typeof memberState>
export type Report = z.output<typeof report>
export type ReportList = z.output<typeof reportList>
export type Sanction = z.output<typeof sanction>
export type SanctionList = z.output<typeof sanctionList>
export type Admin = z.output<typeof admin>
export type AuditEntry = z.output<typeof auditEntry>
export type AuditList = z.output<typeof auditList>
export type ProblemBody = z.output<typeof problem>
export type Ticket = z.output<typeof ticket>
