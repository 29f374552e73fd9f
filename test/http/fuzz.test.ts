import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/openapi/operation'
import { operations } from '../../src/operations'
import { call, fresh, newRoom, newUser, ok, roomWithUser } from '../support/api'
import fc from '../support/properties.ts'

const nasty = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  '../../etc',
  '\u202eolleh',
  '\u0000',
  '\ud800',
  "'; drop table users; --",
  '{{7*7}}',
  '%00',
  '%',
  'true',
  '9007199254740993',
  '-0',
  '1e309',
  '🎉'.repeat(70),
  'a'.repeat(5000),
)
const text = fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
const value = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(2 ** 53 + 2, -1, 1.5, Number.MAX_VALUE, null, [], {}),
)
const fields = [
  ...new Set(Object.values<Operation>(operations).flatMap(({ body }) => Object.keys(body?.shape ?? {}))),
]
const body = fc.oneof(
  fc.record(Object.fromEntries(fields.map((field) => [field, value])), { requiredKeys: [] }),
  fc.dictionary(fc.oneof(nasty, fc.constantFrom('name', 'userName', 'message')), value),
  value,
)
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')

/** Percent-encodes a path segment as a browser does, leaves it unchanged, or damages it. */
const segment = fc.oneof(
  fc.constantFrom(
    '%',
    '%E0%A4%A',
    '%ff',
    '%2f',
    '%2e%2e',
    '%00',
    '..',
    '.',
    '0',
    '-1',
    '1e3',
    '9007199254740993',
    '%25',
  ),
  text.map((raw) => encodeURIComponent(raw.toWellFormed())),
)
const path = fc.oneof(
  fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  segment.map((part) => `/api/users/${part}`),
  fc
    .tuple(segment, fc.constantFrom('', '/member', '/message', '/message/1', '/member/x'))
    .map(([part, rest]) => `/chatroom/${part}${rest}`),
  fc.tuple(segment, segment).map(([a, b]) => `/chatroom/${a}/member/${b}`),
  fc.tuple(segment, segment).map(([a, b]) => `/chatroom/${a}/message/${b}`),
)
const query = fc
  .dictionary(fc.constantFrom('limit', 'cursor', 'before', 'after', 'userName', '__proto__'), text)
  .map((fields) =>
    new URLSearchParams(Object.entries(fields).map(([name, raw]) => [name, raw.toWellFormed()])).toString(),
  )

// `call` holds every answer against the document, so an undocumented status or another shape fails too.
const expectAnswered = async (method: string, path: string, options: object) => {
  const { status } = await call(method, path, options)
  expect(status).toBeLessThan(500)
}

describe('whatever is sent, the answer is documented and never a 5xx', () => {
  it('any body, to any route that takes one', async () => {
    const { name: room } = await newRoom()
    await newUser('danny')
    const taking = Object.entries<Operation>(operations).filter(([, { body }]) => body)
    const routes = fc.constantFrom(...taking.map(([key]) => key.split(' ')))
    const env = { ADMIN_TOKEN: 'the-admin-of-this-test' }
    const who = fc.constantFrom({}, { env, token: env.ADMIN_TOKEN })
    await fc.assert(
      fc.asyncProperty(routes, body, who, ([method = '', route = ''], body, who) => {
        const path = route.replace(':name', room).replace(':userName', 'danny').replace(/:\w+/, '1')
        return expectAnswered(method, path, { ...who, body: JSON.stringify(body) })
      }),
      { numRuns: 1000 },
    )
  })

  it('any path and query, by any method', async () => {
    await fc.assert(
      fc.asyncProperty(method, path, query, (method, path, query) =>
        expectAnswered(
          method,
          `${path}?${query}`,
          method === 'GET' || method === 'HEAD' ? {} : { body: '{"userName":"danny"}' },
        ),
      ),
      { numRuns: 1000 },
    )
  })

  it('any bytes that claim to be JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        expectAnswered('POST', '/api/users', { body: bytes }),
      ),
      { numRuns: 200 },
    )
  })

  it('any Idempotency-Key', async () => {
    const { room, userName } = await roomWithUser()
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 100 }), (key) =>
        expectAnswered('POST', `${room}/message`, {
          body: { userName, message: 'x' },
          headers: { 'Idempotency-Key': key },
        }),
      ),
      { numRuns: 200 },
    )
  })

  it('64 KiB of nested arrays, and 1 MB of anything', async () => {
    const nested = '['.repeat(32_000) + ']'.repeat(32_000)
    for (const body of [nested, `{"name":${nested}}`, '{"a":'.repeat(10_000)])
      await expectAnswered('POST', '/api/users', { body })
    expect((await call('POST', '/api/users', { body: { name: 'x'.repeat(1_000_000) } })).status).toBe(413)
    expect((await call('POST', '/nowhere', { body: 'x'.repeat(1_000_000) })).status).toBe(413)
  })
})

it('SQL in any field is only text', async () => {
  const evil = "x'); drop table users; --"
  const [user, room] = [await newUser(evil), await newRoom()]
  const message = `${evil} ${fresh('evil')}`
  expect(
    await ok('POST', `/chatroom/${room.name}/message`, { body: { userName: evil, message } }),
  ).toMatchObject({
    userName: evil,
    message,
  })
  expect(await ok('GET', `/api/users/${user.id}`)).toMatchObject({ name: evil })
})
