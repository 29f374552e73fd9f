import * as z from 'zod/mini'
import { described } from './described.ts'
import { chatroomName, digits, id, time, userName } from './fields.ts'
import { MAX_HOOKS } from './limits.ts'

// Incoming webhooks: other programs post messages through them.

export const hookParams = z.object({
  name: described(chatroomName, {
    description: 'The name of the chatroom. Letter case and look-alike letters do not matter.',
    examples: ['class-channel'],
  }),
  id: described(digits, { description: 'The id of the incoming webhook.' }),
})
export const hookSecretParams = z.object({
  secret: described(z.string(), { description: "The end of the webhook's URL." }),
})

const hookName = described(userName, {
  description:
    "Its messages show this name. It must not be a user's name when the webhook is made, and no name that looks like one.",
  examples: ['CI'],
})
export const newHookBody = z.object({ name: hookName })

export const hook = described(
  z.object({
    id,
    name: hookName,
    createdAt: time,
    lastUsedAt: described(z.nullable(time), {
      description: 'When it last posted a message, to the day. Null: never.',
    }),
  }),
  { id: 'Hook' },
)
export const newHook = described(
  z.extend(hook, {
    url: described(z.string(), {
      description:
        'Other programs post here. Shown this once; only a hash of its end is stored. Keep it secret: everybody who knows it can post.',
      examples: ['https://chat.example/hook/…'],
    }),
  }),
  { id: 'NewHook' },
)
export const hookList = described(
  z.object({
    hooks: described(z.array(hook), { description: `The oldest first, at most ${MAX_HOOKS}.` }),
  }),
  { id: 'HookList' },
)
export const deletedHook = described(z.object({ id, deleted: z.literal(true) }), { id: 'DeletedHook' })

/** The fields of a payload of Slack's that are read. All others are ignored, and no field is refused for its type. */
export const hookPayload = z.object({
  text: described(z.optional(z.string()), { description: "The message, in Slack's mrkdwn." }),
  username: described(z.optional(z.string()), {
    description: 'Ignored: the message shows the name of the webhook.',
  }),
  blocks: described(z.optional(z.array(z.looseObject({}))), { description: "Slack's Block Kit." }),
  attachments: described(z.optional(z.array(z.looseObject({}))), { description: "Slack's attachments." }),
})

export type Hook = z.output<typeof hook>
export type NewHook = z.output<typeof newHook>
export type HookList = z.output<typeof hookList>
