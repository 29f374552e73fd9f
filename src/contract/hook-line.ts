import * as z from 'zod/mini'
import { positive, time, userName } from './fields.ts'

/**
 * An incoming webhook. Only an instance that was empty takes it. One without `secretHash`, which is only in the export of the whole instance, needs a
 * new URL.
 */
export const hookLine = z.object({
  type: z.literal('hook'),
  id: positive,
  room: positive,
  name: userName,
  createdAt: time,
  lastUsedAt: z.optional(time),
  secretHash: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
})
