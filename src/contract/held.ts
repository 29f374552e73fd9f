import * as z from 'zod/mini'
import { described } from './described.ts'
import {
  authorId,
  avatar,
  chatroomName,
  messageLinks,
  messageTextOrNone,
  next,
  seq,
  time,
  userName,
} from './fields.ts'
import { files } from './files.ts'

/** The answer to a message or an edit that waits for approval. */
export const heldAnswer = described(
  z.object({
    held: z.literal(true),
    id: described(z.string(), {
      description: 'Random. Keep it: it lets you read the message, and take it back as its author.',
    }),
  }),
  { id: 'HeldAnswer' },
)
export const heldMessage = described(
  z.object({
    id: z.string(),
    chatroom: chatroomName,
    userId: authorId,
    userName,
    avatar,
    message: messageTextOrNone,
    files,
    replyTo: messageLinks.replyTo,
    edits: described(z.nullable(seq), {
      description: 'The number of the message that it would change; null for a new message.',
    }),
    createdAt: time,
  }),
  { id: 'HeldMessage' },
)
export const heldList = described(
  z.object({ held: described(z.array(heldMessage), { description: 'Newest first.' }), next }),
  { id: 'HeldList' },
)
const count = z.int().check(z.nonnegative())
export const approvedHeld = described(z.object({ approvedCount: count }), { id: 'ApprovedHeld' })
export const refusedOne = described(z.object({ id: z.string(), refused: z.literal(true) }), {
  id: 'RefusedOne',
})
export const refusedHeld = described(z.object({ refusedCount: count }), { id: 'RefusedHeld' })

export type HeldMessage = z.output<typeof heldMessage>
export type HeldAnswer = z.output<typeof heldAnswer>
