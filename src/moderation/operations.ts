import * as contract from '../contract/index.ts'
import { authorityProblems, type Operation } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const moderationOperations = {
  'POST /chatroom/:name/sanction': {
    id: 'createSanction',
    tag: 'moderation',
    summary: 'Ban or mute the author of a message',
    description:
      'Bans or mutes the author of a message, who may have been deleted since. The name of a banned user stays taken after the user is deleted. For moderators.',
    params: contract.chatroomParams,
    body: contract.newSanctionBody,
    example: { authorOf: 1, kind: 'mute', seconds: 60, reason: 'spam' },
    bearer: true,
    status: 201,
    answer: contract.sanction,
    answerHeaders: ['Location'],
    problems: [...authorityProblems, 'message-not-found'],
  },
  'GET /chatroom/:name/sanction': {
    id: 'listSanctions',
    tag: 'moderation',
    summary: 'List bans and mutes',
    description: 'Lists the bans and mutes that are in force. For moderators.',
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
    summary: 'List blocked words',
    description: 'Lists the words that may not appear in messages. For moderators.',
    params: contract.chatroomParams,
    bearer: true,
    status: 200,
    answer: contract.blockedWordList,
    problems: authorityProblems,
  },
  'GET /chatroom/:name/audit': {
    id: 'listAudit',
    tag: 'moderation',
    summary: 'List moderation actions',
    description: 'Lists what moderators did, the newest first. For moderators.',
    params: contract.chatroomParams,
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.auditList,
    answerHeaders: ['Link'],
    problems: authorityProblems,
  },
} as const satisfies Record<string, Operation>
