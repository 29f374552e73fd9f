import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, fails, newRoom, ok } from '../support/api'
import { from, limiter, meter } from '../support/limits'
import { keyPair, keyServer, person, publishing, sign } from '../support/login'

let log: string[] = []
beforeEach(() => {
  log = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void log.push(line))
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const laterBy = (milliseconds: number) =>
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds })

describe("the site's keys", () => {
  it('are fetched once, not for every request', async () => {
    const { jwk, signed } = await keyPair('ES256', 'one')
    const { env, fetch } = publishing(jwk)
    const { name } = await newRoom()
    const token = await signed(person())
    for (let i = 0; i < 10; i++) await ok('PUT', `/chatroom/${name}`, { token, env, body: {} })
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('are fetched anew for a key that was not there, but not for each token that names one', async () => {
    const [first, second] = await Promise.all([keyPair('ES256', 'one'), keyPair('RS256', 'two')])
    const keys = [first.jwk]
    const { env, fetch } = publishing(...keys)
    fetch.mockImplementation(async () => Response.json({ keys }))
    const token = await first.signed(person())
    await ok('GET', '/api/users/me', { token, env })

    const rotated = await second.signed(person())
    for (let i = 0; i < 5; i++) {
      expect(await fails(401, 'GET', '/api/users/me', { token: rotated, env })).toMatchObject({
        detail: 'The login is not valid: no key of the site fits it (kid).',
      })
    }
    expect(fetch).toHaveBeenCalledTimes(1)

    keys.push(second.jwk)
    laterBy(31_000)
    await ok('GET', '/api/users/me', { token: rotated, env })
    await ok('GET', '/api/users/me', { token, env })
    expect(fetch).toHaveBeenCalledTimes(2)

    keys.shift()
    laterBy(11 * 60_000)
    await fails(401, 'GET', '/api/users/me', { token, env })
    await ok('GET', '/api/users/me', { token: rotated, env })
    expect(fetch).toHaveBeenCalledTimes(3)
  })

  it('are named by the token where several could have signed it', async () => {
    const [first, second] = await Promise.all([keyPair('ES256', 'one'), keyPair('ES256', 'two')])
    const { env } = publishing(first.jwk, second.jwk)
    await ok('GET', '/api/users/me', { token: await second.signed(person()), env })
    const { privateKey: key } = await crypto.subtle
      .generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
      .then((pair) => pair as CryptoKeyPair)
    const token = await sign(person(), { key, header: { alg: 'ES256' } })
    expect(await fails(401, 'GET', '/api/users/me', { token, env })).toMatchObject({
      detail: 'The login is not valid: it does not say which of several keys (kid) signed it.',
    })
    const forged = await sign(person(), { key, header: { alg: 'ES256', kid: 'two' } })
    expect(await fails(401, 'GET', '/api/users/me', { token: forged, env })).toMatchObject({
      detail: 'The login is not valid: wrong signature.',
    })
  })

  const slow = (init?: RequestInit) =>
    new Promise<Response>((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  const down = async () => {
    throw new TypeError('Network connection lost.')
  }
  const weak = { kty: 'RSA', kid: 'one', alg: 'ES256', n: 'AQAB', e: 'AQAB' }

  it.each<[string, Parameters<typeof keyServer>[0]]>([
    ['slow', slow],
    ['down', down],
    ['broken', () => new Response('oops', { status: 500 })],
    ['moved', () => Response.redirect('https://elsewhere.example/', 302)],
    ['not speaking JSON', () => new Response('<!doctype html>')],
    ['saying something else', () => Response.json({ keys: 'none' })],
    [
      'publishing what is no key',
      () => Response.json({ keys: [{ ...weak, kty: 'EC', crv: 'P-256', x: '', y: '' }] }),
    ],
  ])('out of reach are a 503 and nobody is let in: %s', async (_, answer) => {
    const { jwk, signed } = await keyPair('ES256', 'one')
    const server = keyServer(answer)
    const token = await signed(person())
    const { name } = await newRoom()
    const send = () =>
      call('POST', `/chatroom/${name}/message`, { token, env: server.env, body: { message: 'x' } })
    const began = Date.now()
    const response = await send()
    expect(Date.now() - began).toBeLessThan(4500)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable' })
    expect(log).toHaveLength(1)
    expect(log[0]).not.toContain(token)
    await ok('GET', `/chatroom/${name}`)

    if (_ === 'publishing what is no key') return
    server.fetch.mockImplementation(async () => Response.json({ keys: [jwk] }))
    expect((await send()).status, 'once they are back').toBe(201)
  })

  it('that are known go on being used while their server is down', async () => {
    const { jwk, signed } = await keyPair('EdDSA', 'one')
    const { env, fetch } = publishing(jwk)
    const token = await signed(person())
    await ok('GET', '/api/users/me', { token, env })
    fetch.mockImplementation(down)
    laterBy(9 * 60_000)
    await ok('GET', '/api/users/me', { token, env })
    // Keys expire, because a key that the site removes must stop working.
    laterBy(2 * 60_000)
    await fails(503, 'GET', '/api/users/me', { token, env })
  })

  it('are not asked for by callers over the limit', async () => {
    const { signed } = await keyPair('ES256', 'one')
    const { env: keys, fetch } = keyServer(down)
    const { name } = await newRoom()
    const limits = { ADDRESS_WRITES: limiter(1), ADDRESS_READS: limiter(1), ...meter() }
    const env = { ...keys, ...limits, TRUSTED_NAMES: 'bridge' }
    for (const trusted of ['somebody', 'bridge']) {
      const token = await signed(person(trusted))
      const options = { env, token, headers: from('203.0.113.9') }
      const send = () => call('POST', `/chatroom/${name}/message`, { ...options, body: { message: 'x' } })
      const statuses = [await send(), await send(), await send()].map(({ status }) => status)
      expect(statuses.at(-1)).toBe(429)
      await call('GET', '/api/users/me', options)
      await fails(429, 'GET', '/api/users/me', options)
    }
    // The write and the read within the limits.
    expect(fetch).toHaveBeenCalledTimes(2)
  })
})
