import * as z from 'zod/mini'
import { described } from './described.ts'
import { actor, digitsOrZero, messageText, reader, ref } from './fields.ts'
import { idempotencyKey } from './requests.ts'

export const liveQuery = z.object({
  ...reader,
  after: described(z.optional(digitsOrZero), {
    description:
      'Begins with the entry after this number. Without it, only new entries are sent. The header `Last-Event-ID` means the same.',
  }),
})
export const liveHeaders = z.object({
  'Last-Event-ID': described(z.optional(digitsOrZero), {
    description: 'The number of the last entry seen. Browsers send it when they reconnect.',
  }),
})
export const ticketBody = z.object({ userName: actor })

/** A frame that a WebSocket client sends. */
export const clientFrame = described(
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('message'),
      message: messageText,
      ref,
      idempotencyKey: z.optional(idempotencyKey),
    }),
    described(z.object({ type: z.literal('typing') }), {
      description: 'You are writing; the others are told once a second at most.',
    }),
    described(z.object({ type: z.literal('presence') }), { description: 'Asks who is here.' }),
    described(z.object({ type: z.literal('read') }), {
      description: 'Says that what has come so far is read.',
    }),
  ]),
  {
    id: 'ClientFrame',
    description: "What a WebSocket's client may send. `ping` is answered by `pong`.",
  },
)

export type ClientFrame = z.output<typeof clientFrame>
