import * as z from 'zod/mini'
import * as contract from '../contract/index.ts'
import { type ProblemType, problemTypes } from '../http/problem-types.ts'
import type { AnswerHeader, Operation } from './operation.ts'

type Json = Record<string, unknown>
export type OpenApiDocument = { openapi: '3.1.0'; info: Json; paths: Record<string, Json>; components: Json }

const ref = (schema: z.ZodMiniType) => ({ $ref: `#/components/schemas/${z.globalRegistry.get(schema)?.id}` })

const settings = {
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    // Clients must bear new fields, so the document doesn't forbid them.
    delete jsonSchema.additionalProperties
    // zod spells every leap year out.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  },
}

/** A schema in place: what is asked of a body, or what the text of a parameter stands for. */
const inline = (schema: z.ZodMiniType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { ...settings, io })
  return rest
}

const parameters = (place: 'path' | 'query' | 'header', schema: z.ZodMiniObject | undefined): Json[] =>
  Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field, undefined).success,
    schema: inline(field as z.ZodMiniType, 'output'),
  }))

const text = { schema: { type: 'string' } }
const headers: Record<
  | AnswerHeader
  | 'Retry-After'
  | 'RateLimit'
  | 'RateLimit-Policy'
  | 'WWW-Authenticate'
  | 'x-request-id'
  | 'x-d1-bookmark',
  Json
> = {
  Location: { ...text, description: 'Relative URL of what was created.' },
  Link: { ...text, description: 'The next page, where there is one: rel="next".' },
  ETag: { ...text, description: 'Send it back as `If-None-Match`: 304 when nothing has changed.' },
  'Idempotent-Replayed': { ...text, description: '`true` when this repeats an earlier answer.' },
  'Retry-After': { ...text, description: 'Seconds to wait before the next try.' },
  RateLimit: { ...text, description: 'The limit that is used up, and in how many seconds `t` it is not.' },
  'RateLimit-Policy': { ...text, description: 'What it allows: `q` requests in `w` seconds.' },
  'WWW-Authenticate': { ...text, description: 'Bearer: send a token.' },
  'x-request-id': { ...text, description: "The request's id." },
  'x-d1-bookmark': { ...text, description: 'Send it back to see at least what this answer saw.' },
}
const headersOf = (names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const problemHeaders: Record<number, string[]> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
}

const problemAnswers = (operation: Operation, writes: boolean): Record<string, Json> => {
  const types: ProblemType[] = [...(operation.problems ?? []), 'internal-error', 'rate-limited']
  // The size of a body is looked at also where none is asked for.
  if (writes) types.push('daily-limit', 'body-too-large')
  if (!operation.offline) types.push('invalid-request', 'unavailable')
  if (operation.body) types.push('unsupported-media-type')
  const answers: Record<string, Json> = {}
  for (const type of types) {
    const { status, title } = problemTypes[type]
    const description = [answers[status]?.description, title].filter(Boolean).join('; ')
    answers[status] = {
      description,
      headers: headersOf(['x-request-id', ...(problemHeaders[status] ?? [])]),
      content: { 'application/problem+json': { schema: ref(contract.problem) } },
    }
  }
  return answers
}

const operationObject = (method: string, operation: Operation): Json => {
  const {
    id,
    tag,
    summary,
    bearer,
    params,
    query,
    headers,
    body,
    status,
    answer,
    answerType,
    answerHeaders = [],
  } = operation
  const hasEtag = answerHeaders.includes('ETag')
  const everyAnswer = ['x-request-id', ...(operation.offline ? [] : ['x-d1-bookmark'])]
  const success = {
    description: status === 201 ? 'Created' : 'OK',
    headers: headersOf([...answerHeaders, ...everyAnswer]),
    content: { [answerType ?? 'application/json']: answer ? { schema: ref(answer) } : {} },
  }
  const notModified = hasEtag && {
    304: { description: 'Not modified', headers: headersOf(['ETag', ...everyAnswer]) },
  }
  return {
    operationId: id,
    // With a token or without: whether it may do without one depends on the name that acts.
    security: bearer ? [{}, { bearer: [] }] : [],
    tags: [tag],
    summary,
    parameters: [
      ...parameters('path', params),
      ...parameters('query', query),
      ...parameters('header', headers),
      ...(hasEtag ? [{ $ref: '#/components/parameters/If-None-Match' }] : []),
      ...(operation.offline ? [] : [{ $ref: '#/components/parameters/x-d1-bookmark' }]),
    ],
    ...(body && {
      requestBody: {
        required: !contract.mayBeLeftOut(body),
        content: { 'application/json': { schema: inline(body, 'input') } },
      },
    }),
    responses: { [status]: success, ...notModified, ...problemAnswers(operation, method !== 'GET') },
  }
}

const schemas = (): Json => {
  const named = z.toJSONSchema(z.globalRegistry, {
    ...settings,
    uri: (id) => `#/components/schemas/${id}`,
  }).schemas
  return Object.fromEntries(Object.entries(named).map(([id, { $schema, $id, ...schema }]) => [id, schema]))
}

/** The OpenAPI 3.1 document of the operations, keyed as `METHOD /path/:parameter`. */
export const openApiDocument = (operations: Record<string, Operation>, version: string): OpenApiDocument => {
  const paths: Record<string, Json> = {}
  for (const [key, operation] of Object.entries(operations)) {
    const [method = '', route = ''] = key.split(' ')
    const path = route.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(method, operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parlour',
      version,
      description:
        'A chatroom API for static sites and prototypes. `/api/user` is the same as `/api/users`, `/api/chatrooms` the same as `/api/chatroom`. Every path with `GET` also answers `HEAD`, every path `OPTIONS`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: schemas(),
      headers,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: "The token that creating a user gives, or a JWT of the site's own login.",
        },
      },
      parameters: {
        'If-None-Match': {
          name: 'If-None-Match',
          in: 'header',
          required: false,
          description: 'The ETag of an earlier answer: 304 when nothing has changed.',
          schema: { type: 'string' },
        },
        'x-d1-bookmark': {
          name: 'x-d1-bookmark',
          in: 'header',
          required: false,
          description: 'From an earlier answer: what that answer saw is seen here too.',
          schema: { type: 'string' },
        },
      },
    },
  }
}
