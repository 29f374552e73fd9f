import * as contract from '../contract/index.ts'
import type { Operation } from '../openapi/operation.ts'

const feed = {
  tag: 'messages',
  params: contract.chatroomParams,
  status: 200,
  answerHeaders: ['ETag'],
  problems: ['chatroom-not-found'],
} as const

const about =
  'The newest 50 messages, without deleted ones. Only a chatroom that anyone may read has a feed; others answer as if they did not exist.'

/** The rows of these routes in the OpenAPI document. */
export const feedOperations = {
  'GET /chatroom/:name/feed': {
    ...feed,
    id: 'getAtomFeed',
    summary: 'Follow a chatroom in a feed reader',
    description: `${about} An Atom feed (RFC 4287), in which replies name their originals (RFC 4685).`,
    answerType: 'application/atom+xml',
  },
  'GET /chatroom/:name/feed.json': {
    ...feed,
    id: 'getJsonFeed',
    summary: 'Follow a chatroom in a feed reader, as JSON',
    description: `${about} A JSON Feed 1.1.`,
    answerType: 'application/feed+json',
  },
} as const satisfies Record<string, Operation>
