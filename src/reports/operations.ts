import * as contract from '../contract/index.ts'
import { authorityProblems, type Operation, readerProblems } from '../openapi/operation.ts'

/** What the OpenAPI document says of these routes. */
export const reportsOperations = {
  'POST /chatroom/:name/message/:seq/report': {
    id: 'reportMessage',
    tag: 'moderation',
    summary: 'Report a message to the moderators',
    params: contract.messageParams,
    body: contract.reportBody,
    bearer: true,
    status: 201,
    answer: contract.report,
    answerHeaders: ['Location'],
    problems: [...readerProblems, 'name-taken', 'message-not-found'],
  },
  'GET /chatroom/:name/report': {
    id: 'listReports',
    tag: 'moderation',
    summary: 'List what has been reported, the newest first',
    params: contract.chatroomParams,
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.reportList,
    answerHeaders: ['Link'],
    problems: authorityProblems,
  },
  'GET /chatroom/:name/report/:id': {
    id: 'getReport',
    tag: 'moderation',
    summary: 'Show a report',
    params: contract.reportParams,
    bearer: true,
    status: 200,
    answer: contract.report,
    problems: [...authorityProblems, 'report-not-found'],
  },
  'PATCH /chatroom/:name/report/:id': {
    id: 'resolveReport',
    tag: 'moderation',
    summary: 'Mark a report as dealt with, or as open again',
    params: contract.reportParams,
    body: contract.resolveBody,
    bearer: true,
    status: 200,
    answer: contract.report,
    problems: [...authorityProblems, 'report-not-found'],
  },
} as const satisfies Record<string, Operation>
