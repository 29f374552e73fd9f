import { describe, expect, it } from 'vitest'
import { call, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { from, limiter, meter } from '../support/limits'

const page = 'https://example.org'
const preflight = (origin: string) => ({ Origin: origin, 'Access-Control-Request-Method': 'POST' })
const corsOf = ({ headers }: Response) => [headers.get('access-control-allow-origin'), headers.get('vary')]

describe('CORS without ALLOWED_ORIGINS', () => {
  it('allows every origin, with one answer for all of them', async () => {
    for (const path of ['/api/users', '/api/users/4711', '/nowhere', '/']) {
      expect(corsOf(await call('GET', path, { headers: { Origin: page } }))).toEqual(['*', null])
    }
  })

  it('exposes the headers of a refusal', async () => {
    const env = { ADDRESS_WRITES: limiter(0), ...meter() }
    const headers = { ...from('203.0.113.7'), Origin: page }
    const refused = await call('POST', '/api/users', { env, headers, body: {} })
    expect(refused.status).toBe(429)
    const exposed = refused.headers.get('access-control-expose-headers')?.split(',')
    expect(exposed).toEqual(expect.arrayContaining(['Retry-After', 'RateLimit', 'RateLimit-Policy']))
  })
})

describe('CORS with ALLOWED_ORIGINS', () => {
  const env = { ALLOWED_ORIGINS: 'https://Example.org/, http://localhost:3000' }

  it.each([page, 'http://localhost:3000'])('allows a page of %s', async (origin) => {
    const { room } = await roomWithUser()
    for (const path of ['/api/users', '/nowhere', '/']) {
      const answer = await call('GET', path, { env, headers: { Origin: origin } })
      expect(corsOf(answer)).toEqual([origin, 'Origin'])
    }
    const messages = await call('GET', `${room}/message`, { env, headers: { Origin: origin } })
    expect(corsOf(messages)).toEqual([origin, 'Origin, Authorization'])
    const asked = await call('OPTIONS', '/api/users', { env, headers: preflight(origin) })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin)
    expect(asked.headers.get('access-control-max-age')).toBe('86400')
    expect(asked.headers.get('vary')).toContain('Origin')
    const options = await call('OPTIONS', '/api/users', { env, headers: { Origin: origin } })
    expect(corsOf(options)).toEqual([origin, 'Origin'])
  })

  it.each(['https://example.com', 'http://example.org', 'https://x.example.org', 'null', `${page}:8443`])(
    'refuses a page of %s, and makes caches keep its answers apart',
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

  const previews = {
    ALLOWED_ORIGINS: 'https://*.preview.example, http://localhost:*, https://site-*.pages.example',
  }
  it.each([
    ['https://a.preview.example', true],
    ['https://b-2.a.preview.example', true],
    ['http://localhost:5173', true],
    ['https://site-12.pages.example', true],
    ['https://preview.example', false],
    ['http://a.preview.example', false],
    ['https://a.preview.example.evil.example', false],
    ['https://apreviewxexample', false],
    ['https://a.preview.example:8443', false],
    ['http://localhost', false],
    ['http://localhost.evil.example:80', false],
    ['https://evil.example/.preview.example', false],
    ['null', false],
  ])('with a wildcard answers a page of %s: %s', async (origin, isAllowed) => {
    for (const method of ['GET', 'OPTIONS']) {
      const headers = method === 'GET' ? { Origin: origin } : preflight(origin)
      const answer = await call(method, '/api/users', { env: previews, headers })
      expect(corsOf(answer)).toEqual([isAllowed ? origin : null, 'Origin'])
    }
    const listening = await call('GET', `/chatroom/nowhere/live`, {
      env: previews,
      headers: { Origin: origin },
    })
    expect(listening.status).toBe(isAllowed ? 404 : 403)
  })

  it.each([
    ['https://münchen.example', 'https://xn--mnchen-3ya.example', true],
    ['https://*.münchen.example/', 'https://a.xn--mnchen-3ya.example', true],
    ['https://münchen.example:*', 'https://xn--mnchen-3ya.example:8443', true],
    ['https://münchen.example:*', 'https://xn--mnchen-3ya.example', false],
    ['https://*.münchen.example', 'https://axxn--mnchen-3ya.example', false],
    ['https://Example.org:443', 'https://example.org', true],
    ['https://*:*', 'https://example.org:8443', true],
    ['http://[::1]:3000', 'http://[::1]:3000', true],
    ['capacitor://localhost', 'capacitor://localhost', true],
  ])('with the entry %s answers a page of %s: %s', async (entry, origin, isAllowed) => {
    const answer = await call('GET', '/api/users', {
      env: { ALLOWED_ORIGINS: entry },
      headers: { Origin: origin },
    })
    expect(corsOf(answer)).toEqual([isAllowed ? origin : null, 'Origin'])
  })

  it('answers a client without an Origin, and its answers vary too', async () => {
    expect(corsOf(await call('GET', '/api/users', { env }))).toEqual([null, 'Origin'])
  })

  it('allows the same pages in an answer 304', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'x')
    const headers = { Origin: page }
    const etag = (await call('GET', `${room}/message`, { env, headers })).headers.get('etag') ?? ''
    const same = await call('GET', `${room}/message`, { env, headers: { ...headers, 'If-None-Match': etag } })
    expect([same.status, ...corsOf(same)]).toEqual([304, page, 'Origin, Authorization'])
    expect(same.headers.get('access-control-expose-headers')).toContain('ETag')
  })
})

describe('CORS headers', () => {
  it('allow every method and header of the API, for a day', async () => {
    const headers = { Origin: 'https://example.org', 'Access-Control-Request-Method': 'PATCH' }
    const preflight = await call('OPTIONS', '/chatroom/x/message/1', { headers })
    const allowed = Object.fromEntries(preflight.headers)
    expect(preflight.status).toBe(204)
    expect(allowed['access-control-allow-methods']).toBe('GET,HEAD,POST,PUT,PATCH,DELETE')
    expect(allowed['access-control-allow-headers']).toBe(
      'Authorization,Content-Type,Idempotency-Key,If-None-Match,Last-Event-ID,Parlour-After,x-d1-bookmark',
    )
    expect(allowed['access-control-max-age']).toBe('86400')
    expect(allowed['access-control-allow-credentials']).toBeUndefined()
  })

  it.each([
    ['Sentry', 'sentry-trace,baggage'],
    ['OpenTelemetry', 'traceparent,tracestate'],
    ['Datadog', 'x-datadog-trace-id, x-datadog-parent-id, x-datadog-origin'],
    ['htmx', 'hx-request,hx-current-url,hx-target'],
    ['jQuery and axios', 'X-Requested-With, X-XSRF-TOKEN'],
    ['a reload', 'cache-control,pragma'],
    ['the API', 'content-type,authorization'],
  ])('allow those that a page asks for, such as those of %s', async (_, asked) => {
    const answer = await call('OPTIONS', '/chatroom/x/message', {
      headers: { ...preflight(page), 'Access-Control-Request-Headers': asked },
    })
    const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase().split(',')
    expect(allowed).toEqual(expect.arrayContaining(asked.toLowerCase().split(/, */)))
    expect(allowed).toHaveLength(new Set(allowed).size)
    expect(allowed).toContain('content-type')
  })

  it('allow nothing that can not be the name of a header', async () => {
    const asked = 'x-mine, a b, <script>, x:1, "x"'
    const answer = await call('OPTIONS', '/chatroom/x/message', {
      headers: { ...preflight(page), 'Access-Control-Request-Headers': asked },
    })
    const allowed = answer.headers.get('access-control-allow-headers')?.split(',')
    expect(allowed?.slice(7)).toEqual(['x-mine'])
  })

  it('allow a method in small letters as the page writes it', async () => {
    const headers = { ...preflight(page), 'Access-Control-Request-Method': 'patch' }
    const answer = await call('OPTIONS', '/api/users/1', { headers })
    expect(answer.headers.get('access-control-allow-methods')?.split(',')).toContain('patch')
    const { id } = await newUser()
    await ok('patch', `/api/users/${id}`, { body: { name: fresh('user') } })
    const unknown = { ...preflight(page), 'Access-Control-Request-Method': 'TRACE' }
    const refused = await call('OPTIONS', '/api/users/1', { headers: unknown })
    expect(refused.headers.get('access-control-allow-methods')).not.toContain('TRACE')
  })

  it('expose the headers that a page needs, also of failures', async () => {
    for (const path of ['/api/users', '/api/users/4711', '/nowhere']) {
      const exposed = (await call('GET', path)).headers.get('access-control-expose-headers')?.split(',')
      expect(exposed?.toSorted()).toEqual([
        'Allow',
        'ETag',
        'Idempotent-Replayed',
        'Link',
        'Location',
        'Parlour-Seq',
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
