import * as contract from '../contract/index.ts'
import { authorityProblems, type Operation, readerProblems } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const pinsOperations = {
  'GET /chatroom/:name/pin': {
    id: 'listPinned',
    tag: 'messages',
    summary: 'List the pinned messages',
    description: 'Lists the pinned messages of a chatroom, the last pinned one first.',
    params: contract.chatroomParams,
    query: contract.readerQuery,
    bearer: true,
    status: 200,
    answer: contract.pinnedList,
    answerHeaders: ['ETag'],
    problems: readerProblems,
  },
  'PUT /chatroom/:name/pin/:seq': {
    id: 'pinMessage',
    tag: 'moderation',
    summary: 'Pin a message',
    description: 'Pins a message. Repeating it changes nothing. For moderators.',
    params: contract.messageParams,
    bearer: true,
    status: 200,
    answer: contract.chatroom,
    problems: [...authorityProblems, 'message-not-found', 'too-many-pins'],
  },
  'DELETE /chatroom/:name/pin/:seq': {
    id: 'unpinMessage',
    tag: 'moderation',
    summary: 'Unpin a message',
    description: 'Unpins a message. Repeating it changes nothing. For moderators.',
    params: contract.messageParams,
    bearer: true,
    status: 200,
    answer: contract.chatroom,
    problems: [...authorityProblems, 'message-not-found'],
  },
} as const satisfies Record<string, Operation>
