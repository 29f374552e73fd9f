import * as contract from '../contract/index.ts'
import { authorityProblems, type Operation, readerProblems } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const heldOperations = {
  'GET /chatroom/:name/held': {
    id: 'listHeld',
    tag: 'moderation',
    summary: 'List messages that wait for approval',
    description:
      "Lists the messages and edits that wait, the newest first: all of the chatroom for those who moderate it, and the caller's own for others.",
    params: contract.chatroomParams,
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.heldList,
    answerHeaders: ['Link'],
    problems: authorityProblems,
  },
  'PUT /chatroom/:name/held': {
    id: 'approveAllHeld',
    tag: 'moderation',
    summary: 'Approve all messages of an author',
    description: 'Approves all messages and edits of a user that wait in this chatroom. For moderators.',
    params: contract.chatroomParams,
    query: contract.heldAuthorQuery,
    bearer: true,
    status: 200,
    answer: contract.approvedHeld,
    problems: [...authorityProblems, 'archived', 'not-approvable', 'message-not-found'],
  },
  'DELETE /chatroom/:name/held': {
    id: 'refuseAllHeld',
    tag: 'moderation',
    summary: 'Refuse all messages of an author',
    description:
      'Refuses all messages and edits of a user that wait in this chatroom. For moderators, and for the user itself.',
    params: contract.chatroomParams,
    query: contract.heldAuthorQuery,
    bearer: true,
    status: 200,
    answer: contract.refusedHeld,
    problems: authorityProblems,
  },
  'GET /chatroom/:name/held/:id': {
    id: 'getHeld',
    tag: 'moderation',
    summary: 'Show a message that waits for approval',
    description:
      'Returns a message or an edit that waits. For moderators and its author; under an open name, only the sender knows the id.',
    params: contract.heldParams,
    query: contract.readerQuery,
    bearer: true,
    status: 200,
    answer: contract.heldMessage,
    problems: [...readerProblems, 'held-not-found'],
  },
  'PUT /chatroom/:name/held/:id': {
    id: 'approveHeld',
    tag: 'moderation',
    summary: 'Approve a message',
    description:
      'Stores the message with the next number, as if it were sent now, or applies the edit. Its author, if protected, is a newcomer no longer. For moderators.',
    params: contract.heldParams,
    bearer: true,
    status: 200,
    answer: contract.message,
    problems: [...authorityProblems, 'archived', 'held-not-found', 'not-approvable', 'message-not-found'],
  },
  'DELETE /chatroom/:name/held/:id': {
    id: 'refuseHeld',
    tag: 'moderation',
    summary: 'Refuse a message',
    description: 'Removes the text of a message or an edit that waits. For moderators and its author.',
    params: contract.heldParams,
    query: contract.actorQuery,
    bearer: true,
    status: 200,
    answer: contract.refusedOne,
    problems: [...readerProblems, 'held-not-found'],
  },
} as const satisfies Record<string, Operation>
