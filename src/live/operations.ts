import * as contract from '../contract/index.ts'
import { loginProblems, type Operation, readerProblems } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const liveOperations = {
  'GET /chatroom/:name/live': {
    id: 'listen',
    tag: 'live',
    summary: 'Listen to a chatroom',
    description:
      'Sends new entries as they happen: as an event stream, or over a WebSocket for a request with `Upgrade: websocket`. Each event holds a `ServerFrame`, and so does each WebSocket message; to a client that asks for the subprotocol `parlour.v2`, each WebSocket message is a JSON array of the `ServerFrame`s that go out together. A WebSocket client sends a `ClientFrame`, or an array of at most ' +
      `${contract.MAX_FRAMES} of them. ` +
      'With `after` it begins with the entries after that number, so that a client that comes back misses none.',
    params: contract.chatroomParams,
    query: contract.liveQuery,
    headers: contract.liveHeaders,
    bearer: true,
    status: 200,
    answerType: 'text/event-stream',
    problems: [...readerProblems, 'origin-not-allowed'],
  },
  'POST /chatroom/:name/ticket': {
    id: 'createTicket',
    tag: 'live',
    summary: 'Get a ticket for a WebSocket',
    description:
      'Returns a ticket for one connection. Browsers can not send a token with a WebSocket, so they send the ticket as the subprotocol `ticket.<ticket>`, beside `parlour.v2` or `parlour.v1`. Name the user in the body or in the query.',
    params: contract.chatroomParams,
    query: contract.actorQuery,
    body: contract.ticketBody,
    example: { userName: 'danny' },
    bearer: true,
    status: 201,
    answer: contract.ticket,
    answerHeaders: ['Location'],
    problems: [...readerProblems, ...loginProblems],
  },
} as const satisfies Record<string, Operation>
