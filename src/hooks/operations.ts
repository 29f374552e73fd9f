import * as contract from '../contract/index.ts'
import { authorityProblems, type Operation } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const hooksOperations = {
  'GET /chatroom/:name/hook': {
    id: 'listHooks',
    tag: 'chatrooms',
    summary: 'List incoming webhooks',
    description:
      'Lists the incoming webhooks of a chatroom, without their URLs. For those who may change the chatroom.',
    params: contract.chatroomParams,
    bearer: true,
    status: 200,
    answer: contract.hookList,
    problems: authorityProblems,
  },
  'POST /chatroom/:name/hook': {
    id: 'createHook',
    tag: 'chatrooms',
    summary: 'Make an incoming webhook',
    description:
      'Makes a URL at which another program can post messages to the chatroom, under the name that you give. For those who may change the chatroom. The URL is shown this once.',
    params: contract.chatroomParams,
    body: contract.newHookBody,
    example: { name: 'CI' },
    bearer: true,
    status: 201,
    answer: contract.newHook,
    answerHeaders: ['Location'],
    problems: [...authorityProblems, 'name-taken', 'too-many-hooks'],
  },
  'POST /chatroom/:name/hook/:id/secret': {
    id: 'replaceHookSecret',
    tag: 'chatrooms',
    summary: 'Give an incoming webhook a new URL',
    description:
      'Returns a new URL for the webhook. The one before stops at once. For those who may change the chatroom.',
    params: contract.hookParams,
    bearer: true,
    status: 200,
    answer: contract.newHook,
    problems: [...authorityProblems, 'hook-not-found'],
  },
  'DELETE /chatroom/:name/hook/:id': {
    id: 'deleteHook',
    tag: 'chatrooms',
    summary: 'Delete an incoming webhook',
    description:
      'Deletes the webhook, and its URL stops at once. Its messages stay, with its name. For those who may change the chatroom.',
    params: contract.hookParams,
    bearer: true,
    status: 200,
    answer: contract.deletedHook,
    problems: [...authorityProblems, 'hook-not-found'],
  },
  'POST /hook/:secret': {
    id: 'postToHook',
    tag: 'messages',
    summary: 'Post by an incoming webhook',
    description:
      "Takes what Slack's incoming webhooks take: JSON, or a form whose field `payload` is JSON, with `text`, `blocks` or `attachments`. Stores it as one message in Markdown and answers `ok`. A text that is too long is cut. A refusal is a word of Slack's, as plain text.",
    params: contract.hookSecretParams,
    body: contract.hookPayload,
    bodyTypes: ['application/json', 'application/x-www-form-urlencoded'],
    example: { text: 'The build of *main* has passed. <https://ci.example/1|Details>' },
    status: 200,
    answerType: 'text/plain',
    words: {
      400: ['invalid_payload', 'no_text'],
      403: ['action_prohibited'],
      404: ['no_service'],
      410: ['channel_is_archived'],
      413: ['body_too_large'],
      429: ['rate_limited'],
      500: ['internal_error'],
      503: ['daily_limit', 'unavailable'],
    },
  },
} as const satisfies Record<string, Operation>
