import * as z from 'zod/mini'
import { hex, messageTextOrNone, positive, time } from './fields.ts'
import { sentFiles } from './file-line.ts'

/** A message or an edit that waits for approval. One that was refused has no `text`. */
export const heldLine = z.object({
  type: z.literal('held'),
  room: positive,
  id: z.string(),
  author: positive,
  /** No two held messages have the same. */
  createdAt: time,
  text: z.optional(messageTextOrNone),
  files: sentFiles,
  replyTo: z.optional(positive),
  /** The `seq` of the message that it edits. */
  target: z.optional(positive),
  // Only in the export of the whole instance.
  refusedAt: z.optional(time),
  mentioned: z.optional(z.string()),
  keyIndex: z.optional(hex),
  contentHash: z.optional(hex),
})
