import * as z from 'zod'
import {
  blockedWords,
  chatroomName,
  id,
  messageText,
  next,
  reason,
  seq,
  settings,
  time,
  userName,
} from './fields.ts'

export const hello = z.object({ name: z.literal('parlour'), version: z.string() }).meta({ id: 'Hello' })

export const user = z
  .object({ id, name: userName, protected: z.boolean(), createdAt: time })
  .meta({ id: 'User' })
export const newUser = user
  .extend({ token: z.string().meta({ description: 'Shown this once; only its hash is stored.' }) })
  .meta({ id: 'NewUser' })
export const userList = z.object({ users: z.array(user), next }).meta({ id: 'UserList' })
export const newToken = z
  .object({ id, token: z.string().meta({ description: 'Shown this once; the one before it is void.' }) })
  .meta({ id: 'NewToken' })
export const revokedToken = z.object({ id, revoked: z.literal(true) }).meta({ id: 'RevokedToken' })
export const deletedUser = z.object({ id, deleted: z.literal(true) }).meta({ id: 'DeletedUser' })

export const chatroom = z
  .object({
    name: chatroomName,
    ...settings,
    owner: userName.nullable(),
    memberCount: z.int().nonnegative(),
    createdAt: time,
  })
  .meta({ id: 'Chatroom' })
export const deletedChatroom = z
  .object({ name: chatroomName, deleted: z.literal(true) })
  .meta({ id: 'DeletedChatroom' })
export const chatroomList = z.object({ chatrooms: z.array(chatroom), next }).meta({ id: 'ChatroomList' })

export const member = z
  .object({
    chatroom: chatroomName,
    userName,
    role: z.enum(['owner', 'moderator', 'member']),
    joinedAt: time,
  })
  .meta({ id: 'Member' })
const sanctionState = z.object({ until: time.nullable(), reason: reason.nullable() }).nullable()
export const memberState = z
  .object({
    chatroom: chatroomName,
    userName,
    role: z.enum(['owner', 'moderator', 'member', 'guest']),
    joinedAt: time.nullable(),
    ban: sanctionState,
    mute: sanctionState,
  })
  .meta({ id: 'MemberState' })
export const memberList = z.object({ members: z.array(member), next }).meta({ id: 'MemberList' })
export const formerMember = z
  .object({ chatroom: chatroomName, userName, left: z.literal(true) })
  .meta({ id: 'FormerMember' })

export const message = z
  .object({
    seq,
    chatroom: chatroomName,
    userName: userName
      .nullable()
      .meta({ description: "The author's name now; null once the user is deleted." }),
    message: messageText.nullable().meta({ description: 'Null once the message is deleted.' }),
    createdAt: time,
    editedAt: time.optional(),
    deletedAt: time.optional(),
  })
  .meta({ id: 'Message' })
export const messageList = z
  .object({ messages: z.array(message).meta({ description: 'Oldest first.' }), next })
  .meta({ id: 'MessageList' })

export const report = z
  .object({
    id,
    seq: seq.meta({ description: "The message's number." }),
    userName: userName.nullable().meta({ description: 'Who reported it.' }),
    reason,
    createdAt: time,
    resolvedAt: time.nullable(),
  })
  .meta({ id: 'Report' })
export const reportList = z.object({ reports: z.array(report), next }).meta({ id: 'ReportList' })

export const sanction = z
  .object({
    userName,
    kind: z.enum(['ban', 'mute']),
    until: time.nullable().meta({ description: 'Null: until it is lifted.' }),
    reason: reason.nullable(),
    createdAt: time,
  })
  .meta({ id: 'Sanction' })
export const sanctionList = z.object({ sanctions: z.array(sanction), next }).meta({ id: 'SanctionList' })

export const auditEntry = z
  .object({
    id,
    action: z.enum([
      'ban',
      'liftBan',
      'mute',
      'liftMute',
      'remove',
      'makeMember',
      'makeModerator',
      'deleteMessage',
      'purge',
      'changeSettings',
    ]),
    by: userName.nullable().meta({ description: 'Null: the admin, or somebody who has been deleted.' }),
    to: userName.nullable().meta({ description: 'Null: nobody, or somebody who has been deleted.' }),
    seq: seq.optional().meta({ description: 'Of the message that was deleted.' }),
    until: time.nullable().optional().meta({ description: 'Of a ban or a mute.' }),
    reason: reason.nullable().optional().meta({ description: 'Of a ban or a mute.' }),
    from: time.optional().meta({ description: 'Of a purge.' }),
    upTo: time.optional().meta({ description: 'Of a purge.' }),
    settings: z.array(z.string()).optional().meta({ description: 'Which were changed.' }),
    createdAt: time,
  })
  .meta({ id: 'AuditEntry' })
export const auditList = z
  .object({ entries: z.array(auditEntry).meta({ description: 'Newest first.' }), next })
  .meta({ id: 'AuditList' })

export const blockedWordList = z.object({ blockedWords }).meta({ id: 'BlockedWordList' })
export const purged = z.object({ userName, deletedCount: z.int().nonnegative() }).meta({ id: 'Purged' })

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().meta({ examples: ['/problems/chatroom-not-found'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: "The request's id, as in `x-request-id`." }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })

export type User = z.output<typeof user>
export type NewUser = z.output<typeof newUser>
export type Chatroom = z.output<typeof chatroom>
export type Member = z.output<typeof member>
export type Message = z.output<typeof message>
export type MessageList = z.output<typeof messageList>
export type MemberState = z.output<typeof memberState>
export type Report = z.output<typeof report>
export type ReportList = z.output<typeof reportList>
export type Sanction = z.output<typeof sanction>
export type SanctionList = z.output<typeof sanctionList>
export type AuditEntry = z.output<typeof auditEntry>
export type AuditList = z.output<typeof auditList>
export type ProblemBody = z.output<typeof problem>
