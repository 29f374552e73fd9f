import * as contract from '../../contract/index.ts'
import { authorityProblems, loginProblems, type Operation } from '../../openapi/operation.ts'

const piece =
  'Answers with a piece, as NDJSON: one JSON object a line, its `type` first. `Link` names the next piece; the last piece has the line `end` and no `Link`. What is written meanwhile is in the export as a whole or not at all. The lines: docs/data.md.'

const exported = {
  tag: 'data',
  query: contract.exportQuery,
  bearer: true,
  status: 200,
  answerType: 'application/x-ndjson',
  answerHeaders: ['Link'],
} as const

/** The rows of these routes in the OpenAPI document. */
export const dataOperations = {
  'GET /api/export': {
    ...exported,
    id: 'exportSite',
    summary: 'Export the whole instance',
    description: `Returns all people and chatrooms, with the hashes of tokens. For admins. ${piece}`,
    problems: [...loginProblems, 'not-allowed'],
  },
  'GET /chatroom/:name/export': {
    ...exported,
    id: 'exportChatroom',
    summary: 'Export a chatroom',
    description: `Returns a chatroom with its messages, members and what its moderators see. For its owner and those who moderate it. ${piece}`,
    params: contract.chatroomParams,
    problems: authorityProblems,
  },
  'GET /api/users/:id/export': {
    ...exported,
    id: 'exportUser',
    summary: 'Export what belongs to a user',
    description: `Returns the user, its memberships, messages, reactions, mentions, reports and sanctions, and no word of anybody else. For the user, by its token or login, and for admins. ${piece}`,
    params: contract.userParams,
    problems: [...loginProblems, 'not-you', 'user-not-found'],
  },
} as const satisfies Record<string, Operation>
