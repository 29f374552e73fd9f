import * as z from 'zod/mini'
import { described } from './described.ts'
import { digits, digitsOrZero, lengthBetween, reader, userName } from './fields.ts'
import { limit } from './requests.ts'

const queryLength = lengthBetween(1, 1000)

/** The parameters that choose another page than `around` does. */
const beside = ['before', 'after', 'q', 'author', 'replyTo'] as const

export const historyQuery = z
  .object({
    limit,
    before: described(z.optional(digits), { description: 'Only messages with a smaller `seq`.' }),
    ...reader,
    after: described(z.optional(digitsOrZero), { description: 'Only messages with a greater `seq`.' }),
    q: described(z.optional(z.string().check(z.refine(queryLength.check, queryLength))), {
      description:
        'Only messages that hold all these words, the newest first. Words in quotation marks must follow on each other. ' +
        'Case, accents and the width of letters make no difference.',
      examples: ['lunch "two words"'],
    }),
    author: described(z.optional(userName), {
      description: 'Only messages of this user, without the deleted ones.',
      examples: ['danny'],
    }),
    replyTo: described(z.optional(digits), {
      description: 'Only replies to the message with this number, without the deleted ones.',
    }),
    around: described(z.optional(digits), {
      description:
        'The page in whose middle the message with this number stands. It has `previous`, which leads to older messages, beside `next`, which leads to newer ones.',
    }),
    ifMissing: described(z.optional(z.literal('empty')), {
      description: 'With `empty`, a chatroom that does not exist has an empty page, without a 404.',
    }),
  })
  .check(
    z.refine(({ before, after }) => before === undefined || after === undefined, {
      path: ['after'],
      error: "can't be combined with before",
    }),
    z.refine(
      ({ around, ...others }) => around === undefined || beside.every((name) => others[name] === undefined),
      {
        path: ['around'],
        error: `can't be combined with ${beside.slice(0, -1).join(', ')} or ${beside.at(-1)}`,
      },
    ),
  )
