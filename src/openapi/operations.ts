import * as contract from '../contract'
import { liveOperations } from '../live/operations'
import { membersOperations } from '../members/operations'
import { messagesOperations } from '../messages/operations'
import { moderationOperations } from '../moderation/operations'
import { reportsOperations } from '../reports/operations'
import { chatroomsOperations } from '../rooms/operations'
import { usersOperations } from '../users/operations'
import type { Operation } from './operation'

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
  'GET /': {
    id: 'home',
    tag: 'service',
    summary: 'A page that says what this is',
    status: 200,
    answerType: 'text/html',
    answerHeaders: ['ETag'],
    offline: true,
  },
} satisfies Record<string, Operation>
