import * as z from 'zod/mini'
import { adminOperations } from './admin/operations.ts'
import { archiveOperations } from './archive/operations.ts'
import { described } from './contract/described.ts'
import * as contract from './contract/index.ts'
import { dataOperations } from './data/export/operations.ts'
import { importOperations } from './data/import/operations.ts'
import { feedOperations } from './feeds/operations.ts'
import { filesOperations } from './files/operations.ts'
import { heldOperations } from './held/operations.ts'
import { hooksOperations } from './hooks/operations.ts'
import { liveOperations } from './live/operations.ts'
import { membersOperations } from './members/operations.ts'
import { messagesOperations } from './messages/operations.ts'
import { moderationOperations } from './moderation/operations.ts'
import type { Operation } from './openapi/operation.ts'
import { pinsOperations } from './pins/operations.ts'
import { pushOperations } from './push/operations.ts'
import { reactionsOperations } from './reactions/operations.ts'
import { reportsOperations } from './reports/operations.ts'
import { chatroomsOperations } from './rooms/operations.ts'
import { siteOperations } from './site/operations.ts'
import { usersOperations } from './users/operations.ts'
import { webhooksOperations } from './webhooks/operations.ts'

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
  ...pushOperations,
  ...chatroomsOperations,
  ...membersOperations,
  ...messagesOperations,
  ...filesOperations,
  ...archiveOperations,
  ...feedOperations,
  ...reactionsOperations,
  ...pinsOperations,
  ...moderationOperations,
  ...reportsOperations,
  ...heldOperations,
  ...hooksOperations,
  ...liveOperations,
  ...dataOperations,
  ...siteOperations,
  ...adminOperations,
  ...importOperations,
  ...webhooksOperations,
  'GET /api/hello': {
    id: 'hello',
    tag: 'service',
    summary: 'Check the service',
    description:
      'Returns the name and version of the service, and what a page must know to use it. Answers 503 while the database does not answer.',
    status: 200,
    answer: contract.hello,
  },
  'GET /openapi.json': {
    id: 'openapi',
    tag: 'service',
    summary: 'Get this document',
    description: 'Returns this OpenAPI document.',
    status: 200,
    answerType: 'application/json',
    offline: true,
  },
  'GET /': {
    ...page,
    id: 'home',
    summary: 'The landing page',
    description: 'A page that shows what this is, with a chatroom to try.',
  },
  'GET /docs': {
    ...page,
    id: 'docs',
    summary: 'The API reference',
    description: 'A page to read this document and to try its operations.',
  },
  'GET /admin': {
    ...page,
    id: 'admin',
    summary: 'The admin page',
    description: 'A page for admins and moderators: reports, people, chatrooms and the site.',
  },
  'GET /problems': {
    ...page,
    id: 'problems',
    summary: 'The list of problems',
    description: 'A page that lists all types of problems.',
  },
  'GET /problems/:type': {
    ...page,
    id: 'problem',
    summary: 'A problem explained',
    description:
      'A page that says what a type of problem means, why it happens and what to do. It is where `type` of a problem leads.',
    params: z.object({
      type: described(z.string(), {
        description: 'The end of the `type`, such as `name-taken`.',
        examples: ['name-taken'],
      }),
    }),
    problems: ['not-found'],
  },
} satisfies Record<string, Operation>
