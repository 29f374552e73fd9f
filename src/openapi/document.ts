import * as z from 'zod/mini'
import * as contract from '../contract/index.ts'
import { type ProblemType, problemTypes } from '../http/problem-types.ts'
import { frames } from './frames.ts'
import type { AnswerHeader, Operation } from './operation.ts'
import { problemGuide } from './problem-guide.ts'
import { tags } from './tags.ts'

type Json = Record<string, unknown>
export type OpenApiDocument = {
  openapi: '3.1.0'
  info: Json
  servers: Json[]
  tags: Json[]
  webhooks: Json
  paths: Record<string, Json>
  components: Json
}

const ref = (schema: z.ZodMiniType) => ({ $ref: `#/components/schemas/${z.globalRegistry.get(schema)?.id}` })

const settings = {
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    // Clients must accept new fields, so the document does not forbid them.
    delete jsonSchema.additionalProperties
    // zod's pattern is long, because it knows leap years.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  },
}

/** Returns the JSON Schema of a body or a parameter. */
const inline = (schema: z.ZodMiniType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { ...settings, io })
  return rest
}

const parameters = (place: 'path' | 'query' | 'header', schema: z.ZodMiniObject | undefined): Json[] =>
  Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, examples = [], ...rest } = inline(field as z.ZodMiniType, 'output')
    const [example] = examples as unknown[]
    return {
      name,
      in: place,
      required: place === 'path' || !z.safeParse(field, undefined).success,
      description,
      schema: rest,
      ...(example !== undefined && { example }),
    }
  })

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
  Location: { ...text, description: 'The path of what was created.' },
  Link: { ...text, description: 'The absolute URL of the next page, if there is one, with rel="next".' },
  ETag: { ...text, description: 'Send it back as `If-None-Match` to get 304 if nothing has changed.' },
  'Idempotent-Replayed': { ...text, description: '`true` if this repeats an earlier answer.' },
  'Parlour-Seq': {
    ...text,
    description:
      "The number of the last entry of the room's log that the page shows. An edit, deletion or reaction with a greater `seq` is not in the page yet.",
  },
  'Retry-After': { ...text, description: 'Seconds to wait before the next try.' },
  RateLimit: { ...text, description: 'The limit that is used up. It is free again in `t` seconds.' },
  'RateLimit-Policy': { ...text, description: 'What the limit allows: `q` requests in `w` seconds.' },
  'WWW-Authenticate': { ...text, description: '`Bearer`: send a token.' },
  'x-request-id': { ...text, description: 'The id of the request, which is also in the log.' },
  'x-d1-bookmark': {
    ...text,
    description: 'Send it with the next request to see at least what this answer saw.',
  },
}
const headersOf = (names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const problemHeaders: Record<number, string[]> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
}

const bodyOfText = (type: string) => ({ required: true, content: { [type]: { schema: { type: 'string' } } } })
const problemAnswers = (operation: Operation, writes: boolean): Record<string, Json> => {
  const types: ProblemType[] = [...(operation.problems ?? []), 'internal-error', 'rate-limited']
  // The size of a body is checked even for a route that takes none.
  if (writes) types.push('daily-limit')
  if (writes && !operation.takesBytes) types.push('body-too-large')
  if (!operation.offline) types.push('invalid-request', 'unavailable')
  if (operation.body || operation.bodyType) types.push('unsupported-media-type')
  const byStatus = Map.groupBy(new Set(types), (type) => problemTypes[type].status)
  const answers = [...byStatus].map(([status, types]) => [
    status,
    {
      description: types.map((type) => problemTypes[type].title).join('; '),
      headers: headersOf(['x-request-id', ...(problemHeaders[status] ?? [])]),
      content: {
        'application/problem+json': {
          schema: ref(contract.problem),
          examples: Object.fromEntries(
            types.map((type) => [type, { $ref: `#/components/examples/${type}` }]),
          ),
        },
      },
    },
  ])
  return Object.fromEntries(answers)
}

/** Refusals that are a word of plain text. */
const wordAnswers = (words: NonNullable<Operation['words']>): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(words).map(([status, words]) => [
      status,
      {
        description: words.map((word) => `\`${word}\``).join(', '),
        headers: headersOf(['x-request-id', ...(problemHeaders[Number(status)] ?? [])]),
        content: { 'text/plain': { schema: { type: 'string', enum: words } } },
      },
    ]),
  )

const operationObject = (method: string, operation: Operation): Json => {
  const {
    id,
    tag,
    summary,
    description,
    bearer,
    params,
    query,
    headers,
    body,
    example,
    status,
    answer,
    accepted,
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
  const content = accepted && { 'application/json': { schema: ref(accepted) } }
  const repeat = answerHeaders.filter((name) => name === 'Idempotent-Replayed')
  const headers202 = headersOf([...repeat, ...everyAnswer])
  const waiting = { 202: { description: 'It waits for approval', headers: headers202, content } }
  const notModified = hasEtag && {
    304: {
      description: 'Not modified',
      headers: headersOf([...answerHeaders.filter((name) => name !== 'Link'), ...everyAnswer]),
    },
  }
  return {
    operationId: id,
    // Both, because it depends on the user whether a token is needed.
    security: bearer ? [{}, { bearer: [] }] : [],
    tags: [tag],
    summary,
    description,
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
        content: Object.fromEntries(
          (operation.bodyTypes ?? ['application/json']).map((type) => [
            type,
            { schema: inline(body, 'input'), ...(type === 'application/json' && { example }) },
          ]),
        ),
      },
    }),
    ...(operation.bodyType && { requestBody: bodyOfText(operation.bodyType) }),
    ...(operation.takesBytes && { requestBody: { required: true, content: { '*/*': {} } } }),
    responses: {
      [status]: success,
      ...(accepted && waiting),
      ...(operation.hasParts && { 206: { ...success, description: 'A part of it' } }),
      ...notModified,
      ...(operation.words ? wordAnswers(operation.words) : problemAnswers(operation, method !== 'GET')),
    },
  }
}

const types = Object.entries(problemTypes)

/** Problems of no documented operation: they are about requests that match none. */
const undocumented: ProblemType[] = ['method-not-allowed']

const problemExamples = (): Json =>
  Object.fromEntries(
    types
      .filter(([type]) => !undocumented.some((other) => other === type))
      .map(([type, { status, title }]) => {
        const { meaning, detail } = problemGuide[type as ProblemType]
        const instance = 'urn:uuid:f81d4fae-7dec-41d0-a765-00a0c91e6bf6'
        return [
          type,
          { summary: meaning, value: { type: `/problems/${type}`, title, status, detail, instance } },
        ]
      }),
  )

const problemSchema = (schema: Json): Json => ({
  ...schema,
  properties: {
    ...(schema.properties as Json),
    type: {
      type: 'string',
      enum: types.map(([type]) => `/problems/${type}`),
      description: 'The kind of problem, and the path of a page that explains it.',
    },
  },
})

const schemas = (): Json => {
  const named = z.toJSONSchema(z.globalRegistry, {
    ...settings,
    uri: (id) => `#/components/schemas/${id}`,
  }).schemas
  return Object.fromEntries(
    Object.entries(named).map(([id, { $schema, $id, ...schema }]) => [
      id,
      id === 'Problem' ? problemSchema(schema) : schema,
    ]),
  )
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
        'A chatroom API for static sites and prototypes. `/api/user` is the same as `/api/users`, and `/api/chatrooms` the same as `/api/chatroom`. Every path with `GET` also answers `HEAD`, and every path answers `OPTIONS`. A request that fails is answered with a problem (RFC 9457); [/problems](/problems) explains each type.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This instance' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: { frames },
    components: {
      schemas: schemas(),
      examples: problemExamples(),
      headers,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: "The token that the creation of a user returned, or a JWT of the site's own login.",
        },
      },
      parameters: {
        'If-None-Match': {
          name: 'If-None-Match',
          in: 'header',
          required: false,
          description: 'The ETag of an earlier answer. The answer is 304 if nothing has changed.',
          schema: { type: 'string' },
        },
        'x-d1-bookmark': {
          name: 'x-d1-bookmark',
          in: 'header',
          required: false,
          description:
            'The `x-d1-bookmark` of an earlier answer: this request then sees at least what that answer saw. `first-primary`: it sees all that is stored.',
          schema: { type: 'string' },
        },
      },
    },
  }
}
