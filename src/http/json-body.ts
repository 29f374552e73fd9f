import type { Context } from 'hono'
import { Problem } from './problem'

const malformed = (detail: string) => new Problem('invalid-request', detail)
const JSON_HEADER = '"Content-Type: application/json"'

// Hono's decoder replaces bytes that are not UTF-8, but a message must come back as it was sent.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

const decode = (bytes: ArrayBuffer): string => {
  try {
    return strict.decode(bytes)
  } catch {
    throw malformed('The body is not UTF-8. Encode it as UTF-8, as JSON requires.')
  }
}

/** Returns what to do about a text that JavaScript makes of a value that was not encoded; undefined for any other text. */
const unencoded = (text: string): string | undefined =>
  /^(\[object \w+\]|undefined|NaN)$/.test(text.trim())
    ? `The body is the text "${text.trim()}". Did you forget JSON.stringify? Send body: JSON.stringify({ … }).`
    : undefined

/** Returns the media type of the body, without its parameters. */
const mediaTypeOf = (c: Context): string | undefined =>
  c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()

const NDJSON = 'application/x-ndjson'

/** Returns the text of a body of lines of JSON. Throws a 415 problem for another Content-Type. */
export const readNdjson = async (c: Context): Promise<string> => {
  const mediaType = mediaTypeOf(c)
  if (mediaType !== NDJSON) {
    const sent = mediaType ? `The Content-Type of the body is "${mediaType}"` : 'The body has no Content-Type'
    throw new Problem(
      'unsupported-media-type',
      `${sent}. Send the lines of an export with the header "Content-Type: ${NDJSON}".`,
    )
  }
  return decode(await c.req.arrayBuffer())
}

const isForm = (text: string): boolean => /^[\w.-]+=[^{}"]*$/.test(text)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const advice =
      unencoded(text) ??
      (isForm(text)
        ? 'The body is a form, such as name=value, and not JSON. Send JSON, such as {"name":"value"}.'
        : `The body is not valid JSON: ${error instanceof Error ? error.message : error}. JSON takes double quotes around names and texts.`)
    throw malformed(advice)
  }
}

const isEncodedTwice = (data: unknown): boolean => {
  if (typeof data !== 'string') return false
  try {
    return typeof JSON.parse(data) === 'object'
  } catch {
    return false
  }
}

const kindOf = (data: unknown): string => {
  if (data === null) return 'null'
  return Array.isArray(data) ? 'an array' : `a ${typeof data}`
}

/**
 * Reads a JSON object from the body; an empty body is an empty object, whatever its Content-Type. Throws a 400 problem for
 * anything but a JSON object, and a 415 problem for another Content-Type.
 */
export const readJson = async (c: Context): Promise<object> => {
  const text = decode(await c.req.arrayBuffer())
  if (text.trim() === '') return {}
  const mediaType = mediaTypeOf(c)
  if (mediaType !== 'application/json') {
    const sent = mediaType ? `The Content-Type of the body is "${mediaType}"` : 'The body has no Content-Type'
    const also = unencoded(text)
    throw new Problem(
      'unsupported-media-type',
      `${sent}. Send JSON with the header ${JSON_HEADER}.${also ? ` ${also}` : ''}`,
    )
  }
  const data = parse(text)
  if (isEncodedTwice(data))
    throw malformed(
      'The body is JSON inside of a JSON string: it was encoded twice. Call JSON.stringify once.',
    )
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw malformed(`The body must be a JSON object, such as {"name":"value"}, not ${kindOf(data)}.`)
  return data
}
