import { readFileSync, statSync } from 'node:fs'
import * as z from 'zod/mini'
import { reason, Stop } from '../command.ts'
import { sizeOf } from './text.ts'

/** Returns the place of a value in a JSON document: `[3].author.name`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')

/** Parses the JSON of a file. The error of a wrong or cut-off file names the place in it. */
export const parseJson = <Schema extends z.ZodMiniType>(
  schema: Schema,
  text: string,
  name: string,
): z.output<Schema> => {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new Stop(`${name} is not valid JSON, or it was cut off: ${reason(error)}`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Stop(`${name}: ${placeOf(issue?.path ?? []).replace(/^\./, '') || 'the file'}: ${issue?.message}`)
}

/** Node has no longer strings. */
const MAX_BYTES = 500_000_000

/**
 * Reads a text file, which has to fit into one string. `decode` may throw a `TypeError` for bytes that are no text; by default for those that are not
 * UTF-8.
 */
export const readText = (
  path: string,
  decode = (bytes: Buffer) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
): string => {
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES)
      throw new Stop(
        `${path} has ${sizeOf(size)}, and at most ${sizeOf(MAX_BYTES)} can be read. Export it in parts.`,
      )
    return decode(readFileSync(path))
  } catch (error) {
    if (error instanceof Stop) throw error
    if (error instanceof TypeError) throw new Stop(`${path} is not UTF-8.`)
    throw new Stop(`Could not read ${path}: ${reason(error)}`)
  }
}

/** A field that may be null or missing. */
export const maybe = <Schema extends z.ZodMiniType>(schema: Schema) => z.nullish(schema)
