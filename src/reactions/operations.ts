import * as contract from '../contract/index.ts'
import { actorProblems, type Operation, readerProblems } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const reactionsOperations = {
  'GET /chatroom/:name/message/:seq/reaction': {
    id: 'listReactions',
    tag: 'messages',
    summary: 'List who reacted',
    description: 'Lists the people who reacted to a message, emoji by emoji.',
    params: contract.messageParams,
    query: contract.reactionListQuery,
    bearer: true,
    status: 200,
    answer: contract.reactionList,
    answerHeaders: ['Link'],
    problems: [...readerProblems, 'message-not-found'],
  },
  'PUT /chatroom/:name/message/:seq/reaction/:emoji': {
    id: 'addReaction',
    tag: 'messages',
    summary: 'React to a message',
    description:
      'Gives a message an emoji. Repeating it changes nothing. For everybody who may post; it makes nobody a member. Name the user in the body or in the query.',
    params: contract.reactionParams,
    query: contract.actorQuery,
    body: contract.reactionBody,
    example: { userName: 'danny' },
    bearer: true,
    status: 200,
    answer: contract.message,
    problems: [
      ...actorProblems,
      'chatroom-not-found',
      'banned',
      'muted',
      'archived',
      'members-only',
      'message-not-found',
      'reaction-too-soon',
      'reaction-not-allowed',
      'too-many-reactions',
    ],
  },
  'DELETE /chatroom/:name/message/:seq/reaction/:emoji': {
    id: 'removeReaction',
    tag: 'messages',
    summary: 'Take back a reaction',
    description:
      'Takes back an emoji that you gave a message. Repeating it changes nothing. For everybody who may read.',
    params: contract.reactionParams,
    query: contract.actorQuery,
    bearer: true,
    status: 200,
    answer: contract.message,
    problems: [...readerProblems, 'message-not-found'],
  },
} as const satisfies Record<string, Operation>
