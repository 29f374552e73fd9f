import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, fails, fresh, newRoom, newUser, ok, roomWithUser, say } from './support/api'
import { failingAfter, failingBefore } from './support/database'

const outages = [
  'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
  'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
  'D1_ERROR: Network connection lost.',
  'Network connection lost.',
  'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
  'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
  'D1_ERROR: D1 DB reset because its code was updated.',
  'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
]

let log: string[] = []
beforeEach(() => {
  log = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void log.push(line))
})
afterEach(() => vi.restoreAllMocks())

describe('when D1 fails', () => {
  it.each(outages)('every route answers 503 with Retry-After: %s', async (message) => {
    const db = failingBefore(message)
    const body = { name: 'x', userName: 'x', message: 'x' }
    for (const [method, path] of [
      ['GET', '/api/users'],
      ['POST', '/api/users'],
      ['GET', '/api/users/1'],
      ['PUT', '/api/users/1'],
      ['DELETE', '/api/users/1'],
      ['GET', '/api/chatroom'],
      ['POST', '/api/chatroom'],
      ['GET', '/chatroom/x'],
      ['PUT', '/chatroom/x'],
      ['GET', '/chatroom/x/member'],
      ['GET', '/chatroom/x/member/x'],
      ['DELETE', '/chatroom/x/member/x'],
      ['GET', '/chatroom/x/message'],
      ['POST', '/chatroom/x/message'],
      ['GET', '/chatroom/x/message/1'],
      ['PATCH', '/chatroom/x/message/1'],
      ['DELETE', '/chatroom/x/message/1?userName=x'],
      ['GET', '/api/hello'],
    ] as const) {
      const response = await call(method, path, { db, ...(method === 'GET' ? {} : { body }) })
      expect([method, path, response.status]).toEqual([method, path, 503])
      expect(response.headers.get('retry-after')).toBe('1')
      const text = await response.text()
      expect(text).not.toMatch(/\bD1\b|overloaded|connection|reset|select|insert/i)
    }
  })

  it('in a way that is our own fault, the answer is 500 and says nothing about the inside', async () => {
    const db = failingBefore('D1_ERROR: no such column: secret_column: SQLITE_ERROR')
    const problem = await fails(500, 'POST', '/api/users', { db, body: { name: 'very-private' } })
    expect(JSON.stringify(problem)).not.toMatch(/secret_column|SQL|very-private|stack|\.ts/)
    const [line = ''] = log
    expect(JSON.parse(line)).toMatchObject({
      requestId: problem.instance.slice('urn:uuid:'.length),
      method: 'POST',
    })
    expect(line).toContain('secret_column')
    expect(line).not.toContain('very-private')
  })

  it('before the message is stored, the same key stores it once', async () => {
    const { room, userName } = await roomWithUser()
    const options = { body: { userName, message: 'hello?' }, headers: { 'Idempotency-Key': fresh('key') } }
    await fails(503, 'POST', `${room}/message`, { ...options, db: failingBefore('Network connection lost.') })
    expect(await ok('POST', `${room}/message`, options)).toMatchObject({ seq: 1 })
    expect(await say(room, userName, 'next')).toMatchObject({ seq: 2 })
  })

  it('after the message is stored, the same key finds it', async () => {
    const { room, userName } = await roomWithUser()
    const options = { body: { userName, message: 'hello?' }, headers: { 'Idempotency-Key': fresh('key') } }
    await fails(503, 'POST', `${room}/message`, { ...options, db: failingAfter('Network connection lost.') })
    const again = await call('POST', `${room}/message`, options)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(await again.json()).toMatchObject({ seq: 1, message: 'hello?' })
    expect(await say(room, userName, 'next')).toMatchObject({ seq: 2 })
  })

  it('after anything else is stored, the same again is harmless', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello')
    const db = failingAfter('Network connection lost.')
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
