import * as contract from '../contract/index.ts'
import { loginProblems, type Operation } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const pushOperations = {
  'GET /api/users/me/push': {
    id: 'listPush',
    tag: 'users',
    summary: 'List your browsers for Web Push',
    description:
      'Lists the browsers in which you are notified of mentions and replies while no page is open, the oldest first. For a token or a login. 404 where Web Push is off.',
    bearer: true,
    status: 200,
    answer: contract.pushSubscriptionList,
    problems: [...loginProblems, 'not-found'],
  },
  'PUT /api/users/me/push': {
    id: 'subscribePush',
    tag: 'users',
    summary: 'Subscribe a browser to Web Push',
    description:
      'Stores the `PushSubscription` of a browser, encrypted, in the place of an earlier one of the same browser. You are then notified of messages that mention you or reply to you, in chatrooms that you are a member of. A user has at most 10. `pushKey` of `/api/hello` is the key to subscribe with. For a token or a login. 404 where Web Push is off.',
    body: contract.pushBody,
    example: {
      endpoint: 'https://push.example/send/abc',
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
      page: 'https://example.org/post-1',
    },
    bearer: true,
    status: 200,
    answer: contract.pushSubscription,
    problems: [...loginProblems, 'origin-not-allowed', 'not-found'],
  },
  'DELETE /api/users/me/push': {
    id: 'endPush',
    tag: 'users',
    summary: 'End Web Push',
    description: 'Ends Web Push in one browser, or in all of yours. For a token or a login.',
    query: contract.pushQuery,
    bearer: true,
    status: 200,
    answer: contract.endedPush,
    problems: loginProblems,
  },
} as const satisfies Record<string, Operation>
