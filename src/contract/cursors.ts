import * as z from 'zod/mini'

// The cursors of lists. They come from `next`, and hold numbers and what else is the key of the last row.

/** Matches any id, number and time. They go up to 2^53, which has 16 digits: people who came during an import have such ids. */
export const anyNumber = '[0-9]{1,16}'

/** Returns the schema of a cursor of which the whole text fits a pattern. */
export const cursorOf = (pattern: string) =>
  z.string().check(z.regex(new RegExp(`^${pattern}$`), { error: 'must come from `next`' }))

/** Returns the schema of a cursor of so many numbers. */
export const numbersCursor = (count: number) => cursorOf(Array(count).fill(anyNumber).join('-'))
