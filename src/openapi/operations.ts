import type { ExtractSchema } from 'hono/types'
import type * as z from 'zod'
import * as contract from '../contract'
import type { ProblemType } from '../problem'

/** What the OpenAPI document says of one route; `Answer` is the type that the route's handler answers with. */
export type Operation<Answer = unknown> = {
  id: string
  tag: 'users' | 'chatrooms' | 'members' | 'messages' | 'moderation' | 'service'
  summary: string
  params?: z.ZodObject
  query?: z.ZodObject
  headers?: z.ZodObject
  body?: z.ZodObject
  status: 200 | 201
  /** What it answers with; none for what is not described by a schema. */
  answer?: z.ZodType<Answer>
  answerType?: string
  /** Headers of the answer beside those that every answer has. */
  answerHeaders?: readonly AnswerHeader[]
  /** What can go wrong beside what can go wrong everywhere. */
  problems?: readonly ProblemType[]
  /** Whether a token may be sent. */
  bearer?: true
  /** Whether the route never asks the database. */
  offline?: true
}

export type AnswerHeader = 'Location' | 'Link' | 'ETag' | 'Idempotent-Replayed'

type Endpoint<Schema> = {
  [Path in keyof Schema & string]: keyof Schema[Path] extends `$${infer Method}`
    ? `${Uppercase<Method>} ${Path}`
    : never
}[keyof Schema & string]

type Answer<Schema, Key> = Key extends `${infer Method} ${infer Path}`
  ? Path extends keyof Schema
    ? Schema[Path] extends Record<`$${Lowercase<Method>}`, { output: infer Output }>
      ? Output
      : never
    : never
  : never

/** A row for each route of `App`, with the answer that its handler gives: otherwise it does not compile. */
export type OperationsOf<App> = {
  [Key in Endpoint<ExtractSchema<App>>]: Operation<Answer<ExtractSchema<App>, Key>>
}

/** What can go wrong with who acts. */
const actorProblems = ['invalid-token', 'token-required', 'not-you', 'user-not-found'] as const

const authorityProblems = [
  'invalid-token',
  'token-required',
  'chatroom-not-found',
  'banned',
  'members-only',
  'not-allowed',
] as const
const readerProblems = [
  'invalid-token',
  'token-required',
  'not-you',
  'user-not-found',
  'chatroom-not-found',
  'members-only',
] as const
const posterProblems = [
  ...actorProblems,
  'chatroom-not-found',
  'banned',
  'muted',
  'archived',
  'members-only',
  'blocked-word',
  'link-too-soon',
] as const

const changeUser = {
  tag: 'users',
  params: contract.userParams,
  bearer: true,
  status: 200,
  answer: contract.user,
  problems: [...actorProblems, 'name-taken'],
} as const

export const operations = {
  'GET /api/users': {
    id: 'listUsers',
    tag: 'users',
    summary: 'List users in the order of their creation',
    query: contract.listQuery,
    status: 200,
    answer: contract.userList,
    answerHeaders: ['Link'],
  },
  'POST /api/users': {
    id: 'createUser',
    tag: 'users',
    summary: 'Create a user; the token is shown this once',
    body: contract.newUserBody,
    status: 201,
    answer: contract.newUser,
    answerHeaders: ['Location'],
    problems: ['name-taken', 'challenge-failed'],
  },
  'GET /api/users/me': {
    id: 'getMe',
    tag: 'users',
    summary: 'Show the user whose token is sent',
    bearer: true,
    status: 200,
    answer: contract.user,
    problems: ['invalid-token', 'token-required'],
  },
  'POST /api/users/:id/token': {
    id: 'replaceToken',
    tag: 'users',
    summary: 'Get another token in exchange for the present one',
    params: contract.userParams,
    bearer: true,
    status: 201,
    answer: contract.newToken,
    answerHeaders: ['Location'],
    problems: actorProblems,
  },
  'DELETE /api/users/:id/token': {
    id: 'revokeToken',
    tag: 'users',
    summary: 'Make the token worthless; only the admin can give another',
    params: contract.userParams,
    bearer: true,
    status: 200,
    answer: contract.revokedToken,
    problems: actorProblems,
  },
  'GET /api/users/:id': {
    id: 'getUser',
    tag: 'users',
    summary: 'Show a user',
    params: contract.userParams,
    status: 200,
    answer: contract.user,
    problems: ['user-not-found'],
  },
  'PUT /api/users/:id': {
    ...changeUser,
    id: 'replaceUser',
    summary: 'Rename a user; with its token, also protect it or open it',
    body: contract.replacedUserBody,
  },
  'PATCH /api/users/:id': {
    ...changeUser,
    id: 'updateUser',
    summary: 'Rename a user; with its token, also protect it or open it',
    body: contract.changedUserBody,
  },
  'DELETE /api/users/:id': {
    id: 'deleteUser',
    tag: 'users',
    summary: 'Delete a user: what was said stays, the name is free again',
    params: contract.userParams,
    bearer: true,
    status: 200,
    answer: contract.deletedUser,
    problems: [...actorProblems],
  },
  'GET /api/chatroom': {
    id: 'listChatrooms',
    tag: 'chatrooms',
    summary: 'List chatrooms in the order of their creation',
    query: contract.listQuery,
    status: 200,
    answer: contract.chatroomList,
    answerHeaders: ['Link'],
  },
  'POST /api/chatroom': {
    id: 'createChatroom',
    tag: 'chatrooms',
    summary: 'Create a chatroom',
    body: contract.chatroomBody,
    bearer: true,
    status: 201,
    answer: contract.chatroom,
    answerHeaders: ['Location'],
    problems: ['invalid-token', 'token-required', 'name-taken'],
  },
  'GET /chatroom/:name': {
    id: 'getChatroom',
    tag: 'chatrooms',
    summary: 'Show a chatroom',
    params: contract.chatroomParams,
    status: 200,
    answer: contract.chatroom,
    problems: ['chatroom-not-found'],
  },
  'PATCH /chatroom/:name': {
    id: 'changeChatroom',
    tag: 'chatrooms',
    summary: "Change a chatroom's settings, or hand it on; for its owner and the admin",
    params: contract.chatroomParams,
    body: contract.settingsBody,
    bearer: true,
    status: 200,
    answer: contract.chatroom,
    problems: [...authorityProblems, 'user-not-found'],
  },
  'DELETE /chatroom/:name': {
    id: 'deleteChatroom',
    tag: 'chatrooms',
    summary: 'Delete a chatroom with all that was said in it; for its owner and the admin',
    params: contract.chatroomParams,
    bearer: true,
    status: 200,
    answer: contract.deletedChatroom,
    problems: authorityProblems,
  },
  'PUT /chatroom/:name': {
    id: 'joinChatroom',
    tag: 'members',
    summary: 'Join a chatroom; again is fine',
    params: contract.chatroomParams,
    body: contract.joinBody,
    bearer: true,
    status: 200,
    answer: contract.member,
    problems: posterProblems,
  },
  'GET /chatroom/:name/member': {
    id: 'listMembers',
    tag: 'members',
    summary: 'List members in the order of their joining',
    params: contract.chatroomParams,
    query: contract.memberListQuery,
    bearer: true,
    status: 200,
    answer: contract.memberList,
    answerHeaders: ['Link'],
    problems: readerProblems,
  },
  'GET /chatroom/:name/member/:userName': {
    id: 'getMember',
    tag: 'members',
    summary: 'Show a member',
    params: contract.memberParams,
    query: contract.readerQuery,
    bearer: true,
    status: 200,
    answer: contract.member,
    problems: [...readerProblems, 'member-not-found'],
  },
  'PATCH /chatroom/:name/member/:userName': {
    id: 'changeMember',
    tag: 'members',
    summary: 'Invite, appoint or depose a member; ban or mute one, or lift that',
    params: contract.memberParams,
    body: contract.memberBody,
    bearer: true,
    status: 200,
    answer: contract.memberState,
    problems: [...authorityProblems, 'archived', 'user-not-found'],
  },
  'DELETE /chatroom/:name/member/:userName': {
    id: 'leaveChatroom',
    tag: 'members',
    summary: 'Leave a chatroom; for its moderators, remove a member',
    params: contract.memberParams,
    bearer: true,
    status: 200,
    answer: contract.formerMember,
    problems: [...authorityProblems, 'member-not-found'],
  },
  'GET /chatroom/:name/message': {
    id: 'listMessages',
    tag: 'messages',
    summary: 'Read a page of history: the newest, or those before or after a number',
    params: contract.chatroomParams,
    query: contract.historyQuery,
    bearer: true,
    status: 200,
    answer: contract.messageList,
    answerHeaders: ['Link', 'ETag'],
    problems: readerProblems,
  },
  'POST /chatroom/:name/message': {
    id: 'sendMessage',
    tag: 'messages',
    summary: 'Send a message; the sender joins',
    params: contract.chatroomParams,
    headers: contract.sendHeaders,
    body: contract.messageBody,
    bearer: true,
    status: 201,
    answer: contract.message,
    answerHeaders: ['Location', 'Idempotent-Replayed'],
    problems: [...posterProblems, 'idempotency-key-reused', 'slow-mode'],
  },
  'GET /chatroom/:name/message/:seq': {
    id: 'getMessage',
    tag: 'messages',
    summary: 'Show a message; a deleted one without its text',
    params: contract.messageParams,
    query: contract.readerQuery,
    bearer: true,
    status: 200,
    answer: contract.message,
    problems: [...readerProblems, 'message-not-found'],
  },
  'PATCH /chatroom/:name/message/:seq': {
    id: 'editMessage',
    tag: 'messages',
    summary: 'Edit a message of your own',
    params: contract.messageParams,
    body: contract.messageBody,
    bearer: true,
    status: 200,
    answer: contract.message,
    problems: [...posterProblems, 'message-not-found', 'not-the-author'],
  },
  'DELETE /chatroom/:name/message/:seq': {
    id: 'deleteMessage',
    tag: 'messages',
    summary: 'Delete a message of your own, or for moderators any; its number stays',
    params: contract.messageParams,
    query: contract.actorQuery,
    bearer: true,
    status: 200,
    answer: contract.message,
    problems: [...posterProblems, 'message-not-found', 'not-the-author'],
  },
  'DELETE /chatroom/:name/message': {
    id: 'purgeMessages',
    tag: 'moderation',
    summary: 'Delete all that a user has said in a time span',
    params: contract.chatroomParams,
    query: contract.purgeQuery,
    bearer: true,
    status: 200,
    answer: contract.purged,
    problems: [...authorityProblems, 'user-not-found'],
  },
  'POST /chatroom/:name/message/:seq/report': {
    id: 'reportMessage',
    tag: 'moderation',
    summary: 'Report a message to the moderators',
    params: contract.messageParams,
    body: contract.reportBody,
    bearer: true,
    status: 201,
    answer: contract.report,
    answerHeaders: ['Location'],
    problems: [...readerProblems, 'banned', 'message-not-found'],
  },
  'GET /chatroom/:name/report': {
    id: 'listReports',
    tag: 'moderation',
    summary: 'List what has been reported, the oldest first',
    params: contract.chatroomParams,
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.reportList,
    answerHeaders: ['Link'],
    problems: authorityProblems,
  },
  'PATCH /chatroom/:name/report/:id': {
    id: 'resolveReport',
    tag: 'moderation',
    summary: 'Mark a report as dealt with, or as open again',
    params: contract.reportParams,
    body: contract.resolveBody,
    bearer: true,
    status: 200,
    answer: contract.report,
    problems: [...authorityProblems, 'report-not-found'],
  },
  'GET /chatroom/:name/sanction': {
    id: 'listSanctions',
    tag: 'moderation',
    summary: 'List the bans and mutes in force',
    params: contract.chatroomParams,
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.sanctionList,
    answerHeaders: ['Link'],
    problems: authorityProblems,
  },
  'GET /chatroom/:name/blocked-word': {
    id: 'listBlockedWords',
    tag: 'moderation',
    summary: 'List the words that are refused in messages',
    params: contract.chatroomParams,
    bearer: true,
    status: 200,
    answer: contract.blockedWordList,
    problems: authorityProblems,
  },
  'GET /chatroom/:name/audit': {
    id: 'listAudit',
    tag: 'moderation',
    summary: 'List who did what to whom, the newest first',
    params: contract.chatroomParams,
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.auditList,
    answerHeaders: ['Link'],
    problems: authorityProblems,
  },
  'GET /api/hello': {
    id: 'hello',
    tag: 'service',
    summary: 'Name and version; answers only while the database does',
    status: 200,
    answer: contract.hello,
  },
  'GET /openapi.json': {
    id: 'openapi',
    tag: 'service',
    summary: 'This document',
    status: 200,
    answerType: 'application/json',
    offline: true,
  },
  'GET /': {
    id: 'home',
    tag: 'service',
    summary: 'A page that says what this is',
    status: 200,
    answerType: 'text/html',
    offline: true,
  },
} satisfies Record<string, Operation>
