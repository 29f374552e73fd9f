import * as contract from '../contract/index.ts'
import { authorityProblems, loginProblems, type Operation } from '../openapi/operation.ts'

/** What the OpenAPI document says of these routes. */
export const chatroomsOperations = {
  'GET /api/chatroom': {
    id: 'listChatrooms',
    tag: 'chatrooms',
    summary: 'List chatrooms in the order of their creation',
    query: contract.listQuery,
    status: 200,
    answer: contract.chatroomList,
    answerHeaders: ['Link'],
  },
  'POST /api/chatroom': {
    id: 'createChatroom',
    tag: 'chatrooms',
    summary: 'Create a chatroom',
    body: contract.chatroomBody,
    bearer: true,
    status: 201,
    answer: contract.chatroom,
    answerHeaders: ['Location'],
    problems: loginProblems,
  },
  'GET /chatroom/:name': {
    id: 'getChatroom',
    tag: 'chatrooms',
    summary: 'Show a chatroom',
    params: contract.chatroomParams,
    status: 200,
    answer: contract.chatroom,
    answerHeaders: ['ETag'],
    problems: ['chatroom-not-found'],
  },
  'PATCH /chatroom/:name': {
    id: 'changeChatroom',
    tag: 'chatrooms',
    summary: "Change a chatroom's settings, or hand it on; for its owner and the admin",
    params: contract.chatroomParams,
    body: contract.settingsBody,
    bearer: true,
    status: 200,
    answer: contract.chatroom,
    problems: [...authorityProblems, 'user-not-found'],
  },
  'DELETE /chatroom/:name': {
    id: 'deleteChatroom',
    tag: 'chatrooms',
    summary: 'Delete a chatroom with all that was said in it; for its owner and the admin',
    params: contract.chatroomParams,
    bearer: true,
    status: 200,
    answer: contract.deletedChatroom,
    problems: authorityProblems,
  },
} as const satisfies Record<string, Operation>
