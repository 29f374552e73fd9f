import type * as z from 'zod/mini'
import { type DataLine, dataLine } from '../../contract/data-lines.ts'

// Also used by scripts/import.ts, so it imports the contract only.

/** A line that can't be imported. Its number is that in the file. */
export class LineError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** A line of a file with its number, which counts from 1. */
export type Numbered<Line = DataLine> = { number: number; line: Line }

/** The numbers of a log are less. A larger one would leave none for what comes after it. */
export const SEQ_LIMIT = 2 ** 40

/**
 * Splits a text into lines, of which the first has the number `first`. Empty lines count, and are left out of the result, like the byte
 * order mark at the beginning of a file.
 */
export const splitLines = (text: string, first: number): { number: number; text: string }[] =>
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((text, index) => ({ number: first + index, text }))
    .filter(({ text }) => text !== '' && text !== '\r' && text.trim() !== '')

const types = new Set(dataLine.def.options.map((option) => [...(option._zod.propValues?.type ?? [])][0]))

const expected: Record<string, string> = {
  array: 'an array',
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
}

const inWords = (issue: z.core.$ZodIssue, data: unknown): string => {
  const path = issue.path.join('.')
  const value = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    data,
  )
  if (value === undefined) return `missing ${path}`
  if (issue.code === 'invalid_value')
    return `${path} must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
  if (issue.code === 'invalid_type')
    return `${path} must be ${expected[issue.expected] ?? `a ${issue.expected}`}`
  return `${path} ${issue.message === 'Invalid input' ? 'is not valid' : issue.message}`
}

/** Returns whether a text in a value can't be stored: half a surrogate pair, or NUL. Only an escape in JSON can make one. */
const holdsBrokenText = (value: unknown): boolean => {
  if (typeof value === 'string') return !value.isWellFormed() || value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => holdsBrokenText(key) || holdsBrokenText(inner))
}

/** Reads one line. Throws a `LineError` if it is no line of an export. */
export const readLine = (number: number, text: string): DataLine => {
  const refuse = (message: string): never => {
    throw new LineError(number, message)
  }
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    refuse(`is not valid JSON: ${error instanceof Error ? error.message : error}`)
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return refuse('must be a JSON object, such as {"type":"user",…}')
  const { type } = raw as { type?: unknown }
  if (type === undefined) return refuse('missing type')
  if (!types.has(type as string)) return refuse(`the type ${JSON.stringify(type)} is unknown`)
  const { data, error } = dataLine.safeParse(raw)
  if (error) return refuse(error.issues.map((issue) => inWords(issue, raw)).join(', '))
  const unknown = Object.keys(raw).find((key) => !Object.hasOwn(data, key))
  if (unknown !== undefined) return refuse(`the field ${JSON.stringify(unknown)} is unknown`)
  if (text.includes('\\u') && holdsBrokenText(raw))
    return refuse('must not hold NUL or half a surrogate pair')
  return data
}
