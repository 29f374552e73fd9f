import * as contract from '../contract/index.ts'
import { actorProblems, type Operation } from '../openapi/operation.ts'

const changeUser = {
  tag: 'users',
  params: contract.userParams,
  bearer: true,
  status: 200,
  answer: contract.user,
  problems: [...actorProblems, 'name-taken', 'always-protected', 'banned'],
} as const

/** The rows of these routes in the OpenAPI document. */
export const usersOperations = {
  'GET /api/users': {
    id: 'listUsers',
    tag: 'users',
    summary: 'List users',
    description:
      'Lists users in the order of their creation. `?name=` finds one user by any spelling of the name.',
    query: contract.userListQuery,
    status: 200,
    answer: contract.userList,
    answerHeaders: ['Link'],
  },
  'POST /api/users': {
    id: 'createUser',
    tag: 'users',
    summary: 'Create a user',
    description:
      'Creates a user and returns its token, which is shown only this once. Anybody may act under the name of an open user. A protected user acts only with its token.',
    body: contract.newUserBody,
    example: { name: 'danny' },
    status: 201,
    answer: contract.newUser,
    answerHeaders: ['Location'],
    problems: ['name-taken', 'challenge-failed'],
  },
  'GET /api/users/me': {
    id: 'getMe',
    tag: 'users',
    summary: 'Show yourself',
    description: 'Returns the user of the token or login that is sent, or of an open name.',
    query: contract.meQuery,
    bearer: true,
    status: 200,
    answer: contract.user,
    problems: actorProblems,
  },
  'GET /api/users/me/chatroom': {
    id: 'listOwnChatrooms',
    tag: 'users',
    summary: 'List your chatrooms',
    description:
      'Lists the chatrooms that you are a member of, with the number of messages that you have not read. `?name=` finds one of them. Nobody else sees how far you have read.',
    query: contract.ownRoomListQuery,
    bearer: true,
    status: 200,
    answer: contract.ownChatroomList,
    answerHeaders: ['Link'],
    problems: actorProblems,
  },
  'GET /api/users/me/mention': {
    id: 'listMentions',
    tag: 'users',
    summary: 'List messages that mention you',
    description:
      'Lists the messages that mention you, the newest first, from the chatrooms that you may read, or from one of them. A page may hold fewer messages than `limit`, or none, and still have a `next`.',
    query: contract.ownMentionListQuery,
    bearer: true,
    status: 200,
    answer: contract.mentionList,
    answerHeaders: ['Link'],
    problems: actorProblems,
  },
  'POST /api/users/:id/token': {
    id: 'replaceToken',
    tag: 'users',
    summary: 'Replace the token',
    description:
      'Returns a new token for the user. The old one stops working, and connections that were opened with it close.',
    params: contract.userParams,
    bearer: true,
    status: 201,
    answer: contract.newToken,
    answerHeaders: ['Location'],
    problems: actorProblems,
  },
  'DELETE /api/users/:id/token': {
    id: 'revokeToken',
    tag: 'users',
    summary: 'Revoke the token',
    description: 'Makes the token of the user invalid. Only the admin can give the user another one.',
    params: contract.userParams,
    bearer: true,
    status: 200,
    answer: contract.revokedToken,
    problems: actorProblems,
  },
  'GET /api/users/:id': {
    id: 'getUser',
    tag: 'users',
    summary: 'Show a user',
    description: 'Returns a user by its id.',
    params: contract.userParams,
    status: 200,
    answer: contract.user,
    problems: ['user-not-found'],
  },
  'PUT /api/users/:id': {
    ...changeUser,
    id: 'replaceUser',
    summary: 'Rename a user',
    description:
      'Renames a user. With the token of the user, `protected` can be changed too. An open user can be renamed without a token.',
    body: contract.replacedUserBody,
    example: { name: 'daniel' },
  },
  'PATCH /api/users/:id': {
    ...changeUser,
    id: 'updateUser',
    summary: 'Change a user',
    description:
      'Changes the fields that are sent and keeps the others. `protected` can be changed with the token of the user. An admin may also change `role`, the role on the whole site.',
    body: contract.changedUserBody,
    example: { name: 'daniel' },
    problems: [...changeUser.problems, 'not-allowed'],
  },
  'DELETE /api/users/:id': {
    id: 'deleteUser',
    tag: 'users',
    summary: 'Delete a user',
    description:
      'Deletes a user. The messages stay without a name, the name becomes free, and the id is never used again.',
    params: contract.userParams,
    bearer: true,
    status: 200,
    answer: contract.deletedUser,
    problems: [...actorProblems],
  },
} as const satisfies Record<string, Operation>
