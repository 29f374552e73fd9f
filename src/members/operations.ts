import * as contract from '../contract/index.ts'
import { authorityProblems, type Operation, posterProblems, readerProblems } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const membersOperations = {
  'PUT /chatroom/:name': {
    id: 'joinChatroom',
    tag: 'members',
    summary: 'Join a chatroom',
    description:
      'Makes the user a member. Joining again changes nothing and succeeds. Name the user in the body or in the query.',
    params: contract.chatroomParams,
    query: contract.actorQuery,
    body: contract.joinBody,
    example: { userName: 'danny' },
    bearer: true,
    status: 200,
    answer: contract.member,
    problems: posterProblems,
  },
  'GET /chatroom/:name/member': {
    id: 'listMembers',
    tag: 'members',
    summary: 'List members',
    description: 'Lists the members of a chatroom in the order in which they joined.',
    params: contract.chatroomParams,
    query: contract.memberListQuery,
    bearer: true,
    status: 200,
    answer: contract.memberList,
    answerHeaders: ['Link'],
    problems: readerProblems,
  },
  'GET /chatroom/:name/member/:userName': {
    id: 'getMember',
    tag: 'members',
    summary: 'Show a member',
    description: 'Returns one member of a chatroom.',
    params: contract.memberParams,
    query: contract.readerQuery,
    bearer: true,
    status: 200,
    answer: contract.member,
    problems: [...readerProblems, 'member-not-found'],
  },
  'PATCH /chatroom/:name/member/:userName': {
    id: 'changeMember',
    tag: 'members',
    summary: 'Change a member',
    description:
      'Invites a user or gives a member another role, bans or mutes a user, or lifts that. Send one of `role`, `ban` and `mute`. For moderators; only the owner and the admin appoint moderators.',
    params: contract.memberParams,
    body: contract.memberBody,
    example: { role: 'member' },
    bearer: true,
    status: 200,
    answer: contract.memberState,
    problems: [...authorityProblems, 'archived', 'user-not-found'],
  },
  'DELETE /chatroom/:name/member/:userName': {
    id: 'leaveChatroom',
    tag: 'members',
    summary: 'Leave a chatroom',
    description:
      'Removes a member. Users may remove themselves, and moderators may remove members. Without a token, the member acts, unless the query names another user.',
    params: contract.memberParams,
    query: contract.actorQuery,
    bearer: true,
    status: 200,
    answer: contract.formerMember,
    problems: [...authorityProblems, 'not-you', 'user-not-found', 'member-not-found'],
  },
} as const satisfies Record<string, Operation>
