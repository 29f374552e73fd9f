import * as z from 'zod/mini'
import { described } from './described.ts'
import { emoji } from './emoji.ts'
import { isBlank } from './invisible.ts'
import { MAX_MESSAGE_CHARACTERS } from './limits.ts'
import { invisibleIn, normalizeName } from './name-characters.ts'

// Fields that several requests and answers have. A `refine` message completes a sentence that begins with the field's
// name: "message must be …".

/** Returns the length in Unicode code points, as JSON Schema's `maxLength` counts. */
const characters = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** A check of the length in Unicode code points. */
export const lengthBetween = (min: number, max: number) => ({
  check: (text: string) => {
    // A code point is one or two code units: nothing needs counting in a text that is far too long.
    const length = text.length > 2 * max ? text.length : characters(text)
    return length >= min && length <= max
  },
  error: `must be ${min} to ${max} characters`,
})

const nameLength = lengthBetween(1, 64)

/** Normalising takes the square of a name's length. 1,024 is long enough for any form of 64 characters. */
const nameAsSent = z.string().check(z.maxLength(1024, { error: nameLength.error, abort: true }))

/** Returns a character as a reader of an error can see it: in quotes, or as its code point, such as U+200B. */
const characterInWords = (character: string): string => {
  if (character === ' ') return 'a space'
  if (invisibleIn(character) === undefined && !/[\p{M}\p{Zs}]/u.test(character)) return `"${character}"`
  const code = character.codePointAt(0) ?? 0
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/**
 * Returns a name in NFKC without space around it. Refuses it if `find` returns a character of that form. The error names the
 * character that was sent, because NFKC may make another one of it.
 */
const normalizedWithout = (
  find: (name: string) => string | undefined,
  describeError: (character: string) => string,
) => {
  const error = ({ input }: { input?: unknown }) => {
    const sent = String(input)
    const found = find(normalizeName(sent)) ?? ''
    const source = Array.from(sent).find((character) => character.normalize('NFKC').includes(found))
    return describeError(characterInWords(source ?? found))
  }
  const allowed = z.refine<string>((sent) => find(normalizeName(sent)) === undefined, { error })
  return z.pipe(nameAsSent.check(allowed), z.transform(normalizeName))
}
const visibleName = normalizedWithout(
  invisibleIn,
  (character) => `must not hold ${character}, which is a control, invisible or unassigned character`,
)
const urlSafeName = normalizedWithout(
  (name) => invisibleIn(name) ?? /(?!\u200c|\u200d)[^\p{L}\p{M}\p{N}._-]/u.exec(name)?.[0],
  (character) => `may hold only letters and digits of any script, '-', '_' and '.', not ${character}`,
)

const notDots = (name: string) => name !== '.' && name !== '..'
const dotsError = { error: "must not be '.' or '..', which a URL can't hold" }
const noMarkFirst = (name: string) => !/^\p{M}/u.test(name)
const markError = { error: 'must not begin with a combining mark' }

const MAX_URL_LENGTH = 2000

/** Tells whether a text is the URL of a picture. Its length counts as browsers write it, with escapes in place of most characters. */
const isPictureUrl = (text: string): boolean => {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : undefined
  return (
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    url.href.length <= MAX_URL_LENGTH
  )
}

/** The URL of a person's picture. */
export const avatarUrl = described(
  z.string().check(
    z.refine(isPictureUrl, {
      error:
        'must be a URL that begins with https://, without a user name and password, and has at most 2,000 characters when it is percent-encoded',
    }),
  ),
  { maxLength: MAX_URL_LENGTH, examples: ['https://pictures.example/danny.png'] },
)
/** The picture of the user in an answer, or of the author of a message. */
export const avatar = described(z.nullable(avatarUrl), {
  description: "The URL of the user's picture; null without one. Load it without a referrer.",
  examples: [null],
})

/** A person's name, after NFKC and trimming. */
export const userName = described(
  z.pipe(
    visibleName,
    z.string().check(
      z.refine(nameLength.check, nameLength),
      z.refine((name) => !name.includes('/'), { error: 'must not hold a slash' }),
      z.refine(noMarkFirst, markError),
      z.refine(notDots, dotsError),
    ),
  ),
  {
    minLength: 1,
    maxLength: 64,
    description: 'Compared without regard to case and look-alike letters.',
    examples: ['danny'],
  },
)

/** A room's name: it stands in URLs, so letters and digits of any script, `-`, `_` and `.` only. */
export const chatroomName = described(
  z.pipe(
    urlSafeName,
    z
      .string()
      .check(
        z.refine(nameLength.check, nameLength),
        z.refine(noMarkFirst, markError),
        z.refine(notDots, dotsError),
      ),
  ),
  {
    minLength: 1,
    maxLength: 64,
    description: 'Compared without regard to case and look-alike letters.',
    examples: ['class-channel'],
  },
)

export const wellFormed = (text: string) => text.isWellFormed() && !text.includes('\0')
export const wellFormedError = { error: 'must not hold NUL or half a surrogate pair' }

const blankError = { error: 'must hold something that can be seen' }

const messageLength = lengthBetween(1, MAX_MESSAGE_CHARACTERS)

/** The text of a message. It is stored and given back byte for byte. */
export const messageText = described(
  z.string().check(
    z.refine(messageLength.check, messageLength),
    z.refine(wellFormed, wellFormedError),
    z.refine((text) => !isBlank(text), blankError),
  ),
  { minLength: 1, maxLength: MAX_MESSAGE_CHARACTERS, examples: ['hello!'] },
)

/** The text of a message, or of one that has files and may have no text. */
export const messageTextOrNone = described(
  z.string().check(
    z.refine((text) => text === '' || messageLength.check(text), messageLength),
    z.refine(wellFormed, wellFormedError),
    z.refine((text) => !isBlank(text), blankError),
  ),
  { maxLength: MAX_MESSAGE_CHARACTERS, examples: ['hello!'] },
)

/** Refuses a message that has neither a text nor files, in the words of a text that is too short. */
export const hasContent = z.refine<{ message: string; files?: readonly unknown[] | undefined }>(
  ({ message, files = [] }) => message !== '' || files.length > 0,
  { path: ['message'], error: messageLength.error },
)

/** A key of the sender's choice, under which a repeat is found. */
export const idempotencyKey = z
  .string()
  .check(z.regex(/^[!-~]{1,64}$/, { error: 'must be 1 to 64 visible ASCII characters' }))

const titleLength = lengthBetween(1, 200)

/** A short text, such as a title or a reason, without the space around it. */
export const title = described(
  z.string().check(
    z.trim(),
    z.refine(titleLength.check, titleLength),
    z.refine(wellFormed, wellFormedError),
    z.refine((text) => !isBlank(text), blankError),
  ),
  { minLength: 1, maxLength: 200, examples: ['The class of 2026'] },
)

export const tooLargeError = { error: `must be at most ${Number.MAX_SAFE_INTEGER}` }

/** A whole number written in decimal digits, in a path or a query. */
export const decimal = (
  pattern: RegExp,
  error: string,
  integer: z.ZodMiniType<number, number>,
  tooLarge = tooLargeError,
) =>
  z.pipe(
    z.pipe(
      z.string().check(
        z.regex(pattern, { error }),
        z.refine((text) => !(Number(text) > Number.MAX_SAFE_INTEGER), tooLarge),
      ),
      z.transform(Number),
    ),
    integer,
  )

const notPositive = 'must be a positive integer'
export const positive = z.int(tooLargeError).check(z.positive({ error: notPositive }))
/** The number of something that exists. None has so large a number, so a larger one needs no words of its own. */
export const digits = decimal(/^[1-9][0-9]*$/, notPositive, positive, { error: notPositive })
const notWhole = 'must be a whole number'
export const wholeNumber = z.int({ error: notWhole }).check(z.nonnegative({ error: notWhole }))
export const digitsOrZero = decimal(/^(0|[1-9][0-9]*)$/, notWhole, wholeNumber)

/** A whole number in a body, from `min` to `max`. */
export const between = (min: number, max: number, more = '') => {
  const error = `must be ${min} to ${max}${more}`
  // `z.int` has refused what a double can't count exactly.
  return z.int({ error, abort: true }).check(z.minimum(min, { error }), z.maximum(max, { error }))
}

export const time = described(z.iso.datetime({ precision: 3 }), {
  description: 'UTC, with milliseconds.',
  examples: ['2026-11-21T12:00:00.000Z'],
})
export const id = described(positive, { description: 'Never reused.' })
/** Marks the messages of incoming webhooks. Left out elsewhere, so that people's messages are as short as before. */
export const bot = described(z.optional(z.literal(true)), {
  description: 'Only there if an incoming webhook posted the message: `userId` is null then.',
})
/** The id of the user who wrote or did something. */
export const authorId = described(z.nullable(positive), {
  description:
    "The user's id, which stays the same when the name changes; null once the user is deleted, and with `bot`.",
})
export const seq = described(positive, {
  description: "The entry's number in the room's log, without gaps.",
})
export const next = described(z.nullable(z.string()), {
  description: 'Absolute URL of the next page, or null if there are no more pages.',
  examples: [null],
})

export const reason = described(title, { examples: ['spam'] })

export const actor = described(z.optional(userName), {
  description: 'The name of the user who acts. Leave it out if you send a token.',
})

export const reader = {
  userName: described(z.optional(userName), {
    description:
      'The name of the user who reads, for a chatroom that only members read. Leave it out if you send a token.',
  }),
}

/** An emoji under a message, and the number of people who gave it. */
export const reactionCount = z.object({
  reaction: emoji,
  count: positive,
})
/** The emoji of a message with their counts, as a frame has them. */
export const reactionCounts = described(z.array(reactionCount), {
  description: 'All emoji of the message, the oldest first, as they stand when it is sent.',
})
export const original = described(z.optional(z.nullable(positive)), {
  description: 'The number of the message that this one replies to. Null, like nothing: it is no reply.',
})
/** The fields that a reply or a mention gives a message. */
export const messageLinks = {
  replyTo: described(z.nullable(seq), { description: 'The number of the message that it replies to.' }),
  mentions: described(z.array(z.string()), {
    description: 'The members that it mentions, by their names when it was stored.',
  }),
}

/** The name that a client gives to a frame of its own. */
export const ref = described(
  z.optional(z.string().check(z.maxLength(64, { error: 'must be at most 64 characters' }))),
  { description: 'Of your choice; the answer has it too.' },
)

/** Bytes, as capital hexadecimal digits. */
export const hex = z
  .string()
  .check(z.regex(/^([0-9A-F]{2})+$/, { error: 'must be bytes in hexadecimal digits' }))
