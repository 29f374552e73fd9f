import * as z from 'zod'

// What the fields on the wire have in common. A `refine` message completes a sentence that begins with the field's
// name: "message must be …".

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

/** A name as it was sent: shorter than what `tidy` takes long for, and long enough for any form of 64 characters. */
const rawName = z.string().max(1024, { error: nameLength.error })

// \p{C} holds controls, bidirectional overrides, surrogates, private use and unassigned; what is ignorable or
// blank (Hangul fillers, variation selectors, the empty Braille cell) shows nothing, so it would hide in a name.
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u
const outsideRoomNames = new RegExp(`[^\\p{L}\\p{M}\\p{N}._-]|${invisible.source}`, 'u')

/** Refuses what `refused` finds; `told` makes the error of its code point, as Unicode writes it: U+200B. */
const without = (refused: RegExp, told: (codePoint: string) => string) => ({
  check: (name: string) => !refused.test(name),
  error: ({ input }: { input?: unknown }) => {
    const code = refused.exec(String(input))?.[0].codePointAt(0) ?? 0
    return told(`U+${code.toString(16).toUpperCase().padStart(4, '0')}`)
  },
})
const visible = without(
  invisible,
  (it) => `must not hold ${it}, which is a control, invisible or unassigned character`,
)
const urlSafe = without(
  outsideRoomNames,
  (it) => `may hold only letters and digits of any script, '-', '_' and '.', not ${it}`,
)

const notDots = (name: string) => name !== '.' && name !== '..'
const dotsError = { error: "must not be '.' or '..', which a URL can't hold" }
const noMarkFirst = (name: string) => !/^\p{M}/u.test(name)
const markError = { error: 'must not begin with a combining mark' }

/** A person's name, after NFKC and trimming. */
export const userName = rawName
  .transform(tidy)
  .pipe(
    z
      .string()
      .refine(nameLength.check, nameLength)
      .refine(visible.check, visible)
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
export const chatroomName = rawName
  .transform(tidy)
  .pipe(
    z
      .string()
      .refine(nameLength.check, nameLength)
      .refine(urlSafe.check, urlSafe)
      .refine(noMarkFirst, markError)
      .refine(notDots, dotsError),
  )
  .meta({
    minLength: 1,
    maxLength: 64,
    description: 'Compared without regard to case and look-alike letters.',
    examples: ['class-channel'],
  })

export const wellFormed = (text: string) => text.isWellFormed() && !text.includes('\0')
export const wellFormedError = { error: 'must not hold NUL or half a surrogate pair' }

const messageLength = lengthBetween(1, 4000)

/** What is said: stored and given back byte for byte. */
export const messageText = z
  .string()
  .refine(messageLength.check, messageLength)
  .refine(wellFormed, wellFormedError)
  .meta({ minLength: 1, maxLength: 4000, examples: ['hello!'] })

const titleLength = lengthBetween(1, 200)

const blank = /^[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]+$/u

/** A short text of one's own, without the space around it. */
export const title = z
  .string()
  .trim()
  .refine(titleLength.check, titleLength)
  .refine(wellFormed, wellFormedError)
  .refine((text) => !blank.test(text), { error: 'must hold something that can be seen' })
  .meta({ minLength: 1, maxLength: 200, examples: ['The class of 2026'] })

/** A positive integer written in decimal digits, in a path or a query. */
export const digits = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/, { error: 'must be a positive integer' })
  .transform(Number)
  .pipe(z.int({ error: 'must be a positive integer' }).positive())

export const digitsOrZero = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,15})$/, { error: 'must be a whole number' })
  .transform(Number)
  .pipe(z.int({ error: 'must be a whole number' }).nonnegative())

export const time = z.iso
  .datetime({ precision: 3 })
  .meta({ description: 'UTC, with milliseconds.', examples: ['2026-11-21T12:00:00.000Z'] })
export const id = z.int().positive().meta({ description: 'Never reused.' })
export const seq = z
  .int()
  .positive()
  .meta({ description: "The entry's number in the room's log, without gaps." })
export const next = z
  .string()
  .nullable()
  .meta({ description: 'Relative URL of the next page; null at the end.' })

const topic = title.meta({ examples: ['Homework, and what is for lunch'] })
const audience = z.enum(['anyone', 'members'])
export const settings = {
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

export const blockedWords = z
  .array(
    userName
      .refine((word) => /[\p{L}\p{N}]/u.test(word), { error: 'must hold a letter or a digit' })
      .meta({
        description: 'A word, or several that follow on each other.',
        examples: ['casino'],
      }),
  )
  .max(200, { error: 'must be 200 words at most' })
  .meta({ description: 'Words that are refused in messages, in any case and spelling by look-alikes.' })

export const reason = title.meta({ examples: ['spam'] })

export const actor = userName.optional().meta({ description: 'Who acts. With a token it may be left out.' })

export const reader = {
  userName: userName
    .optional()
    .meta({ description: 'Who reads, where that is for members only. With a token it may be left out.' }),
}
