import * as z from 'zod/mini'
import { anyNumber } from './cursors.ts'
import { described } from './described.ts'
import { emoji } from './emoji.ts'
import { actor, positive, reader } from './fields.ts'
import { limit, messageParams } from './requests.ts'

// The requests for the reactions to a message.

export const reactionParams = z.extend(messageParams, {
  emoji: described(emoji, { description: 'The emoji, percent-encoded.' }),
})

const parts = new RegExp(`^(${anyNumber})-(.*)$`, 's')
const partsOfCursor = (text: string) => parts.exec(text)

/** The id of a user and an emoji. */
const reactionCursor = z.pipe(
  z.string().check(
    z.refine(
      (text) => {
        const [, userId, reaction] = partsOfCursor(text) ?? []
        return positive.safeParse(Number(userId)).success && emoji.safeParse(reaction).success
      },
      { error: 'must come from `next`' },
    ),
  ),
  z.pipe(
    z.transform((text: string) => {
      const [, userId, reaction] = partsOfCursor(text) ?? []
      return { userId: Number(userId), reaction }
    }),
    z.object({ userId: positive, reaction: emoji }),
  ),
)

export const reactionListQuery = z.object({
  limit,
  ...reader,
  cursor: described(z.optional(reactionCursor), {
    description: 'The end of the page before. Take it from `next`.',
  }),
  reaction: described(z.optional(emoji), { description: 'Lists only those who gave this emoji.' }),
})
export const reactionBody = z.object({ userName: actor })
