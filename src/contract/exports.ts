import * as z from 'zod/mini'
import { described } from './described.ts'

export const exportQuery = z.object({
  cursor: described(
    z.optional(
      z
        .string()
        .check(z.regex(/^[\w-]{1,2000}$/, { error: 'must come from the `Link` of the piece before' })),
    ),
    { description: 'The end of the piece before. Take the whole URL from `Link`.' },
  ),
})
