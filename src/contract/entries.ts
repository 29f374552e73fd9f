import * as z from 'zod/mini'
import { described } from './described.ts'
import { emoji } from './emoji.ts'
import {
  authorId,
  avatar,
  bot,
  messageLinks,
  messageTextOrNone,
  reactionCounts,
  seq,
  time,
  userName,
} from './fields.ts'
import { files } from './files.ts'

// The frames of a room's log: its messages and what changes them. A new kind of entry is added to `entryFrames`, and does not
// compile until each switch over entries has decided.

const author = described(z.nullable(userName), {
  description: 'The name now; null once the user is deleted.',
})
const entry = { seq, userName: author, createdAt: time }
const target = described(seq, { description: 'The message that it changes.' })
const text = described(z.nullable(messageTextOrNone), {
  description: 'The text as it stands when it is sent; null once the message is deleted.',
})

const messageFrame = described(
  z.object({
    type: z.literal('message'),
    ...entry,
    userId: authorId,
    bot,
    avatar,
    message: text,
    editedAt: z.optional(time),
    deletedAt: z.optional(time),
    ...messageLinks,
    files,
    reactions: reactionCounts,
  }),
  { id: 'MessageFrame' },
)
const editFrame = described(z.object({ type: z.literal('edit'), ...entry, target, message: text }), {
  id: 'EditFrame',
})
const deleteFrame = described(z.object({ type: z.literal('delete'), ...entry, target }), {
  id: 'DeleteFrame',
})
const reactionFrame = described(
  z.object({
    type: z.literal('reaction'),
    ...entry,
    target,
    reaction: emoji,
    added: described(z.boolean(), { description: 'False: taken back.' }),
    count: described(z.int().check(z.nonnegative()), {
      description: 'The number of people who gave the message this emoji, as it stands when it is sent.',
    }),
    reactions: reactionCounts,
  }),
  { id: 'ReactionFrame' },
)
export const entryFrames = [messageFrame, editFrame, deleteFrame, reactionFrame] as const
export const entryFrame = described(z.discriminatedUnion('type', entryFrames), {
  description: "An entry of the room's log.",
})

export type EntryFrame = z.output<typeof entryFrame>
