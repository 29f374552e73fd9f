import { describe, expect, it } from 'vitest'
import { call, fails, newUser, ok, roomWithUser } from '../support/api'

describe('a path', () => {
  it.each([
    ['/api/users', 'GET, HEAD, POST, OPTIONS'],
    ['/api/user', 'GET, HEAD, POST, OPTIONS'],
    ['/api/users/1', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/api/user/1', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/api/users/me', 'GET, HEAD, OPTIONS'],
    ['/api/users/me/chatroom', 'GET, HEAD, OPTIONS'],
    ['/api/user/me/mention', 'GET, HEAD, OPTIONS'],
    ['/api/users/me/report', 'GET, HEAD, OPTIONS'],
    ['/api/users/me/push', 'GET, HEAD, PUT, DELETE, OPTIONS'],
    ['/api/chatroom', 'GET, HEAD, POST, OPTIONS'],
    ['/api/chatrooms', 'GET, HEAD, POST, OPTIONS'],
    ['/chatroom/x', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/chatroom/x/member', 'GET, HEAD, OPTIONS'],
    ['/chatroom/x/member/y', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    ['/chatroom/x/message', 'GET, HEAD, POST, DELETE, OPTIONS'],
    ['/chatroom/x/message/1', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    ['/chatroom/x/message/1/report', 'POST, OPTIONS'],
    ['/chatroom/x/report', 'GET, HEAD, OPTIONS'],
    ['/chatroom/x/report/1', 'GET, HEAD, PATCH, OPTIONS'],
    ['/chatroom/x/sanction', 'GET, HEAD, POST, OPTIONS'],
    ['/chatroom/x/blocked-word', 'GET, HEAD, OPTIONS'],
    ['/chatroom/x/audit', 'GET, HEAD, OPTIONS'],
    ['/api/hello', 'GET, HEAD, OPTIONS'],
    ['/openapi.json', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
    ['/docs', 'GET, HEAD, OPTIONS'],
    ['/docs/', 'GET, HEAD, OPTIONS'],
    ['/admin', 'GET, HEAD, OPTIONS'],
    ['/problems', 'GET, HEAD, OPTIONS'],
    ['/problems/banned', 'GET, HEAD, OPTIONS'],
  ])('%s allows the methods %s', async (path, allow) => {
    const options = await call('OPTIONS', path)
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow])
    expect(options.headers.get('content-type')).toBeNull()
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      if (allow.includes(method)) continue
      const refused = await call(method, path)
      expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, allow])
    }
  })

  it('with GET also has HEAD: the same answer without a body', async () => {
    const { room } = await roomWithUser()
    for (const path of [
      '/api/users',
      '/api/chatroom',
      room,
      `${room}/message`,
      '/api/hello',
      '/openapi.json',
    ]) {
      const [get, head] = [await call('GET', path), await call('HEAD', path)]
      expect([head.status, head.headers.get('content-type')]).toEqual([200, get.headers.get('content-type')])
      expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
      expect(await head.text()).toBe('')
    }
    expect((await call('HEAD', '/api/users/4711')).status).toBe(404)
  })

  it.each([
    '/api',
    '/chatroom',
    '/api/users/',
    '/api/users/1/x',
    '/chatroom/x/y',
    '/chatroom/x/message/1/2',
    '/x',
  ])('that does not exist, like %s, is 404', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      expect(await fails(404, method, path)).toMatchObject({
        type: '/problems/not-found',
        title: 'Not found',
      })
    }
  })
})

it('/api/users/me is a path beside /api/users/:id, however it is written', async () => {
  const { name, id } = await newUser()
  for (const path of ['/api/users/me', '/api/user/me', '/api/users/%6De'])
    expect(await ok('GET', `${path}?userName=${name}`)).toMatchObject({ id })
  for (const path of ['/api/users/m', '/api/users/mee'])
    expect(await fails(400, 'GET', path)).toMatchObject({ detail: expect.stringContaining('id') })
})

it('GET /api/hello returns name, version and the settings for pages', async () => {
  const open = {
    name: 'parlour',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    identity: 'open',
    turnstileSiteKey: null,
    pushKey: expect.stringMatching(/^B[\w-]{86}$/),
    files: { bytes: 10_485_760 },
  }
  expect(await ok('GET', '/api/hello')).toEqual(open)
  const off = { TURNSTILE_SITE_KEY: '0x4AAA' }
  expect(await ok('GET', '/api/hello', { env: off })).toEqual(open)
  const env = { ...off, TURNSTILE_SECRET: 'secret', IDENTITY: 'protected' as const }
  expect(await ok('GET', '/api/hello', { env })).toEqual({
    ...open,
    identity: 'protected',
    turnstileSiteKey: '0x4AAA',
  })
})

it('GET / is a page that links to the OpenAPI document', async () => {
  const html = await (await call('GET', '/')).text()
  expect(html).toContain('"openapi.json"')
})

it('a request gets an id of its own, whatever x-request-id the caller sends', async () => {
  await newUser()
  const problem = await fails(404, 'GET', '/api/users/4711', { headers: { 'x-request-id': 'mine' } })
  expect(problem.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
})
