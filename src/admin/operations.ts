import * as contract from '../contract/index.ts'
import type { Operation } from '../openapi/operation.ts'

const review = {
  tag: 'site',
  bearer: true,
  status: 200,
  answerHeaders: ['Link'],
  problems: ['invalid-token', 'token-required', 'not-allowed'],
} as const

/** The rows of these routes in the OpenAPI document. */
export const adminOperations = {
  'GET /api/admin/report': {
    ...review,
    id: 'listSiteReports',
    summary: 'List reports of all chatrooms',
    description:
      'Lists the open reports of all chatrooms, the newest first, with the reported messages. A page may hold fewer than `limit`, or none, and still have a `next`. For admins and moderators of the site.',
    query: contract.siteReportListQuery,
    answer: contract.siteReportList,
  },
  'GET /api/admin/user': {
    ...review,
    id: 'searchUsers',
    summary: 'Search for users by name',
    description:
      'Lists the users whose name has a part, the newest first. For admins and moderators of the site.',
    query: contract.nameSearchQuery,
    answer: contract.userList,
  },
  'GET /api/admin/user/:id/message': {
    ...review,
    id: 'listSaid',
    summary: 'List what a user said',
    description:
      'Lists the messages of a user in all chatrooms that it is a member of or banned from: room by room, the newest first in each, without the deleted ones. A page may hold fewer than `limit`, or none, and still have a `next`. For admins and moderators of the site.',
    params: contract.userParams,
    query: contract.saidListQuery,
    answer: contract.saidList,
    problems: [...review.problems, 'user-not-found'],
  },
  'GET /api/admin/chatroom': {
    ...review,
    id: 'searchChatrooms',
    summary: 'Search for chatrooms by name',
    description:
      'Lists the chatrooms whose name has a part, also the archived ones, the newest first. For admins and moderators of the site.',
    query: contract.nameSearchQuery,
    answer: contract.chatroomList,
  },
} as const satisfies Record<string, Operation>
