/**
 * Everything on the wire, as zod schemas: the door parses with them, the OpenAPI document is made from them,
 * and clients take their types from them. Imports nothing but zod, so that a browser can have it too.
 *
 * A `refine` message completes a sentence that begins with the field's name: "message must be …".
 */
import * as z from 'zod'

/** Length in Unicode code points, which is what JSON Schema's `maxLength` counts. */
const characters = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

const lengthBetween = (min: number, max: number) => ({
  check: (text: string) => {
    // A code point is one or two code units: nothing needs counting in a text that is far too long.
    const length = text.length > 2 * max ? text.length : characters(text)
    return length >= min && length <= max
  },
  error: `must be ${min} to ${max} characters`,
})

/** Compatibility forms (full-width letters, ligatures) become plain ones; outer spaces go, inner ones are single. */
const tidy = (name: string): string =>
  name
    .normalize('NFKC')
    .trim()
    .replace(/\p{Zs}+/gu, ' ')

const nameLength = lengthBetween(1, 64)

// \p{C} holds controls, bidirectional overrides, surrogates, private use and unassigned; what is ignorable or
// blank (Hangul fillers, variation selectors, the empty Braille cell) shows nothing, so it would hide in a name.
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u

const notDots = (name: string) => name !== '.' && name !== '..'
const dotsError = { error: "must not be '.' or '..', which a URL can't hold" }
const noMarkFirst = (name: string) => !/^\p{M}/u.test(name)
const markError = { error: 'must not begin with a combining mark' }

/** A person's name, after NFKC and trimming. */
export const userName = z
  .string()
  .transform(tidy)
  .pipe(
    z
      .string()
      .refine(nameLength.check, nameLength)
      .refine((name) => !invisible.test(name), {
        error: 'must not hold control, invisible or unassigned characters',
      })
      .refine((name) => !name.includes('/'), { error: 'must not hold a slash' })
      .refine(noMarkFirst, markError)
      .refine(notDots, dotsError),
  )
  .meta({
    minLength: 1,
    maxLength: 64,
    description: 'Compared without regard to case and look-alike letters.',
    examples: ['danny'],
  })

/** A room's name: it stands in URLs, so letters and digits of any script, `-`, `_` and `.` only. */
export const chatroomName = z
  .string()
  .transform(tidy)
  .pipe(
    z
      .string()
      .refine(nameLength.check, nameLength)
      .refine((name) => /^[\p{L}\p{M}\p{N}._-]*$/u.test(name) && !invisible.test(name), {
        error: "may hold only letters and digits of any script, '-', '_' and '.'",
      })
      .refine(noMarkFirst, markError)
      .refine(notDots, dotsError),
  )
  .meta({
    minLength: 1,
    maxLength: 64,
    description: 'Compared without regard to case and look-alike letters.',
    examples: ['class-channel'],
  })

const wellFormed = (text: string) => text.isWellFormed() && !text.includes('\0')
const wellFormedError = { error: 'must not hold NUL or half a surrogate pair' }

const messageLength = lengthBetween(1, 4000)

/** What is said: stored and given back byte for byte. */
export const messageText = z
  .string()
  .refine(messageLength.check, messageLength)
  .refine(wellFormed, wellFormedError)
  .meta({ minLength: 1, maxLength: 4000, examples: ['hello!'] })

const titleLength = lengthBetween(1, 200)

const title = z
  .string()
  .refine(titleLength.check, titleLength)
  .refine(wellFormed, wellFormedError)
  .meta({ minLength: 1, maxLength: 200, examples: ['The class of 2026'] })

/** A positive integer written in decimal digits, in a path or a query. */
const digits = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/, { error: 'must be a positive integer' })
  .transform(Number)
  .pipe(z.int({ error: 'must be a positive integer' }).positive())

const digitsOrZero = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,15})$/, { error: 'must be a whole number' })
  .transform(Number)
  .pipe(z.int({ error: 'must be a whole number' }).nonnegative())

const time = z.iso
  .datetime({ precision: 3 })
  .meta({ description: 'UTC, with milliseconds.', examples: ['2026-11-21T12:00:00.000Z'] })
const id = z.int().positive().meta({ description: 'Never reused.' })
const seq = z.int().positive().meta({ description: "The entry's number in the room's log, without gaps." })
const next = z.string().nullable().meta({ description: 'Relative URL of the next page; null at the end.' })

// Requests

const actor = userName.optional().meta({ description: 'Who acts. With a token it may be left out.' })

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

const reader = {
  userName: userName
    .optional()
    .meta({ description: 'Who reads, where that is for members only. With a token it may be left out.' }),
}

export const listQuery = z.object({
  limit,
  cursor: digits.optional().meta({ description: 'Where the page before ended; taken from `next`.' }),
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
const topic = title.meta({ examples: ['Homework, and what is for lunch'] })
const audience = z.enum(['anyone', 'members'])
const settings = {
  title: title.nullable(),
  topic: topic.nullable(),
  readers: audience.meta({ description: 'Who may read.' }),
  posters: audience.meta({ description: 'Who may post.' }),
  slowModeSeconds: z
    .int()
    .min(0, { error: 'must be 0 to 21600' })
    .max(21_600, { error: 'must be 0 to 21600' })
    .meta({ description: 'How long a member waits between two messages; 0: not at all.' }),
  archived: z.boolean().meta({ description: 'Read only.' }),
  newcomerLinkSeconds: z
    .int()
    .min(0, { error: 'must be 0 to 31536000' })
    .max(31_536_000, { error: 'must be 0 to 31536000' })
    .meta({ description: 'How long links of a new member are refused.' }),
}

const blockedWords = z
  .array(userName)
  .max(200, { error: 'must be 200 words at most' })
  .meta({ description: 'Words that are refused in messages, in any case and spelling by look-alikes.' })

export const settingsBody = z
  .object({
    ...settings,
    blockedWords,
    owner: userName.meta({ description: 'Whom the room is handed on to.' }),
  })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), { error: 'nothing to change' })

const reason = z
  .string()
  .refine(titleLength.check, titleLength)
  .refine(wellFormed, wellFormedError)
  .meta({ minLength: 1, maxLength: 200, examples: ['spam'] })

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
  to: instant.meta({ description: 'The latest.' }),
})

export const joinBody = z.object({ userName: actor })
export const messageBody = z.object({ userName: actor, message: messageText })

export const sendHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[!-~]{1,64}$/, { error: 'must be 1 to 64 visible ASCII characters' })
    .optional()
    .meta({
      description: 'A repeat under the same key, by the same sender in the same room, stores nothing.',
    }),
})

// Answers

export const hello = z.object({ name: z.literal('parlour'), version: z.string() }).meta({ id: 'Hello' })

export const user = z
  .object({ id, name: userName, protected: z.boolean(), createdAt: time })
  .meta({ id: 'User' })
export const newUser = user
  .extend({ token: z.string().meta({ description: 'Shown this once; only its hash is stored.' }) })
  .meta({ id: 'NewUser' })
export const userList = z.object({ users: z.array(user), next }).meta({ id: 'UserList' })
export const newToken = z
  .object({ id, token: z.string().meta({ description: 'Shown this once; the one before it is void.' }) })
  .meta({ id: 'NewToken' })
export const revokedToken = z.object({ id, revoked: z.literal(true) }).meta({ id: 'RevokedToken' })
export const deletedUser = z.object({ id, deleted: z.literal(true) }).meta({ id: 'DeletedUser' })

export const chatroom = z
  .object({
    name: chatroomName,
    ...settings,
    owner: userName.nullable(),
    memberCount: z.int().nonnegative(),
    createdAt: time,
  })
  .meta({ id: 'Chatroom' })
export const deletedChatroom = z
  .object({ name: chatroomName, deleted: z.literal(true) })
  .meta({ id: 'DeletedChatroom' })
export const chatroomList = z.object({ chatrooms: z.array(chatroom), next }).meta({ id: 'ChatroomList' })

export const member = z
  .object({
    chatroom: chatroomName,
    userName,
    role: z.enum(['owner', 'moderator', 'member']),
    joinedAt: time,
  })
  .meta({ id: 'Member' })
const sanctionState = z.object({ until: time.nullable(), reason: reason.nullable() }).nullable()
export const memberState = z
  .object({
    chatroom: chatroomName,
    userName,
    role: z.enum(['owner', 'moderator', 'member', 'guest']),
    joinedAt: time.nullable(),
    ban: sanctionState,
    mute: sanctionState,
  })
  .meta({ id: 'MemberState' })
export const memberList = z.object({ members: z.array(member), next }).meta({ id: 'MemberList' })
export const formerMember = z
  .object({ chatroom: chatroomName, userName, left: z.literal(true) })
  .meta({ id: 'FormerMember' })

export const message = z
  .object({
    seq,
    chatroom: chatroomName,
    userName: userName
      .nullable()
      .meta({ description: "The author's name now; null once the user is deleted." }),
    message: messageText.nullable().meta({ description: 'Null once the message is deleted.' }),
    createdAt: time,
    editedAt: time.optional(),
    deletedAt: time.optional(),
  })
  .meta({ id: 'Message' })
export const messageList = z
  .object({ messages: z.array(message).meta({ description: 'Oldest first.' }), next })
  .meta({ id: 'MessageList' })

export const report = z
  .object({
    id,
    seq: seq.meta({ description: "The message's number." }),
    userName: userName.nullable().meta({ description: 'Who reported it.' }),
    reason,
    createdAt: time,
    resolvedAt: time.nullable(),
  })
  .meta({ id: 'Report' })
export const reportList = z.object({ reports: z.array(report), next }).meta({ id: 'ReportList' })

export const sanction = z
  .object({
    userName,
    kind: z.enum(['ban', 'mute']),
    until: time.nullable().meta({ description: 'Null: until it is lifted.' }),
    reason: reason.nullable(),
    createdAt: time,
  })
  .meta({ id: 'Sanction' })
export const sanctionList = z.object({ sanctions: z.array(sanction), next }).meta({ id: 'SanctionList' })

export const auditEntry = z
  .object({
    id,
    action: z.string(),
    by: userName.nullable().meta({ description: 'Null: the admin, or somebody who has been deleted.' }),
    to: userName.nullable(),
    detail: z.record(z.string(), z.unknown()),
    createdAt: time,
  })
  .meta({ id: 'AuditEntry' })
export const auditList = z
  .object({ entries: z.array(auditEntry).meta({ description: 'Newest first.' }), next })
  .meta({ id: 'AuditList' })

export const blockedWordList = z.object({ blockedWords }).meta({ id: 'BlockedWordList' })
export const purged = z.object({ userName, deletedCount: z.int().nonnegative() }).meta({ id: 'Purged' })

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().meta({ examples: ['/problems/chatroom-not-found'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: "The request's id, as in `x-request-id`." }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })

export type User = z.output<typeof user>
export type NewUser = z.output<typeof newUser>
export type Chatroom = z.output<typeof chatroom>
export type Member = z.output<typeof member>
export type Message = z.output<typeof message>
export type MemberState = z.output<typeof memberState>
export type Report = z.output<typeof report>
export type Sanction = z.output<typeof sanction>
export type AuditEntry = z.output<typeof auditEntry>
export type ProblemBody = z.output<typeof problem>
