import * as z from 'zod/mini'
import { described } from './described.ts'
import { chatroomName, digits, id, next, time } from './fields.ts'
import { webhookEvents, webhookFormats, webhookStops } from './lists.ts'
import { chatroomParams } from './requests.ts'

// Outgoing webhooks.

/** The longest URL of a webhook. */
const MAX_WEBHOOK_URL_LENGTH = 2048

const webhookId = described(digits, { description: 'The id of the webhook.' })
export const webhookParams = z.extend(chatroomParams, { id: webhookId })
export const siteWebhookParams = z.object({ id: webhookId })

const url = described(
  z.string().check(
    z.maxLength(MAX_WEBHOOK_URL_LENGTH, {
      error: `must have at most ${MAX_WEBHOOK_URL_LENGTH} characters`,
    }),
  ),
  {
    description:
      'The `https:` URL that receives the events, on a public address. Redirects are not followed.',
    examples: ['https://example.org/parlour'],
  },
)
const events = described(
  z.array(z.enum(webhookEvents)).check(z.minLength(1, { error: 'must name at least one event' })),
  {
    description:
      'The events that are sent: entries of the log (`message`, `edit`, `delete`, `reaction`), `report`, `held` for a message that waits for approval, and `ban`.',
    examples: [['message']],
  },
)
const format = described(z.enum(webhookFormats), {
  description:
    '`standard`: signed JSON by Standard Webhooks. `slack` and `discord`: a text, as the incoming webhooks of these two take it.',
})

export const webhookBody = z.object({
  url,
  events: z._default(events, ['message']),
  format: z._default(format, 'standard'),
})
export const webhookChangeBody = z
  .object({
    url: z.optional(url),
    events: z.optional(events),
    format: z.optional(format),
    enabled: described(z.optional(z.boolean()), {
      description:
        'Switches the webhook on or off. After it was off, it sends what happens from now on. `…/resend` goes on where it stopped.',
    }),
  })
  .check(
    z.refine((changes) => Object.values(changes).some((value) => value !== undefined), {
      error: 'Send at least one of: url, events, format, enabled.',
    }),
  )

const webhookFields = {
  id,
  chatroom: described(z.nullable(chatroomName), {
    description: 'Null: the webhook is told of all chatrooms.',
  }),
  url,
  events,
  format,
  enabled: z.boolean(),
  stopped: described(z.nullable(z.object({ reason: z.enum(webhookStops), at: time })), {
    description:
      'Why and when the webhook was switched off: by somebody, because the receiver answered 410, or after a day of failures. Null while it is on.',
  }),
  createdAt: time,
}
const secret = described(z.string(), {
  description: 'The key of the signatures, as Standard Webhooks writes it. It is shown only here: keep it.',
})

export const webhook = described(z.object(webhookFields), { id: 'Webhook' })
export const newWebhook = described(z.object({ ...webhookFields, secret }), { id: 'NewWebhook' })
export const renewedWebhook = described(
  z.object({
    ...webhookFields,
    secret,
    oldSecretUntil: described(time, { description: 'Until then, the secret before signs as well.' }),
  }),
  { id: 'RenewedWebhook' },
)
export const webhookList = described(
  z.object({ webhooks: described(z.array(webhook), { description: 'Newest first.' }), next }),
  { id: 'WebhookList' },
)
const attempt = described(
  z.object({
    id: described(z.string(), { description: 'The `webhook-id`, which is the same at each try.' }),
    event: z.enum(webhookEvents),
    at: time,
    status: described(z.nullable(z.int()), { description: 'Of the answer; null if there was none.' }),
    error: described(z.nullable(z.string()), { description: 'Null for an attempt that succeeded.' }),
    milliseconds: z.int(),
  }),
  { id: 'WebhookAttempt' },
)
export const webhookState = described(
  z.object({
    ...webhookFields,
    attempts: described(z.array(attempt), { description: 'The last 20, newest first.' }),
    failures: described(z.int(), { description: 'How many attempts have failed since the last success.' }),
    nextAttemptAt: described(z.nullable(time), { description: 'Null if no attempt has failed since.' }),
  }),
  { id: 'WebhookState' },
)
export const deletedWebhook = described(z.object({ id, deleted: z.literal(true) }), { id: 'DeletedWebhook' })

export type Webhook = z.output<typeof webhook>
export type WebhookAttempt = z.output<typeof attempt>
export type WebhookList = z.output<typeof webhookList>
export type NewWebhook = z.output<typeof newWebhook>
export type WebhookState = z.output<typeof webhookState>
