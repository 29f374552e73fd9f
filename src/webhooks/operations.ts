import * as contract from '../contract/index.ts'
import { authorityProblems, loginProblems, type Operation } from '../openapi/operation.ts'

/** The parts that the routes of a room and those of the site share. */
const both = {
  list: {
    query: contract.listQuery,
    bearer: true,
    status: 200,
    answer: contract.webhookList,
    answerHeaders: ['Link'],
  },
  create: {
    body: contract.webhookBody,
    example: { url: 'https://example.org/parlour', events: ['message'] },
    bearer: true,
    status: 201,
    answer: contract.newWebhook,
    answerHeaders: ['Location'],
  },
  get: { bearer: true, status: 200, answer: contract.webhookState },
  change: {
    body: contract.webhookChangeBody,
    example: { events: ['message', 'report'] },
    bearer: true,
    status: 200,
    answer: contract.webhook,
  },
  delete: { bearer: true, status: 200, answer: contract.deletedWebhook },
  renew: { bearer: true, status: 200, answer: contract.renewedWebhook },
  resend: { bearer: true, status: 200, answer: contract.webhook },
} as const satisfies Record<string, Partial<Operation>>

const ofRoom = { tag: 'chatrooms', problems: authorityProblems } as const
const oneOfRoom = {
  tag: 'chatrooms',
  params: contract.webhookParams,
  problems: [...authorityProblems, 'webhook-not-found'],
} as const
const siteProblems = [...loginProblems, 'not-allowed'] as const
const ofSite = { tag: 'site', problems: siteProblems } as const
const oneOfSite = {
  tag: 'site',
  params: contract.siteWebhookParams,
  problems: [...siteProblems, 'webhook-not-found'],
} as const

const forOwners = 'For owners of the chatroom, and admins.'

/** The rows of these routes in the OpenAPI document. */
export const webhooksOperations = {
  'GET /chatroom/:name/webhook': {
    ...both.list,
    ...ofRoom,
    id: 'listWebhooks',
    summary: 'List the outgoing webhooks of a chatroom',
    description: `Lists the webhooks of the chatroom. ${forOwners}`,
    params: contract.chatroomParams,
  },
  'POST /chatroom/:name/webhook': {
    ...both.create,
    ...ofRoom,
    id: 'createWebhook',
    summary: 'Create an outgoing webhook of a chatroom',
    description: `Sends what happens in the chatroom from now on to a URL: in order, each at least once. The secret of the signatures is returned only here. ${forOwners}`,
    params: contract.chatroomParams,
    problems: [...authorityProblems, 'too-many-webhooks'],
  },
  'GET /chatroom/:name/webhook/:id': {
    ...both.get,
    ...oneOfRoom,
    id: 'getWebhook',
    summary: 'Show an outgoing webhook',
    description: `Returns the webhook and its last 20 attempts. ${forOwners}`,
  },
  'PATCH /chatroom/:name/webhook/:id': {
    ...both.change,
    ...oneOfRoom,
    id: 'changeWebhook',
    summary: 'Change an outgoing webhook',
    description: `Changes the fields that are sent. ${forOwners}`,
  },
  'DELETE /chatroom/:name/webhook/:id': {
    ...both.delete,
    ...oneOfRoom,
    id: 'deleteWebhook',
    summary: 'Delete an outgoing webhook',
    description: `Deletes the webhook. It sends nothing more. ${forOwners}`,
  },
  'POST /chatroom/:name/webhook/:id/secret': {
    ...both.renew,
    ...oneOfRoom,
    id: 'renewWebhookSecret',
    summary: 'Replace the secret of an outgoing webhook',
    description: `Makes a new secret. The one before signs as well for a day. ${forOwners}`,
  },
  'POST /chatroom/:name/webhook/:id/resend': {
    ...both.resend,
    ...oneOfRoom,
    id: 'resendWebhook',
    summary: 'Send again',
    description: `Sends at once what could not be delivered, and switches the webhook on if it was off: it goes on where it stopped. If nothing waits, the last delivery is sent once more. ${forOwners}`,
  },
  'GET /api/admin/webhook': {
    ...both.list,
    ...ofSite,
    id: 'listSiteWebhooks',
    summary: 'List all outgoing webhooks',
    description: 'Lists the webhooks of the site and of all chatrooms. For admins.',
  },
  'POST /api/admin/webhook': {
    ...both.create,
    ...ofSite,
    id: 'createSiteWebhook',
    summary: 'Create an outgoing webhook of the site',
    description:
      'Sends what happens in all chatrooms from now on to a URL: each at least once, and in order within a chatroom. The secret of the signatures is returned only here. For admins.',
    problems: [...siteProblems, 'too-many-webhooks'],
  },
  'GET /api/admin/webhook/:id': {
    ...both.get,
    ...oneOfSite,
    id: 'getSiteWebhook',
    summary: 'Show any outgoing webhook',
    description: 'Returns a webhook of the site or of a chatroom, and its last 20 attempts. For admins.',
  },
  'PATCH /api/admin/webhook/:id': {
    ...both.change,
    ...oneOfSite,
    id: 'changeSiteWebhook',
    summary: 'Change any outgoing webhook',
    description: 'Changes the fields that are sent, of a webhook of the site or of a chatroom. For admins.',
  },
  'DELETE /api/admin/webhook/:id': {
    ...both.delete,
    ...oneOfSite,
    id: 'deleteSiteWebhook',
    summary: 'Delete any outgoing webhook',
    description: 'Deletes a webhook of the site or of a chatroom. It sends nothing more. For admins.',
  },
  'POST /api/admin/webhook/:id/secret': {
    ...both.renew,
    ...oneOfSite,
    id: 'renewSiteWebhookSecret',
    summary: 'Replace the secret of any outgoing webhook',
    description: 'Makes a new secret. The one before signs as well for a day. For admins.',
  },
  'POST /api/admin/webhook/:id/resend': {
    ...both.resend,
    ...oneOfSite,
    id: 'resendSiteWebhook',
    summary: 'Send again, for any webhook',
    description:
      'Sends at once what could not be delivered, and switches the webhook on if it was off: it goes on where it stopped. If nothing waits, the last delivery is sent once more. For admins.',
  },
} as const satisfies Record<string, Operation>
