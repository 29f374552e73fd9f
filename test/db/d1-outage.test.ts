import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, fails, fresh, newRoom, newUser, type Options, ok, roomWithUser, say } from '../support/api'
import { d1Error, failingAfter, failingBefore } from '../support/database'
import { operationFixture } from '../support/operation-fixture'
import { requestOf, requestsOf } from '../support/operation-requests'

const outages = [
  d1Error('D1 DB is overloaded. Requests queued for too long.'),
  d1Error('D1 DB is overloaded. Too many requests queued.'),
  d1Error('Network connection lost.'),
  new Error('Network connection lost.'),
  d1Error('D1 DB storage operation exceeded timeout which caused object to be reset.'),
  d1Error('Internal error in D1 DB storage caused object to be reset.'),
  d1Error('D1 DB reset because its code was updated.'),
  d1Error('Cannot resolve D1 DB due to transient issue on remote node.'),
  d1Error('Failed to parse body as JSON, got: error code: 1101'),
  d1Error('Something went wrong'),
  d1Error('database is locked: SQLITE_BUSY'),
  d1Error('disk I/O error: SQLITE_IOERR'),
  new Error('Failed query: select 1\nparams: x', { cause: d1Error('Something went wrong') }),
]

let log: string[] = []
beforeEach(() => {
  log = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void log.push(line))
})
afterEach(() => vi.restoreAllMocks())

/** All requests of all operations that need D1. A live connection asks for it in the hub. */
let requests: [string, string, Options][] = []
beforeAll(async () => {
  const fixture = await operationFixture('token')
  requests = Object.entries(requestsOf)
    .filter(([key]) => key !== 'GET /chatroom/:name/live')
    .flatMap(([key, variantsOf]) => variantsOf(fixture).map((variant) => requestOf(key, fixture, variant)))
})

describe('when D1 fails', () => {
  it.each(outages)('every route answers 503 with Retry-After: %s', async (error) => {
    const db = failingBefore(error)
    for (const [method, path, options] of requests) {
      const response = await call(method, path, { ...options, db })
      expect([method, path, response.status]).toEqual([method, path, 503])
      expect(response.headers.get('retry-after')).toBe('1')
      if (method === 'HEAD') continue
      const text = await response.text()
      expect(text).not.toMatch(/\bD1\b|overloaded|connection|reset|select|insert/i)
      // An incoming webhook answers with the word alone.
      if (path.startsWith('/hook/')) expect(text).toBe('unavailable')
      else expect(JSON.parse(text).instance).toBe(`urn:uuid:${response.headers.get('x-request-id')}`)
      const logged = { requestId: response.headers.get('x-request-id'), method, problem: 'unavailable' }
      expect(JSON.parse(log.at(-1) ?? '')).toMatchObject(logged)
    }
    expect(log.join()).not.toContain('params')
  })

  it.each([
    d1Error('no such column: secret_column: SQLITE_ERROR'),
    d1Error('NOT NULL constraint failed: users.secret_column: SQLITE_CONSTRAINT'),
    // Drizzle wraps it like this when a statement runs outside of a batch.
    new Error('Failed query: select ?\nparams: very-private', {
      cause: d1Error('no such column: secret_column: SQLITE_ERROR'),
    }),
  ])(
    'in a way that is our own fault, the answer is 500 and says nothing about the inside: %s',
    async (error) => {
      const db = failingBefore(error)
      const problem = await fails(500, 'POST', '/api/users', { db, body: { name: 'very-private' } })
      expect(JSON.stringify(problem)).not.toMatch(/secret_column|SQL|very-private|stack|\.ts/)
      const [line = ''] = log
      expect(JSON.parse(line)).toMatchObject({
        requestId: problem.instance.slice('urn:uuid:'.length),
        method: 'POST',
      })
      expect(line).toContain('secret_column')
      expect(line).not.toContain('very-private')
    },
  )

  it("in a way that only Drizzle's own error tells of, the log has no parameter either", async () => {
    const db = failingBefore(new Error('Failed query: select ?\nparams: very-private', { cause: 'a text' }))
    await fails(500, 'POST', '/api/users', { db, body: { name: 'very-private' } })
    expect(log).toHaveLength(1)
    expect(log[0]).not.toContain('very-private')
  })

  it('before the message is stored, the same key stores it once', async () => {
    const { room, userName } = await roomWithUser()
    const options = { body: { userName, message: 'hello?' }, headers: { 'Idempotency-Key': fresh('key') } }
    await fails(503, 'POST', `${room}/message`, {
      ...options,
      db: failingBefore(d1Error('Network connection lost.')),
    })
    expect(await ok('POST', `${room}/message`, options)).toMatchObject({ seq: 1 })
    expect(await say(room, userName, 'next')).toMatchObject({ seq: 2 })
  })

  it('after the message is stored, the same key finds it', async () => {
    const { room, userName } = await roomWithUser()
    // Only the message of a member is stored by the first batch, the one whose answer gets lost.
    await ok('PUT', room, { body: { userName } })
    const options = { body: { userName, message: 'hello?' }, headers: { 'Idempotency-Key': fresh('key') } }
    await fails(503, 'POST', `${room}/message`, {
      ...options,
      db: failingAfter(d1Error('Network connection lost.')),
    })
    const again = await call('POST', `${room}/message`, options)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(await again.json()).toMatchObject({ seq: 1, message: 'hello?' })
    expect(await say(room, userName, 'next')).toMatchObject({ seq: 2 })
  })

  it('after anything else is stored, the same again is harmless', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello')
    const db = failingAfter(d1Error('Network connection lost.'))
    const twice = async (status: number, method: string, path: string, body?: unknown) => {
      await fails(503, method, path, { db, ...(body !== undefined && { body }) })
      expect((await call(method, path, body === undefined ? {} : { body })).status).toBe(status)
    }
    await twice(200, 'PUT', room, { userName })
    await twice(200, 'PATCH', `${room}/message/1`, { userName, message: 'hello!' })
    await twice(200, 'DELETE', `${room}/message/1?userName=${userName}`)
    expect(await say(room, userName, 'next'), 'each was one entry').toMatchObject({ seq: 4 })
    await twice(404, 'DELETE', `${room}/member/${userName}`)
    expect(await ok('GET', room)).toMatchObject({ memberCount: 0 })
    const user = await newUser()
    await twice(200, 'PUT', `/api/users/${user.id}`, { name: fresh('user') })
    await twice(404, 'DELETE', `/api/users/${user.id}`)
    await twice(409, 'POST', '/api/users', { name: fresh('user') })
    await twice(409, 'POST', '/api/chatroom', { name: (await newRoom()).name.concat('x') })
  })
})
