import * as contract from '../contract/index.ts'
import { type Operation, readerProblems } from '../openapi/operation.ts'

/** The row of this route in the OpenAPI document. */
export const archiveOperations = {
  'GET /chatroom/:name/archive': {
    id: 'getArchive',
    tag: 'messages',
    summary: 'Read the archive',
    description:
      'Shows the messages by day, as a page that needs no JavaScript. Message 12 has the anchor `#message-12`. A page has the messages of 100 numbers, so that a message stays on its page.',
    params: contract.chatroomParams,
    query: contract.archiveQuery,
    bearer: true,
    status: 200,
    answerType: 'text/html',
    answerHeaders: ['ETag'],
    problems: [...readerProblems, 'not-found'],
  },
} as const satisfies Record<string, Operation>
