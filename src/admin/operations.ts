import * as contract from '../contract/index.ts'
import { loginProblems, type Operation } from '../openapi/operation.ts'

const review = {
  tag: 'site',
  bearer: true,
  status: 200,
  answerHeaders: ['Link'],
  problems: ['invalid-token', 'token-required', 'not-allowed'],
} as const

/** The rows of these routes in the OpenAPI document. */
export const adminOperations = {
  'GET /api/admin': {
    ...review,
    id: 'getAdmin',
    summary: 'Show the site',
    description:
      'Returns the settings of the site, how much waits for its staff, and what to set before it is public. Ask as often as you like with `If-None-Match`: an answer costs a bounded number of rows. For admins and moderators of the site.',
    answerHeaders: ['ETag'],
    answer: contract.siteOverview,
  },
  'GET /api/admin/usage': {
    ...review,
    id: 'getUsage',
    summary: 'Show what the site uses',
    description:
      "Returns today's writes beside the daily limit, the size of the database beside the limits of Cloudflare's plans, and how many chatrooms are listened to. For admins and moderators of the site.",
    answerHeaders: [],
    answer: contract.siteUsage,
  },
  'GET /api/admin/report': {
    ...review,
    id: 'listSiteReports',
    summary: 'List reports of all chatrooms',
    description:
      'Lists the open reports of all chatrooms, the newest first, with the reported messages. A page may hold fewer than `limit`, or none, and still have a `next`. For admins and moderators of the site.',
    query: contract.siteReportListQuery,
    answer: contract.siteReportList,
  },
  'GET /api/admin/held': {
    ...review,
    id: 'listSiteHeld',
    summary: 'List messages that wait for approval, of all chatrooms',
    description:
      'Lists the messages and edits that wait in all chatrooms, the newest first. `PUT` and `DELETE /chatroom/:name/held/:id` approve and refuse one. A page may hold fewer than `limit`, or none, and still have a `next`. For admins and moderators of the site.',
    query: contract.listQuery,
    answer: contract.heldList,
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
  'GET /api/admin/ban': {
    id: 'listSiteBans',
    tag: 'site',
    summary: 'List bans from the whole site',
    description:
      'Lists the bans from the whole site that are in force. For admins and moderators of the site.',
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.siteBanList,
    answerHeaders: ['Link'],
    problems: [...loginProblems, 'not-allowed'],
  },
  'GET /api/admin/audit': {
    id: 'listSiteAudit',
    tag: 'site',
    summary: 'List the actions of the whole site',
    description:
      'Lists what moderators and admins did in all chatrooms and on the whole site, the newest first. For admins.',
    query: contract.siteAuditQuery,
    bearer: true,
    status: 200,
    answer: contract.siteAuditList,
    answerHeaders: ['Link'],
    problems: [...loginProblems, 'not-allowed'],
  },
  'PUT /api/users/:id/ban': {
    id: 'banUser',
    tag: 'site',
    summary: 'Ban a user from the whole site',
    description:
      'Bans a user from all chatrooms, also one that was deleted in the last 30 days. The ban holds for the user under any name, for the name and for the login. Replaces the ban before. Can delete what the user has written last, in the chatrooms that it is a member of or banned from. For admins and moderators of the site.',
    params: contract.userParams,
    body: contract.banBody,
    example: { seconds: 60, reason: 'spam', deleteMessagesSeconds: 60 },
    bearer: true,
    status: 200,
    answer: contract.siteBan,
    problems: [...loginProblems, 'not-allowed', 'user-not-found'],
  },
  'DELETE /api/users/:id/ban': {
    id: 'liftBanOfUser',
    tag: 'site',
    summary: 'Lift a ban from the whole site',
    description: 'Lifts the ban. Succeeds if there is none. For admins and moderators of the site.',
    params: contract.userParams,
    bearer: true,
    status: 200,
    answer: contract.liftedBan,
    problems: [...loginProblems, 'not-allowed', 'user-not-found'],
  },
  'GET /api/admin/file': {
    ...review,
    id: 'listSiteFiles',
    summary: 'List files of all chatrooms',
    description:
      'Lists the files of the messages in all chatrooms, the newest first. To remove one, delete its message. A page may hold fewer than `limit`, or none, and still have a `next`. For admins and moderators of the site.',
    query: contract.siteFileListQuery,
    answer: contract.siteFileList,
  },
  'GET /api/admin/file/usage': {
    ...review,
    id: 'getFileUsage',
    summary: 'Show how much space files take',
    description:
      'Returns the number and the bytes of the files of messages, of all and of the chatrooms and people with the most. It reads the rows of up to 20,000 files, so do not ask often. For admins and moderators of the site.',
    answer: contract.fileUsage,
    answerHeaders: [],
  },
  'GET /api/admin/blocked-file': {
    ...review,
    id: 'listBlockedFiles',
    summary: 'List the blocked files',
    description:
      'Lists the files that nobody may upload, the last blocked one first. For admins and moderators of the site.',
    query: contract.listQuery,
    answer: contract.blockedFileList,
  },
  'PUT /api/admin/blocked-file/:hash': {
    ...review,
    id: 'blockFile',
    summary: 'Block a file',
    description:
      'Keeps the same bytes from being uploaded again, to any chatroom. Files that are there stay: delete their messages. For admins and moderators of the site.',
    params: contract.blockedFileParams,
    body: contract.blockedFileBody,
    example: { name: 'casino.png' },
    answer: contract.blockedFile,
    answerHeaders: [],
  },
  'DELETE /api/admin/blocked-file/:hash': {
    ...review,
    id: 'unblockFile',
    summary: 'Unblock a file',
    description:
      'Lets the bytes be uploaded again. Succeeds if they are not blocked. For admins and moderators of the site.',
    params: contract.blockedFileParams,
    answer: contract.unblockedFile,
    answerHeaders: [],
  },
} as const satisfies Record<string, Operation>
