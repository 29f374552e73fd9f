import { zValidator } from '@hono/zod-validator'
import type { Context, MiddlewareHandler, ValidationTargets } from 'hono'
import type * as z from 'zod/mini'
import { mayBeLeftOut } from '../contract'
import { type FieldError, Problem } from './problem'

const valueAt = (data: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data)

const isObject = (data: unknown) => typeof data === 'object' && data !== null && !Array.isArray(data)

const missing = (path: string, target: string): FieldError => ({
  path,
  message: `missing ${path}${target === 'query' ? ' in the query' : ''}`,
})

const expectations: Record<string, string> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  object: 'an object',
}

const fieldError = (issue: z.core.$ZodIssue, data: unknown, target: string): FieldError => {
  const path = issue.path.join('.')
  if (!isObject(data)) return { path, message: 'the body must be a JSON object' }
  const value = valueAt(data, issue.path)
  if (value === undefined) return missing(path, target)
  if (issue.code === 'invalid_value') {
    return {
      path,
      message: `${path} must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`,
    }
  }
  if (issue.code !== 'invalid_type') return { path, message: `${path} ${issue.message}`.trim() }
  if (target === 'query') return { path, message: `${path} must be given once` }
  return { path, message: `${path} must be ${expectations[issue.expected] ?? `a ${issue.expected}`}` }
}

const invalidFields = (errors: FieldError[]): Problem =>
  new Problem('invalid-request', errors.map(({ message }) => message).join(', '), { errors })

/** The 400 problem that lists what a schema found wrong with what was sent. */
export const invalid = (issues: z.core.$ZodIssue[], data: unknown): Problem =>
  invalidFields(issues.map((issue) => fieldError(issue, data, 'json')))

/** What an actor that is not named in the request, and shows no token, is told. */
export const missingUserName = missing('userName', 'json')

/** Hono would put U+FFFD in place of what is not UTF-8, and what is said must come back as it was sent. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** What the body says; an empty object where there is none, if that is as good. One that is not JSON is told what was expected. */
const jsonOf = async (c: Context, schema: z.ZodMiniType): Promise<unknown> => {
  const bytes = await c.req.arrayBuffer()
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  const isEmpty = bytes.byteLength === 0
  if (isEmpty && (mediaType !== 'application/json' || mayBeLeftOut(schema))) return {}
  if (mediaType !== 'application/json') {
    throw new Problem('unsupported-media-type', 'Send JSON, with the header Content-Type: application/json')
  }
  let text: string
  try {
    text = strict.decode(bytes)
  } catch {
    throw new Problem('invalid-request', 'the body is not UTF-8')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('invalid-request', 'the body is not valid JSON')
  }
}

/**
 * The door of a route: `c.req.valid(target)` is what the schema gives. Throws a 400 problem that lists every
 * wrong field; a 415 for a body that is not JSON. With `actor`, it must name who acts unless a token does.
 * (To throw in the hook keeps its error type out of the RPC types.)
 */
export const valid = <Target extends keyof ValidationTargets, Schema extends z.ZodMiniType>(
  target: Target,
  schema: Schema,
  { actor = false } = {},
) => {
  const check = (result: z.core.util.SafeParseResult<unknown>, data: unknown, c: Context): void => {
    const errors = result.success ? [] : result.error.issues.map((issue) => fieldError(issue, data, target))
    const named = !isObject(data) || (data as { userName?: unknown }).userName !== undefined
    if (actor && !named && c.req.header('Authorization') === undefined)
      errors.unshift(missing('userName', target))
    if (errors.length > 0) throw invalidFields(errors)
  }
  const validator = zValidator(
    target,
    schema,
    (result, c) => check(result as z.core.util.SafeParseResult<unknown>, result.data, c),
    // None of our schemas waits for anything, and to ask as if they did takes longer.
    { validationFunction: (schema, value) => schema.safeParse(value) as never },
  )
  if (target !== 'json') return validator
  // Hono's validator would decode the body a second time.
  const handler: MiddlewareHandler = async (c, next) => {
    const data = await jsonOf(c, schema)
    const result = schema.safeParse(data)
    check(result, data, c)
    c.req.addValidatedData('json', result.data as object)
    return next()
  }
  return handler as typeof validator
}
