import { describe, expect, it, vi } from 'vitest'
import { call, fails, fresh, newRoom, ok, roomWithUser, say } from '../support/api'
import { from, limiter, meter } from '../support/limits'

const page = 'https://example.org'
const preflight = (origin: string) => ({ Origin: origin, 'Access-Control-Request-Method': 'POST' })
const corsOf = ({ headers }: Response) => [headers.get('access-control-allow-origin'), headers.get('vary')]

describe('pages of every origin', () => {
  it('may call, so an answer is the same for all of them', async () => {
    for (const path of ['/api/users', '/api/users/4711', '/nowhere', '/']) {
      expect(corsOf(await call('GET', path, { headers: { Origin: page } }))).toEqual(['*', null])
    }
  })

  it('may read what an answer says beside its body, a refusal’s too', async () => {
    const env = { ADDRESS_WRITES: limiter(0), ...meter() }
    const headers = { ...from('203.0.113.7'), Origin: page }
    const refused = await call('POST', '/api/users', { env, headers, body: {} })
    expect(refused.status).toBe(429)
    const exposed = refused.headers.get('access-control-expose-headers')?.split(',')
    expect(exposed).toEqual(expect.arrayContaining(['Retry-After', 'RateLimit', 'RateLimit-Policy']))
  })
})

describe('with ALLOWED_ORIGINS', () => {
  const env = { ALLOWED_ORIGINS: 'https://Example.org/, http://localhost:3000' }

  it.each([page, 'http://localhost:3000'])('a page of %s may call', async (origin) => {
    const { room } = await roomWithUser()
    for (const path of ['/api/users', '/nowhere', '/', `${room}/message`]) {
      const answer = await call('GET', path, { env, headers: { Origin: origin } })
      expect(corsOf(answer)).toEqual([origin, 'Origin'])
    }
    const asked = await call('OPTIONS', '/api/users', { env, headers: preflight(origin) })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin)
    expect(asked.headers.get('access-control-max-age')).toBe('86400')
    expect(asked.headers.get('vary')).toContain('Origin')
    const options = await call('OPTIONS', '/api/users', { env, headers: { Origin: origin } })
    expect(corsOf(options)).toEqual([origin, 'Origin'])
  })

  it.each(['https://example.com', 'http://example.org', 'https://x.example.org', 'null', `${page}:8443`])(
    'a page of %s may not, and caches keep its answers apart',
    async (origin) => {
      for (const [method, headers] of [
        ['GET', { Origin: origin }],
        ['OPTIONS', { Origin: origin }],
        ['OPTIONS', preflight(origin)],
        ['POST', { Origin: origin }],
      ] as const) {
        const [allowed, vary] = corsOf(await call(method, '/api/users', { env, headers }))
        expect([method, allowed]).toEqual([method, null])
        expect(vary).toContain('Origin')
      }
    },
  )

  it('who is no page may call, and its answers vary too', async () => {
    expect(corsOf(await call('GET', '/api/users', { env }))).toEqual([null, 'Origin'])
  })

  it('an answer that has not changed says so to the same pages', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'x')
    const headers = { Origin: page }
    const etag = (await call('GET', `${room}/message`, { env, headers })).headers.get('etag') ?? ''
    const same = await call('GET', `${room}/message`, { env, headers: { ...headers, 'If-None-Match': etag } })
    expect([same.status, ...corsOf(same)]).toEqual([304, page, 'Origin'])
    expect(same.headers.get('access-control-expose-headers')).toContain('ETag')
  })
})

describe('a browser is told', () => {
  const told = async (method: string, path: string, options = {}) =>
    Object.fromEntries((await call(method, path, options)).headers)
  const everywhere = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'cross-origin',
    'strict-transport-security': 'max-age=15552000',
  }

  it('to take data for nothing but data, in every kind of answer', async () => {
    const { name } = await newRoom()
    const answers = [
      ['GET', '/api/users'],
      ['GET', '/openapi.json'],
      ['GET', '/api/users/4711'],
      ['GET', '/nowhere'],
      ['PUT', '/api/users'],
      ['POST', '/api/users', { body: '{' }],
      ['POST', '/api/users', { body: new Uint8Array(70_000) }],
      ['OPTIONS', `/chatroom/${name}`],
    ] as const
    for (const [method, path, options] of answers) {
      expect(await told(method, path, options), `${method} ${path}`).toMatchObject({
        ...everywhere,
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
    }
  })

  it.each(['/', '/docs', '/moderate'])(
    'that the page %s takes scripts and styles from its own origin alone, and stands in no frame',
    async (path) => {
      const headers = await told('GET', path)
      expect(headers).toMatchObject(everywhere)
      const policy = (headers['content-security-policy'] ?? '').split('; ')
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
        ]),
      )
      // A second policy beside this one, or anything of unsafe-inline.
      expect(policy.join()).not.toMatch(/, |unsafe/)
    },
  )
})

describe('Turnstile', () => {
  const env = { TURNSTILE_SECRET: 'the widget’s secret', TURNSTILE_URL: 'https://turnstile.test/siteverify' }

  /** Stands in for siteverify, whose answer `verdict` gives; says what it was asked. */
  const siteverify = async <Done>(verdict: () => unknown, during: () => Promise<Done>) => {
    const asked: unknown[] = []
    const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input as RequestInfo, init as RequestInit)
      asked.push([request.method, request.url, Object.fromEntries(await request.formData())])
      const answer = await verdict()
      return answer instanceof Response ? answer : Response.json(answer)
    })
    const done = await during()
    fetch.mockRestore()
    return { asked, done }
  }
  const body = () => ({ name: fresh('user'), turnstileToken: 'from the widget' })

  it('is not asked unless there is a secret', async () => {
    const { asked } = await siteverify(
      () => ({ success: false }),
      () => ok('POST', '/api/users', { body: body() }),
    )
    expect(asked).toEqual([])
  })

  it('lets in whom it has seen', async () => {
    const { asked } = await siteverify(
      () => ({ success: true, 'error-codes': [] }),
      () => ok('POST', '/api/users', { env, headers: from('127.0.0.1'), body: body() }),
    )
    expect(asked).toEqual([
      ['POST', env.TURNSTILE_URL, { secret: env.TURNSTILE_SECRET, response: 'from the widget' }],
    ])
  })

  it('keeps out whom it has not, and nothing is stored', async () => {
    const given = body()
    const { done } = await siteverify(
      () => ({ success: false, 'error-codes': ['timeout-or-duplicate'] }),
      () => fails(403, 'POST', '/api/users', { env, body: given }),
    )
    expect(done).toMatchObject({ type: '/problems/challenge-failed' })
    await ok('POST', '/api/users', { body: given })
  })

  it('is not asked about what is no token', async () => {
    const { asked } = await siteverify(
      () => ({ success: true }),
      async () => {
        const missing = await fails(400, 'POST', '/api/users', { env, body: { name: fresh('user') } })
        expect(missing).toMatchObject({
          detail: 'missing turnstileToken',
          errors: [{ path: 'turnstileToken' }],
        })
        for (const turnstileToken of ['', 'x'.repeat(2049), 7]) {
          await fails(400, 'POST', '/api/users', { env, body: { ...body(), turnstileToken } })
        }
      },
    )
    expect(asked).toEqual([])
  })

  it('is asked by none but who creates a user, and not by the admin', async () => {
    const admin = { env: { ...env, ADMIN_TOKEN: 'the-admin' }, token: 'the-admin' }
    const { asked } = await siteverify(
      () => ({ success: false }),
      async () => {
        const { name } = await ok<{ name: string }>('POST', '/api/users', {
          ...admin,
          body: { name: fresh('user') },
        })
        const room = await ok<{ name: string }>('POST', '/api/chatroom', {
          env,
          body: { name: fresh('room') },
        })
        await ok('POST', `/chatroom/${room.name}/message`, { env, body: { userName: name, message: 'x' } })
      },
    )
    expect(asked).toEqual([])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('no network'))],
    ['answers with a page', () => new Response('<html>', { status: 502 })],
    ['answers with something else', () => null],
    ['knows another secret', () => ({ success: false, 'error-codes': ['invalid-input-secret'] })],
    ['is broken', () => ({ success: false, 'error-codes': ['internal-error'] })],
  ])('keeps everybody out when it %s: a check that nobody makes is none', async (_, verdict) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const given = body()
    const { done } = await siteverify(verdict, () => call('POST', '/api/users', { env, body: given }))
    expect([done.status, done.headers.get('retry-after')]).toEqual([503, '5'])
    expect(JSON.stringify(log.mock.calls)).not.toContain(env.TURNSTILE_SECRET)
    expect(JSON.stringify(log.mock.calls)).not.toContain(given.turnstileToken)
    log.mockRestore()
    await ok('POST', '/api/users', { body: given })
  })
})
