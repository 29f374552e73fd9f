import { zValidator } from '@hono/zod-validator'
import type { Context, MiddlewareHandler, ValidationTargets } from 'hono'
import type * as z from 'zod/mini'
import type { Env } from '../env'
import { bearerOf } from './bearer'
import { renameHints } from './field-names'
import { readJson } from './json-body'
import { type FieldError, Problem } from './problem'
import { type WithKeys, withKeys } from './with-keys'

const valueAt = (data: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data)

const isObject = (data: unknown): data is Record<string, unknown> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

const missing = (path: string, target: string): FieldError => ({
  path,
  message: `missing ${path}${target === 'query' ? ' in the query' : ''}`,
})

const expectations: Record<string, string> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
}

const fieldError = (issue: z.core.$ZodIssue, data: unknown, target: string): FieldError => {
  // A parameter that may be given several times has no places in the words of a request.
  const places = target === 'query' ? issue.path.slice(0, 1) : issue.path
  const path = places.join('.')
  if (!isObject(data)) return { path, message: 'the body must be a JSON object' }
  const value = valueAt(data, places)
  if (value === undefined) return missing(path, target)
  if (issue.code === 'invalid_value') {
    return {
      path,
      message: `${path} must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`,
    }
  }
  if (issue.code !== 'invalid_type') return { path, message: `${path} ${issue.message}`.trim() }
  if (issue.expected === 'object')
    return { path, message: `${path} must be an object, such as {"${path}":{}}` }
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

/** Returns the 400 problem that lists the issues that a schema found. */
export const invalid = (issues: z.core.$ZodIssue[], data: unknown): Problem =>
  invalidFields(issues.map((issue) => fieldError(issue, data, 'json')))

/** The error for a request without a token that names no user who acts. */
export const missingUserName = missing('userName', 'json')

type Result<Data> = { success: true; data: Data } | { success: false; error: z.core.$ZodError }

const parse = <Schema extends z.ZodMiniType>(
  schema: Schema,
  data: unknown,
): Result<WithKeys<z.output<Schema>>> => {
  const result = schema.safeParse(data)
  return result.success ? { success: true, data: withKeys(result.data) } : result
}

/**
 * Validates a part of a request: `c.req.valid(target)` returns what the schema returns, with each name as a pair of the name and its
 * key. Throws a 400 problem that lists every wrong field, or a 415 problem for a body that is not JSON. With `actor`, the
 * request must name the user who acts unless it has a token. (The hook throws, so that its error is not in the RPC types.)
 */
export const valid = <Target extends keyof ValidationTargets, Schema extends z.ZodMiniType>(
  target: Target,
  schema: Schema,
  { actor = false } = {},
) => {
  type Output = WithKeys<z.output<Schema>>
  type Hook = (result: Result<unknown> & { data: unknown }, c: Context) => void
  const check = (result: Result<unknown>, data: unknown, c: Context): void => {
    const errors = result.success ? [] : result.error.issues.map((issue) => fieldError(issue, data, target))
    const named = !isObject(data) || (data as { userName?: unknown }).userName !== undefined
    // A site for protected names asks for a token, and a name would not help.
    const isOpen = c.env.IDENTITY !== 'protected'
    if (actor && !named && isOpen && bearerOf(c.req.header('Authorization')).outcome === 'none')
      errors.unshift(missing('userName', target))
    // `userName` may also be in the query, but a field of nearly that name was meant to be it.
    if (!actor && !named && target === 'json' && meansUserName(schema, data))
      errors.unshift(missing('userName', target))
    if (errors.length === 0) return
    throw invalidFields(errors, hintsFor(schema, target === 'query' ? c.req.query() : data, errors))
  }
  const validator = zValidator<Schema, Target, Env, string, Hook, z.input<Schema>, Output>(
    target,
    schema,
    (result, c) => check(result, result.data, c),
    // No schema of ours is asynchronous, and zod is slower when it has to allow for that.
    { validationFunction: (schema, value) => parse(schema, value) as never },
  )
  // Hono's validator would decode the body a second time, and copy all headers of the request.
  if (target !== 'json' && target !== 'header') return validator
  const names = knownFields(schema)
  const headersOf = (c: Context) => Object.fromEntries(names.map((name) => [name, c.req.header(name)]))
  const handler: MiddlewareHandler = async (c, next) => {
    const data = target === 'json' ? await readJson(c) : headersOf(c)
    const result = parse(schema, data)
    check(result, data, c)
    c.req.addValidatedData(target, (result.success ? result.data : {}) as object)
    return next()
  }
  return handler as typeof validator
}
