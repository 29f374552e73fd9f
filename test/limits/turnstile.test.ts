import { describe, expect, it, vi } from 'vitest'
import { call, fails, fetchWith, fresh, ok, origin } from '../support/api'
import { from } from '../support/limits'

describe('Turnstile', () => {
  const env = { TURNSTILE_SECRET: 'the widget’s secret', TURNSTILE_URL: 'https://turnstile.test/siteverify' }

  /** Replaces siteverify by `verdict` while `during` runs, and returns the requests that it got. */
  const siteverify = async <Done>(verdict: () => unknown, during: () => Promise<Done>) => {
    const requests: unknown[] = []
    const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input as RequestInfo, init as RequestInit)
      requests.push([request.method, request.url, Object.fromEntries(await request.formData())])
      const answer = await verdict()
      return answer instanceof Response ? answer : Response.json(answer)
    })
    const done = await during()
    fetch.mockRestore()
    return { requests, done }
  }
  const body = () => ({ name: fresh('user'), turnstileToken: 'from the widget' })

  it('is not called without a secret', async () => {
    const { requests } = await siteverify(
      () => ({ success: false }),
      () => ok('POST', '/api/users', { body: body() }),
    )
    expect(requests).toEqual([])
  })

  it('lets a verified visitor create a user', async () => {
    const { requests } = await siteverify(
      () => ({ success: true, 'error-codes': [] }),
      () => ok('POST', '/api/users', { env, headers: from('127.0.0.1'), body: body() }),
    )
    expect(requests).toEqual([
      ['POST', env.TURNSTILE_URL, { secret: env.TURNSTILE_SECRET, response: 'from the widget' }],
    ])
  })

  it('refuses a visitor that failed, and stores nothing', async () => {
    const given = body()
    const { done } = await siteverify(
      () => ({ success: false, 'error-codes': ['timeout-or-duplicate'] }),
      () => fails(403, 'POST', '/api/users', { env, body: given }),
    )
    expect(done).toMatchObject({ type: '/problems/challenge-failed' })
    await ok('POST', '/api/users', { body: given })
  })

  it('is not called with a malformed token', async () => {
    const { requests } = await siteverify(
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
    expect(requests).toEqual([])
  })

  it('is called only when a user is created, and not for the admin', async () => {
    const admin = { env: { ...env, ADMIN_TOKEN: 'the-admin' }, token: 'the-admin' }
    const { requests } = await siteverify(
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
    expect(requests).toEqual([])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('no network'))],
    ['answers with a page', () => new Response('<html>', { status: 502 })],
    ['answers with something else', () => null],
    ['knows another secret', () => ({ success: false, 'error-codes': ['invalid-input-secret'] })],
    ['is broken', () => ({ success: false, 'error-codes': ['internal-error'] })],
  ])('answers 503 when siteverify %s', async (_, verdict) => {
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

describe('the frame of the widget', () => {
  const env = { TURNSTILE_SECRET: 'secret', TURNSTILE_SITE_KEY: '0x4"AAA' }
  const frame = (more = {}) => fetchWith({ ...env, ...more }, new Request(`${origin}/turnstile`))
  const policyOf = ({ headers }: Response) => headers.get('content-security-policy')?.split('; ')

  it('loads the script of the widget and nothing else from elsewhere, and every page may show it', async () => {
    const answer = await frame()
    expect(answer.status).toBe(200)
    expect(policyOf(answer)).toEqual([
      "default-src 'none'",
      "script-src 'self' https://challenges.cloudflare.com",
      "style-src 'self'",
      'connect-src https://challenges.cloudflare.com',
      'frame-src https://challenges.cloudflare.com',
      "base-uri 'none'",
      "form-action 'none'",
      'frame-ancestors *',
    ])
    expect(answer.headers.get('x-frame-options')).toBeNull()
    expect(await answer.text()).toContain('data-site-key="0x4&#34;AAA"')
  })

  it('is shown only by pages of ALLOWED_ORIGINS and of its own origin', async () => {
    const answer = await frame({ ALLOWED_ORIGINS: 'https://example.org, https://*.preview.example' })
    expect(policyOf(answer)?.at(-1)).toBe(
      "frame-ancestors 'self' https://example.org  https://*.preview.example",
    )
  })

  it.each([{ TURNSTILE_SITE_KEY: '' }, { TURNSTILE_SECRET: '' }])(
    'is 404 unless both are set: %j',
    async (more) => {
      const answer = await frame(more)
      expect([answer.status, await answer.json()]).toMatchObject([404, { type: '/problems/not-found' }])
    },
  )
})
