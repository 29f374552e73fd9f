import * as z from 'zod/mini'
import { described } from './described.ts'
import { id, userName } from './fields.ts'

export const deletedUser = described(
  z.object({
    id,
    deleted: z.literal(true),
    left: described(z.optional(z.int().check(z.nonnegative())), {
      description:
        'Only with `messages=delete`: the entries of logs that are still to be looked through, in at most 1,000 chatrooms. The sweep does that within hours. 0: nothing is left.',
    }),
  }),
  { id: 'DeletedUser' },
)

export const deletedUserQuery = z.object({
  messages: described(z._default(z.enum(['keep', 'delete']), 'keep'), {
    description:
      'With `delete`, erases the person: everything that the user said in all chatrooms becomes a deleted message, and reactions, mentions, reasons of reports and bans, and the name go for good.',
  }),
})

export const purged = described(
  z.object({
    userName: described(z.nullable(userName), { description: 'The author; null if the user is deleted.' }),
    deletedCount: z.int().check(z.nonnegative()),
  }),
  { id: 'Purged' },
)
