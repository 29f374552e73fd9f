import * as contract from '../contract/index.ts'
import { loginProblems, type Operation, readerProblems } from '../openapi/operation.ts'

/** What the OpenAPI document says of these routes. */
export const liveOperations = {
  'GET /chatroom/:name/live': {
    id: 'listen',
    tag: 'live',
    summary:
      'Listen: an event stream, or with `Upgrade: websocket` a WebSocket; frames are `ServerFrame` and `ClientFrame`',
    params: contract.chatroomParams,
    query: contract.liveQuery,
    headers: contract.liveHeaders,
    bearer: true,
    status: 200,
    answerType: 'text/event-stream',
    problems: readerProblems,
  },
  'POST /chatroom/:name/ticket': {
    id: 'createTicket',
    tag: 'live',
    summary:
      'Get a ticket for one connection: browsers send it as the subprotocol `ticket.<ticket>` beside `parlour.v1`',
    params: contract.chatroomParams,
    body: contract.ticketBody,
    bearer: true,
    status: 201,
    answer: contract.ticket,
    answerHeaders: ['Location'],
    problems: [...readerProblems, ...loginProblems],
  },
} as const satisfies Record<string, Operation>
