import { zValidator } from '@hono/zod-validator'
import type { Context, MiddlewareHandler, ValidationTargets } from 'hono'
import type * as z from 'zod/mini'
import { renameHints } from './field-names'
import { readJson } from './json-body'
import { type FieldError, Problem } from './problem'

const valueAt = (data: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data)

const isObject = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

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

const invalidFields = (errors: FieldError[], hints: string[] = []): Problem => {
  const wrong = errors.map(({ message }) => message).join(', ')
  const detail = hints.length > 0 ? `${wrong}. ${hints.join(' ')}` : wrong
  return new Problem('invalid-request', detail, { errors })
}

const knownFields = (schema: z.ZodMiniType): string[] => Object.keys((schema as z.ZodMiniObject).shape)

const meansUserName = (schema: z.ZodMiniType, data: unknown): boolean => {
  const known = knownFields(schema)
  return isObject(data) && known.includes('userName') && renameHints(data, ['userName'], known).length > 0
}

/** Returns what to rename, for fields that are missing or (a PATCH that changes nothing) that could have been meant. */
const hintsFor = (schema: z.ZodMiniType, data: unknown, errors: FieldError[]): string[] => {
  if (!isObject(data)) return []
  const known = knownFields(schema)
  const isWanted = (name: string) => errors.some(({ path }) => path === name || path === '')
  const wanted = known.filter((name) => isWanted(name) && valueAt(data, [name]) === undefined)
  return renameHints(data, wanted, known)
}

/** The 400 problem that lists what a schema found wrong with what was sent. */
export const invalid = (issues: z.core.$ZodIssue[], data: unknown): Problem =>
  invalidFields(issues.map((issue) => fieldError(issue, data, 'json')))

/** What an actor that is not named in the request, and shows no token, is told. */
export const missingUserName = missing('userName', 'json')

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
    // Where `userName` may also be in the query, a field of nearly that name says that it was meant to be in the body.
    if (!actor && !named && target === 'json' && meansUserName(schema, data))
      errors.unshift(missing('userName', target))
    if (errors.length > 0)
      throw invalidFields(errors, hintsFor(schema, target === 'query' ? c.req.query() : data, errors))
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
    const data = await readJson(c)
    const result = schema.safeParse(data)
    check(result, data, c)
    c.req.addValidatedData('json', result.data as object)
    return next()
  }
  return handler as typeof validator
}
