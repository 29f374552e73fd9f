import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { call, fails, fresh, newUser, ok, roomWithUser } from '../support/api'

describe('every path', () => {
  it.each([
    ['/api/users', 'GET, HEAD, POST, OPTIONS'],
    ['/api/user', 'GET, HEAD, POST, OPTIONS'],
    ['/api/users/1', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/api/user/1', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
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
    ['/chatroom/x/sanction', 'GET, HEAD, OPTIONS'],
    ['/chatroom/x/blocked-word', 'GET, HEAD, OPTIONS'],
    ['/chatroom/x/audit', 'GET, HEAD, OPTIONS'],
    ['/api/hello', 'GET, HEAD, OPTIONS'],
    ['/openapi.json', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
    ['/docs', 'GET, HEAD, OPTIONS'],
    ['/docs/', 'GET, HEAD, OPTIONS'],
    ['/moderate', 'GET, HEAD, OPTIONS'],
  ])('%s says its methods: %s', async (path, allow) => {
    const options = await call('OPTIONS', path)
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow])
    expect(options.headers.get('content-type')).toBeNull()
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      if (allow.includes(method)) continue
      const refused = await call(method, path)
      expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, allow])
    }
  })

  it('that has GET has HEAD: the same without a body', async () => {
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
  ])('that is none, like %s, is not found', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      expect(await fails(404, method, path)).toMatchObject({
        type: '/problems/not-found',
        title: 'Not found',
      })
    }
  })
})

it('a path with a slash too many is told the one without, where there is one', async () => {
  for (const path of ['/api/users', '/chatroom/x', '/chatroom/x/member/教室']) {
    expect(await fails(404, 'GET', `${path}/?limit=5`)).toMatchObject({
      detail: `There is nothing at ${path}/. Did you mean ${path}?`,
    })
  }
  expect(await fails(404, 'GET', '/chatroom/')).toMatchObject({ detail: 'There is nothing at /chatroom/.' })
})

describe('CORS', () => {
  it('lets a page of any origin send every method and header that there is, and asks once a day', async () => {
    const headers = { Origin: 'https://example.org', 'Access-Control-Request-Method': 'PATCH' }
    const preflight = await call('OPTIONS', '/chatroom/x/message/1', { headers })
    const allowed = Object.fromEntries(preflight.headers)
    expect(preflight.status).toBe(204)
    expect(allowed['access-control-allow-methods']).toBe('GET,HEAD,POST,PUT,PATCH,DELETE')
    expect(allowed['access-control-allow-headers']).toBe(
      'Authorization,Content-Type,Idempotency-Key,If-None-Match,Last-Event-ID,x-d1-bookmark',
    )
    expect(allowed['access-control-max-age']).toBe('86400')
    expect(allowed['access-control-allow-credentials']).toBeUndefined()
  })

  it('lets a page read the headers that it needs, of failures too', async () => {
    for (const path of ['/api/users', '/api/users/4711', '/nowhere']) {
      const exposed = (await call('GET', path)).headers.get('access-control-expose-headers')?.split(',')
      expect(exposed?.toSorted()).toEqual([
        'Allow',
        'ETag',
        'Idempotent-Replayed',
        'Link',
        'Location',
        'RateLimit',
        'RateLimit-Policy',
        'Retry-After',
        'WWW-Authenticate',
        'x-d1-bookmark',
        'x-request-id',
      ])
    }
  })
})

describe('a body', () => {
  const post = (options: object) => call('POST', '/api/users', options)

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data'])(
    'of type %s is refused',
    async (type) => {
      const options = { body: '{"name":"x"}', headers: { 'content-type': type } }
      expect(await fails(415, 'POST', '/api/users', options)).toMatchObject({
        title: 'Unsupported media type',
      })
    },
  )

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'of type %s is read',
    async (type) => {
      expect((await post({ body: { name: fresh('user') }, headers: { 'content-type': type } })).status).toBe(
        201,
      )
    },
  )

  it.each(['{"name":', '', '{name:"x"}', '\u0000'])('that is not JSON is refused: %j', async (body) => {
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: 'the body is not valid JSON',
    })
  })

  it.each(['[]', 'null', '"name"', '7', 'true'])('that is no object is refused: %s', async (body) => {
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: 'the body must be a JSON object',
    })
  })

  it('that is not UTF-8 is refused rather than changed', async () => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"name":"'),
      0xff,
      ...new TextEncoder().encode('"}'),
    ])
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: 'the body is not UTF-8',
    })
  })

  it('of 64 KiB passes, one byte more does not, with a declared length or without', async () => {
    const padded = (size: number) => {
      const frame = JSON.stringify({ name: fresh('user'), padding: '' })
      return new TextEncoder().encode(frame.replace('""', `"${'x'.repeat(size - frame.length)}"`))
    }
    const chunked = (bytes: Uint8Array) => new Blob([bytes]).stream()
    expect((await post({ body: padded(65_536) })).status).toBe(201)
    expect((await post({ body: chunked(padded(65_536)) })).status).toBe(201)
    expect((await post({ body: padded(65_537) })).status).toBe(413)
    expect((await post({ body: chunked(padded(65_537)) })).status).toBe(413)
  })

  it('may hold fields that nobody knows; prototype keys do nothing', async () => {
    const name = fresh('user')
    const body = `{"name":"${name}","id":99,"token":"mine","__proto__":{"protected":true},"constructor":{"prototype":{"x":1}}}`
    const user = await (await post({ body })).json<{ id: number; token: string }>()
    expect(user).toMatchObject({ name, protected: false })
    expect([user.id === 99, user.token === 'mine', 'x' in {}]).toEqual([false, false, false])
  })
})

describe('x-d1-bookmark', () => {
  it('goes out with every answer that asked the database, and comes back in', async () => {
    const created = await call('POST', '/api/users', { body: { name: fresh('user') } })
    const bookmark = created.headers.get('x-d1-bookmark') ?? ''
    expect(bookmark).toMatch(/^[0-9a-f-]+$/)
    const headers = { 'x-d1-bookmark': bookmark }
    expect((await call('GET', created.headers.get('location') ?? '', { headers })).status).toBe(200)
    expect((await call('GET', '/api/users/4711', { headers })).headers.get('x-d1-bookmark')).toMatch(
      /^[0-9a-f-]+$/,
    )
  })

  it('is where the session begins; without one it is at any replica to read, at the primary to write', async () => {
    const asked: unknown[] = []
    const withSession = (constraint: string) => {
      asked.push(constraint)
      return env.DB.withSession(constraint)
    }
    const db = { withSession } as D1Database
    const sent = await call('POST', '/api/users', { db, body: { name: fresh('user') } })
    await call('GET', '/api/users', { db })
    await call('HEAD', '/api/users', { db })
    const bookmark = sent.headers.get('x-d1-bookmark') ?? ''
    const headers = { 'x-d1-bookmark': bookmark }
    await call('GET', '/api/users', { db, headers })
    await call('POST', '/api/users', { db, headers, body: { name: fresh('user') } })
    const unconstrained = 'first-unconstrained'
    expect(asked).toEqual(['first-primary', unconstrained, unconstrained, bookmark, bookmark])
  })

  it('that is empty is none', async () => {
    expect((await call('GET', '/api/users', { headers: { 'x-d1-bookmark': '' } })).status).toBe(200)
  })

  it('is nothing to what asks no database', async () => {
    const headers = { 'x-d1-bookmark': 'first-primary; drop' }
    for (const path of ['/', '/openapi.json']) {
      const answer = await call('GET', path, { headers })
      expect([path, answer.status, answer.headers.get('x-d1-bookmark')]).toEqual([path, 200, null])
    }
  })

  it('that was never given out is refused', async () => {
    const headers = { 'x-d1-bookmark': 'first-primary; drop' }
    expect(await fails(400, 'GET', '/api/users', { headers })).toMatchObject({
      errors: [{ path: 'x-d1-bookmark' }],
    })
  })
})

it('GET /api/hello says name and version', async () => {
  expect(await ok('GET', '/api/hello')).toEqual({
    name: 'parlour',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  })
})

it('GET / is a page that leads on', async () => {
  const html = await (await call('GET', '/')).text()
  expect(html).toContain('/openapi.json')
})

it('a request has an id of its own, whatever the caller calls it', async () => {
  await newUser()
  const problem = await fails(404, 'GET', '/api/users/4711', { headers: { 'x-request-id': 'mine' } })
  expect(problem.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
})
