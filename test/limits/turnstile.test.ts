import { describe, expect, it, vi } from 'vitest'
import { call, fails, fresh, ok } from '../support/api'
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
