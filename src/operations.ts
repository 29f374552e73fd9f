import * as contract from './contract/index.ts'
import { liveOperations } from './live/operations.ts'
import { membersOperations } from './members/operations.ts'
import { messagesOperations } from './messages/operations.ts'
import { moderationOperations } from './moderation/operations.ts'
import type { Operation } from './openapi/operation.ts'
import { reportsOperations } from './reports/operations.ts'
import { chatroomsOperations } from './rooms/operations.ts'
import { usersOperations } from './users/operations.ts'

const page = {
  tag: 'service',
  status: 200,
  answerType: 'text/html',
  answerHeaders: ['ETag'],
  offline: true,
} as const

/** Every route, as `METHOD /path/:parameter`. */
export const operations = {
  ...usersOperations,
  ...chatroomsOperations,
  ...membersOperations,
  ...messagesOperations,
  ...moderationOperations,
  ...reportsOperations,
  ...liveOperations,
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
  'GET /': { id: 'home', summary: 'A page that says what this is, with a room to try', ...page },
  'GET /docs': { id: 'docs', summary: 'This document as a page to read and try', ...page },
  'GET /moderate': { id: 'moderate', summary: 'A page for those who moderate a room', ...page },
} satisfies Record<string, Operation>
