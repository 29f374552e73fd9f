import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import worker from '../../src'
import type { Chatroom, Message, NewUser, ProblemBody } from '../../src/contract'
import type { Bindings } from '../../src/env'
import { expectDocumented } from './contract'

export type Options = {
  /** Sent as JSON, unless it is text or bytes. */
  body?: unknown
  headers?: Record<string, string>
  /** Sent as a bearer token. */
  token?: string
  /** Replaces the real D1. */
  db?: D1Database
  /** Replaces vars and bindings of wrangler.toml. */
  env?: Partial<Bindings>
}

/** The origin of the API in the tests. */
export const origin = 'http://parlour.test'

const isRaw = (body: unknown): body is BodyInit =>
  typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream

/** Sends a request to the Worker, and checks its answer against the OpenAPI document. */
export const call = async (method: string, path: string, options: Options = {}): Promise<Response> => {
  const { body, db, token } = options
  const bindings = { ...options.env, ...(db && { DB: db }) }
  const headers = new Headers(options.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  // `next` of a page is a whole URL.
  const url = path.startsWith('http:') ? path : origin + path
  const request = new Request(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
  })
  const response =
    Object.keys(bindings).length > 0
      ? await fetchWith(bindings, request)
      : await exports.default.fetch(request)
  await expectDocumented(method, request.url, response, bindings.ALLOWED_ORIGINS === undefined)
  return response
}

/** Sends a request to the Worker with other vars or bindings. For routes that the OpenAPI document leaves out. */
export const fetchWith = async (bindings: Partial<Bindings>, request: Request): Promise<Response> => {
  const context = createExecutionContext()
  const response = await worker.fetch(request, { ...env, ...bindings }, context)
  await waitOnExecutionContext(context)
  return response
}

/** Sends a request that must succeed, and returns the answer's JSON. */
export const ok = async <Answer>(method: string, path: string, options: Options = {}): Promise<Answer> => {
  const response = await call(method, path, options)
  expect(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`).toBe(true)
  return response.json<Answer>()
}

/** Sends a request that must fail with `status`, and returns the problem. */
export const fails = async (
  status: number,
  method: string,
  path: string,
  options: Options = {},
): Promise<ProblemBody> => {
  const response = await call(method, path, options)
  expect(response.status, await response.clone().text()).toBe(status)
  return response.json<ProblemBody>()
}

let count = 0
/** Returns a new name. The tests of a file share storage, so each test needs its own names. */
export const fresh = (prefix: string): string => `${prefix}-${++count}`

export const newUser = (name = fresh('user')): Promise<NewUser> =>
  ok('POST', '/api/users', { body: { name } })
export const newRoom = (name = fresh('room')): Promise<Chatroom> =>
  ok('POST', '/api/chatroom', { body: { name } })

/** Creates a room and a user. */
export const roomWithUser = async (): Promise<{ room: string; userName: string }> => {
  const [room, user] = await Promise.all([newRoom(), newUser()])
  return { room: `/chatroom/${room.name}`, userName: user.name }
}

export const say = (room: string, userName: string, message: string, headers = {}): Promise<Message> =>
  ok('POST', `${room}/message`, { body: { userName, message }, headers })
