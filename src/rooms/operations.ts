import * as contract from '../contract/index.ts'
import { authorityProblems, loginProblems, type Operation } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const chatroomsOperations = {
  'GET /api/chatroom': {
    id: 'listChatrooms',
    tag: 'chatrooms',
    summary: 'List chatrooms',
    description: 'Lists chatrooms in the order of their creation.',
    query: contract.chatroomListQuery,
    status: 200,
    answer: contract.chatroomList,
    answerHeaders: ['Link'],
  },
  'POST /api/chatroom': {
    id: 'createChatroom',
    tag: 'chatrooms',
    summary: 'Create a chatroom',
    description:
      'Creates a chatroom. If a token is sent, its user becomes the owner, unless the site owns all rooms (`ROOMS = "site"`). A site may let only its admins create chatrooms (`ROOMS = "admin"`).',
    body: contract.chatroomBody,
    example: { name: 'class-channel' },
    bearer: true,
    status: 201,
    answer: contract.chatroom,
    answerHeaders: ['Location'],
    problems: [...loginProblems, 'name-taken', 'not-allowed', 'banned', 'chatroom-limit'],
  },
  'GET /chatroom/:name': {
    id: 'getChatroom',
    tag: 'chatrooms',
    summary: 'Show a chatroom',
    description: 'Returns a chatroom with its settings and its number of members.',
    params: contract.chatroomParams,
    query: contract.readerQuery,
    bearer: true,
    status: 200,
    answer: contract.chatroom,
    answerHeaders: ['ETag'],
    problems: [...loginProblems, 'chatroom-not-found'],
  },
  'PATCH /chatroom/:name': {
    id: 'changeChatroom',
    tag: 'chatrooms',
    summary: 'Change a chatroom',
    description:
      'Changes the settings that are sent, or hands the chatroom on to another owner. For its owner and for admins. Moderators of the site change the settings of a chatroom without an owner.',
    params: contract.chatroomParams,
    body: contract.settingsBody,
    example: { topic: 'Homework, and what is for lunch' },
    bearer: true,
    status: 200,
    answer: contract.chatroom,
    problems: [...authorityProblems, 'user-not-found'],
  },
  'DELETE /chatroom/:name': {
    id: 'deleteChatroom',
    tag: 'chatrooms',
    summary: 'Delete a chatroom',
    description:
      'Deletes a chatroom with all its messages. For its owner and for admins, and for moderators of the site where it has no owner.',
    params: contract.chatroomParams,
    bearer: true,
    status: 200,
    answer: contract.deletedChatroom,
    problems: authorityProblems,
  },
} as const satisfies Record<string, Operation>
