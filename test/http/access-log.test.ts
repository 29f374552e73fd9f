import { afterEach, expect, it, vi } from 'vitest'
import { call, fresh, newUser, roomWithUser } from '../support/api'
import { counting } from '../support/database'
import { logged } from '../support/log'

afterEach(() => vi.restoreAllMocks())

const env = { LOG: 'on' }
const line = (route: string, given: object) => ({
  event: 'request',
  requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  method: 'GET',
  route,
  status: 200,
  milliseconds: expect.any(Number),
  roundTrips: 0,
  rowsRead: 0,
  rowsWritten: 0,
  ...given,
})

it('writes a line for each request, with its route pattern and its cost, and without names', async () => {
  const { room, userName } = await roomWithUser()
  const log = logged()
  const { db, cost } = counting()
  const sent = await call('POST', `${room}/message`, { env, db, body: { userName, message: 'hello' } })
  const member = await call('GET', `${room}/member/${userName}?userName=${userName}`, { env })
  await call('GET', '/api/user/4711', { env })
  await call('PUT', '/api/users', { env, body: {} })
  await call('GET', `/${userName}`, { env })
  await call('GET', '/', { env })
  await call('GET', `${room}/live`, { env }).then(({ body }) => body?.cancel())
  expect(log.lines()).toEqual([
    line('/chatroom/:name/message', {
      ...cost,
      method: 'POST',
      status: 201,
      requestId: sent.headers.get('x-request-id'),
    }),
    line('/chatroom/:name/member/:userName', {
      roundTrips: 1,
      rowsRead: expect.any(Number),
      requestId: member.headers.get('x-request-id'),
    }),
    line('/api/user/:id', { status: 404, roundTrips: 1, rowsRead: expect.any(Number) }),
    line('/*', { method: 'PUT', status: 405 }),
    line('/*', { status: 404 }),
    line('/', {}),
    line('/chatroom/:name/live', {}),
  ])
  expect(JSON.stringify(log.lines())).not.toContain(userName)
})

it('is off with LOG = "off"', async () => {
  const log = logged()
  await call('GET', '/api/users', { env: { LOG: 'off' } })
  expect(log.lines()).toEqual([])
})

it('names the route of a request that failed, not its path', async () => {
  const log = logged()
  const name = fresh('secret')
  const { token } = await newUser()
  await call('GET', `/chatroom/${name}/member/${name}`, { env: { DB: {} as D1Database }, token })
  expect(log.lines()).toEqual([
    {
      event: 'problem',
      requestId: expect.any(String),
      method: 'GET',
      route: '/chatroom/:name/member/:userName',
      problem: 'internal-error',
      error: expect.any(String),
    },
  ])
})
