import * as z from 'zod/mini'
import { described } from './described.ts'
import { between, reason, time } from './fields.ts'

// The parts of bans and mutes.

export const sanctionBody = z.object({
  seconds: described(z._default(z.nullable(between(1, 315_360_000)), null), {
    description: 'For how many seconds. Null: until it is lifted.',
  }),
  reason: z._default(z.nullable(reason), null),
})

/** The end of the ban of a network, in answers. */
export const networkUntil = described(z.optional(time), {
  description:
    'Only if the ban holds for the network of the user as well, until then: people who come new from it may not write.',
})

/** A ban, as a week of messages at most can be deleted with it. */
export const banBody = z.extend(sanctionBody, {
  deleteMessagesSeconds: described(z._default(between(0, 604_800), 0), {
    description:
      'Also deletes what the user has written in so many seconds before. The newest 5,000 entries of a chatroom are searched, and 100 chatrooms for a ban from the site. At most 500 messages are deleted at once: repeat the request while `deletedMessages.left` is not 0.',
  }),
  network: described(z._default(z.boolean(), true), {
    description:
      'Where the owner has turned it on (`BAN_NETWORK_HOURS`), a ban holds for the network of the user as well. `false` leaves that out, and ends it where it holds.',
  }),
})

export const deletedMessages = described(
  z.optional(z.object({ count: z.int().check(z.nonnegative()), left: z.int().check(z.nonnegative()) })),
  {
    description:
      'Only after a ban with `deleteMessagesSeconds`: how many messages were deleted, and how many are left. Repeat the request while some are left.',
  },
)
