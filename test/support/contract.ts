import { type Schema, Validator } from '@cfworker/json-schema'
import { expect } from 'vitest'
import { version } from '../../package.json'
import { openApiDocument } from '../../src/openapi/document'
import type { AnswerHeader } from '../../src/openapi/operation'
import { operations } from '../../src/operations'

type Json = { [key: string]: Json }
type Documented = { headers?: Json; content?: Record<string, { schema?: Schema; examples?: Json }> }
type DocumentedOperation = {
  responses: Record<string, Documented>
  parameters: { name?: string; $ref?: string }[]
}

/** Forbids fields that the document does not name, because they would be a leak. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]))
  return copy.type === 'object' && copy.properties ? { ...copy, additionalProperties: false } : copy
}

const document = openApiDocument(operations, version)
const components = closed(document.components) as Schema

/** Headers that the document names for the answers that have them. */
const answerHeaders: AnswerHeader[] = ['Location', 'Link', 'ETag', 'Idempotent-Replayed', 'Parlour-Seq']

const patterns = Object.entries(document.paths).map(([path, operations]) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  path,
  operations: operations as Record<string, DocumentedOperation>,
}))

/** Returns the documented spelling of a path: letters are decoded, and aliases replaced. */
const canonical = (path: string): string =>
  path
    .replace(/%[0-7][0-9a-f]/gi, (letter) => {
      const decoded = decodeURIComponent(letter)
      return /[a-z]/i.test(decoded) ? decoded : letter
    })
    .replace(/^\/api\/user(?=\/|$)/, '/api/users')
    .replace(/^\/api\/chatrooms$/, '/api/chatroom')

const fits = (schema: Schema, body: unknown): void => {
  const result = new Validator({ ...schema, components }, '2020-12', false).validate(body)
  expect(result.valid ? [] : result.errors, JSON.stringify(body)).toEqual([])
}

/** All answers of documented operations so far, as `METHOD /path/{parameter} status`. */
export const seen = new Set<string>()

/**
 * Checks an answer against the OpenAPI document. An answer without an operation must be a problem or a 204. With `isOpen`,
 * pages of every origin must be allowed to read it.
 */
export const expectDocumented = async (
  method: string,
  url: string,
  response: Response,
  isOpen: boolean,
): Promise<void> => {
  const path = canonical(new URL(url).pathname)
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  if (isOpen) expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  const entry = patterns.find(({ pattern }) => pattern.test(path))
  const operation = entry?.operations[method === 'HEAD' ? 'get' : method.toLowerCase()]
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  const body =
    /[/+]json$/.test(type) && method !== 'HEAD'
      ? await response.clone().json<{ type?: unknown }>()
      : undefined
  const isInWords = operation?.responses[response.status]?.content?.['text/plain'] !== undefined
  if (response.status >= 400 && !isInWords) expect(type).toBe('application/problem+json')
  if (method === 'OPTIONS' && response.status < 400) return expect(response.status).toBe(204)
  if (!operation) {
    expect([404, 405, 413, 429, 503]).toContain(response.status)
    if (body) fits({ $ref: '#/components/schemas/Problem' }, body)
    return
  }
  // OpenAPI cannot describe a protocol upgrade.
  if (response.status === 101) return expect(path).toMatch(/\/live$/)
  const where = `${method} ${entry.path} ${response.status}`
  const documented = operation.responses[response.status]
  expect(documented, `not documented: ${where}`).toBeDefined()
  seen.add(where)
  for (const name of Object.keys(documented?.headers ?? {})) {
    if (response.status === 429) expect(response.headers.get(name), name).not.toBeNull()
  }
  for (const name of answerHeaders) {
    if (response.ok && response.headers.has(name))
      expect(Object.keys(documented?.headers ?? {}), where).toContain(name)
  }
  const problems = documented?.content?.['application/problem+json']?.examples
  if (body && problems)
    expect(
      Object.keys(problems).map((type) => `/problems/${type}`),
      where,
    ).toContain(body.type)
  if (response.status === 201) expect(response.headers.get('location')).toMatch(/^\//)
  if (method === 'HEAD' || !documented?.content) return
  if (documented.content['*/*']) return
  expect(Object.keys(documented.content)).toContain(type)
  const { schema } = documented.content[type] ?? {}
  if (schema) fits(schema, body ?? (await response.clone().text()))
}

/** Returns every operation of the document, with its responses and the names of its parameters. */
export const documentedOperations = () =>
  patterns.flatMap(({ path, operations }) =>
    Object.entries(operations).map(([method, { responses, parameters }]) => ({
      method: method.toUpperCase(),
      path,
      documented: responses,
      asked: parameters.map(({ name, $ref }) => name ?? $ref?.split('/').at(-1)),
    })),
  )

/** Returns every success that the document names, in the form of `seen`. */
export const documentedSuccesses = (): string[] =>
  documentedOperations().flatMap(({ method, path, documented }) =>
    Object.keys(documented)
      .filter((status) => status < '400')
      .map((status) => `${method} ${path} ${status}`),
  )
