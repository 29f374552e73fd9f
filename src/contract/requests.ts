import * as z from 'zod'
import {
  actor,
  blockedWords,
  chatroomName,
  digits,
  digitsOrZero,
  messageText,
  reader,
  reason,
  settings,
  title,
  userName,
} from './fields.ts'

export const userParams = z.object({ id: digits })
export const chatroomParams = z.object({ name: chatroomName })
export const memberParams = z.object({ name: chatroomName, userName })
export const messageParams = z.object({ name: chatroomName, seq: digits })

const limit = z
  .string()
  .regex(/^[0-9]{1,3}$/, { error: 'must be a whole number from 1 to 100' })
  .transform(Number)
  .pipe(
    z
      .int()
      .min(1, { error: 'must be a whole number from 1 to 100' })
      .max(100, { error: 'must be a whole number from 1 to 100' }),
  )
  .default(50)

export const listQuery = z.object({
  limit,
  cursor: digits.optional().meta({ description: 'Where the page before ended; taken from `next`.' }),
})

export const userListQuery = listQuery.extend({
  name: userName.optional().meta({ description: 'Only the user of this name, in whatever spelling.' }),
})

export const historyQuery = z
  .object({
    limit,
    before: digits.optional().meta({ description: 'Only messages with a smaller `seq`.' }),
    ...reader,
    after: digitsOrZero.optional().meta({ description: 'Only messages with a greater `seq`.' }),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, {
    path: ['after'],
    error: "can't be combined with before",
  })

export const actorQuery = z.object({ userName: actor })
export const readerQuery = z.object(reader)
export const memberListQuery = listQuery.extend(reader)

const isProtected = z.boolean().meta({ description: 'Whether the name acts only with its token.' })

const turnstileToken = z
  .string()
  .min(1, { error: 'must be 1 to 2048 characters' })
  .max(2048, { error: 'must be 1 to 2048 characters' })
  .meta({ description: 'What a Turnstile widget gave the page; asked for where the instance is set up so.' })

export const newUserBody = z.object({
  name: userName,
  protected: isProtected.optional(),
  turnstileToken: turnstileToken.optional(),
})
export const replacedUserBody = z.object({ name: userName, protected: isProtected.optional() })
export const changedUserBody = z
  .object({ name: userName.optional(), protected: isProtected.optional() })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: 'nothing to change: give name or protected',
  })
export const chatroomBody = z.object({ name: chatroomName, title: title.nullable().default(null) })

export const settingsBody = z
  .object({
    ...settings,
    blockedWords,
    owner: userName.meta({ description: 'Whom the room is handed on to.' }),
  })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), { error: 'nothing to change' })

const sanctionBody = z.object({
  seconds: z
    .int()
    .min(1, { error: 'must be 1 to 315360000' })
    .max(315_360_000, { error: 'must be 1 to 315360000' })
    .nullable()
    .default(null)
    .meta({ description: 'How long; null: until it is lifted.' }),
  reason: reason.nullable().default(null),
})

export const memberBody = z
  .object({
    role: z.enum(['member', 'moderator']).meta({ description: 'Invites who is no member yet.' }),
    ban: sanctionBody.nullable().meta({ description: 'Null lifts it.' }),
    mute: sanctionBody.nullable().meta({ description: 'Null lifts it.' }),
  })
  .partial()
  .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
    error: 'give one of role, ban and mute',
  })

export const reportParams = z.object({ name: chatroomName, id: digits })
export const reportBody = z.object({ userName: actor, reason })
export const resolveBody = z.object({ resolved: z.boolean() })

const instant = z.iso.datetime({ error: 'must be a time in UTC, such as 2026-11-21T12:00:00Z' })
export const purgeQuery = z.object({
  author: userName.meta({ description: 'Whose messages.' }),
  from: instant.meta({ description: 'The earliest time of a message that is deleted.' }),
  upTo: instant.meta({ description: 'The latest.' }),
})

export const joinBody = z.object({ userName: actor })
export const messageBody = z.object({ userName: actor, message: messageText })

export const idempotencyKey = z
  .string()
  .regex(/^[!-~]{1,64}$/, { error: 'must be 1 to 64 visible ASCII characters' })

export const sendHeaders = z.object({
  'Idempotency-Key': idempotencyKey.optional().meta({
    description: 'A repeat under the same key, by the same sender in the same room, stores nothing.',
  }),
})

export type NewUserBody = z.input<typeof newUserBody>
export type ChatroomBody = z.input<typeof chatroomBody>
export type JoinBody = z.input<typeof joinBody>
export type MessageBody = z.input<typeof messageBody>
export type ReportBody = z.input<typeof reportBody>
