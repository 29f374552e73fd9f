import * as contract from '../contract/index.ts'
import { authorityProblems, type Operation } from '../openapi/operation.ts'

/** What the OpenAPI document says of these routes. */
export const moderationOperations = {
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
} as const satisfies Record<string, Operation>
