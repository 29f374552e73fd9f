import { base64url, exportSPKI } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { User } from '../../src/contract'
import type { Bindings } from '../../src/env'
import { call, fails, fresh, ok } from '../support/api'
import { keyPair, login, person, publishing, seconds, sign, withSecret } from '../support/login'
import fc from '../support/properties.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const me = (token: string, env: Partial<Bindings> = withSecret): Promise<User> =>
  ok('GET', '/api/users/me', { token, env })

/** Returns the reason for refusing a login. */
const refusal = async (token: string, env: Partial<Bindings> = withSecret): Promise<string> => {
  const response = await call('GET', '/api/users/me', { token, env })
  const { type, detail } = await response.json<{ type: string; detail: string }>()
  expect([response.status, response.headers.get('www-authenticate'), type]).toEqual([
    401,
    'Bearer realm="parlour", error="invalid_token"',
    '/problems/invalid-token',
  ])
  return detail.replace('The login is not valid: ', '')
}

describe('a login is accepted', () => {
  it('when it is signed with the shared secret', async () => {
    const claims = person()
    expect(await me(await sign(claims))).toMatchObject({ name: claims.name, protected: true })
  })

  it.each(['RS256', 'ES256', 'EdDSA'])('when it is signed with a key of the site: %s', async (alg) => {
    const { jwk, signed } = await keyPair(alg, 'one')
    const { env } = publishing(jwk)
    const claims = person()
    expect(await me(await signed(claims), env)).toMatchObject({ name: claims.name })
  })

  it('up to half a minute early or late, for clocks differ', async () => {
    await me(await sign({ ...person(), exp: seconds() - 20 }))
    await me(await sign({ ...person(), nbf: seconds() + 20 }))
  })

  it('for the audience `parlour`, when it is signed with a secret and no audience is configured', async () => {
    const claims = person()
    expect(await me(await sign({ ...claims, aud: 'parlour' }))).toMatchObject({ name: claims.name })
    const { jwk, signed } = await keyPair('ES256', 'one')
    const { env } = publishing(jwk)
    expect(await refusal(await signed({ ...person(), aud: 'parlour' }), env)).toMatch(/audience/)
  })

  it('with a name in another claim, or without one', async () => {
    const { name, ...claims } = person()
    const env = { ...withSecret, JWT_NAME_CLAIM: 'profile.nick' }
    const nick = fresh('nick')
    expect(await me(await sign({ ...claims, profile: { nick } }), env)).toMatchObject({ name: nick })
    expect((await me(await sign({ ...claims, sub: name }))).name).toMatch(/^User( \d+)?$/)
  })

  it('from the issuer and for the audience that are configured', async () => {
    const env = { ...withSecret, JWT_ISSUER: 'https://site.example', JWT_AUDIENCE: 'chat' }
    const claims = { ...person(), iss: 'https://site.example' }
    const { id } = await me(await sign({ ...claims, aud: 'chat' }), env)
    expect(await me(await sign({ ...claims, aud: ['other', 'chat'] }), env)).toMatchObject({ id })
    expect(await refusal(await sign({ ...claims, aud: 'other' }), env)).toBe('wrong audience (aud).')
    expect(await refusal(await sign({ ...claims, aud: ['other', 'chats'] }), env)).toBe(
      'wrong audience (aud).',
    )
    expect(await refusal(await sign(claims), env)).toBe('it has no aud.')
    const { iss: _, ...anonymous } = claims
    expect(await refusal(await sign({ ...anonymous, aud: 'chat' }), env)).toBe('it has no iss.')
    const wrong = { ...claims, iss: 'https://site.example/', aud: 'chat' }
    expect(await refusal(await sign(wrong), env)).toBe('wrong issuer (iss).')
  })

  it('with ten thousand characters', async () => {
    const token = await sign({ ...person(), more: 'x'.repeat(10_000) })
    expect(token.length).toBeGreaterThan(10_000)
    await me(token)
  })
})

describe('a login is refused', () => {
  const { exp, ...lasting } = person('somebody', 'x')
  it.each([
    ['expired', { ...lasting, exp: seconds() - 40 }],
    ['not valid yet (nbf)', { ...lasting, exp, nbf: seconds() + 60 }],
    ['it has no exp', lasting],
    ['its exp is no time', { ...lasting, exp: '2099-01-01' as unknown as number }],
    ['it has no sub', { name: 'x', exp }],
    ['its sub must be a text of 1 to 255 characters, or a whole number', { name: 'x', exp, sub: '' }],
    [
      'its sub must be a text of 1 to 255 characters, or a whole number',
      { name: 'x', exp, sub: 0.5 as unknown as string },
    ],
    [
      'its sub must be a text of 1 to 255 characters, or a whole number',
      { name: 'x', exp, sub: 'x'.repeat(256) },
    ],
    ['it is for another audience (aud), and JWT_AUDIENCE is not set', { ...lasting, exp, aud: 'chat' }],
  ])('%s', async (reason, claims) => {
    expect(await refusal(await sign(claims))).toBe(`${reason}.`)
  })

  const unsigned = (header: object, claims: object) =>
    [header, claims].map((part) => base64url.encode(JSON.stringify(part))).join('.')

  it('without a signature', async () => {
    const body = unsigned({ alg: 'none' }, person())
    for (const token of [`${body}.`, `${body}.AAAA`]) {
      expect(await refusal(token)).toMatch(/^(its algorithm \(alg\) is not allowed here|it is no JWT)\.$/)
    }
  })

  it('with another algorithm than those of its kind of key', async () => {
    const notAllowed = 'its algorithm (alg) is not allowed here.'
    const key = new TextEncoder().encode('x'.repeat(64))
    for (const alg of ['HS384', 'HS512']) {
      expect(await refusal(await sign(person(), { key, header: { alg } }))).toBe(notAllowed)
    }
    const { jwk, signed } = await keyPair('RS384', 'one')
    const { env } = publishing({ ...jwk, alg: 'RS256' })
    expect(await refusal(await signed(person()), env)).toBe(notAllowed)
  })

  it('with the public key used as if it were a secret', async () => {
    const { jwk, publicKey, signed } = await keyPair('RS256', 'one')
    const { env, fetch } = publishing(jwk)
    const pem = await exportSPKI(publicKey)
    for (const text of [pem, pem.trim(), JSON.stringify(jwk), jwk.n ?? '']) {
      const forged = await sign(person(), {
        key: new TextEncoder().encode(text),
        header: { alg: 'HS256', kid: 'one' },
      })
      expect(await refusal(forged, env)).toBe('its algorithm (alg) is not allowed here.')
    }
    expect(fetch).not.toHaveBeenCalled()
    expect(await refusal(await signed(person()))).toBe('its algorithm (alg) is not allowed here.')
  })

  it('with anything changed after it was signed', async () => {
    const [header = '', payload = '', signature = ''] = (await login()).split('.')
    const other = base64url.encode(JSON.stringify(person('admin')))
    expect(await refusal([header, other, signature].join('.'))).toBe('wrong signature.')
    expect(
      await refusal([header, payload, signature.replace(/^./, (x) => (x === 'A' ? 'B' : 'A'))].join('.')),
    ).toBe('wrong signature.')
    const secret = new TextEncoder().encode('x'.repeat(32))
    expect(await refusal(await sign(person(), { key: secret }))).toBe('wrong signature.')
    for (const token of ['a.b.c', `${header}.${payload}.`, `${header}..${signature}x`]) {
      expect(await refusal(token)).toMatch(/^(it is no JWT|wrong signature|No user has this token\. .*)\.$/)
    }
  })

  it('where logins are off', async () => {
    expect(await refusal(await login(), {})).toBe(
      'No user has this token. Send the token that POST /api/users returned, as `Authorization: Bearer <token>`. For the admin, set ADMIN_TOKEN in .dev.vars, or as a secret of the deployed Worker, and restart the server.',
    )
    expect(await refusal(await login(), { JWT_SECRET: '', JWT_JWKS_URL: '' })).toMatch(/^No user/)
  })

  it('whatever its claims and header are, never with a 5xx', async () => {
    const log = vi.spyOn(console, 'error')
    const odd = fc.oneof(fc.jsonValue(), fc.integer(), fc.string({ unit: 'binary' }), fc.double())
    const one = (...names: string[]) =>
      fc.tuple(fc.constantFrom(...names), odd).map(([name, value]) => ({ [name]: value }))
    const claims = one('sub', 'name', 'exp', 'nbf', 'iat', 'aud', 'iss', 'jti', '__proto__')
    const header = fc.oneof(fc.constant({}), one('kid', 'typ', 'crit', 'jwk', 'b64', 'alg', 'x5c'))
    const statuses = new Set<number>()
    await fc.assert(
      fc.asyncProperty(claims, header, async (claim, extra) => {
        const payload = base64url.encode(JSON.stringify({ ...person(), ...claim }))
        const protectedHeader = base64url.encode(JSON.stringify({ alg: 'HS256', ...extra }))
        const token = await signedBytes(`${protectedHeader}.${payload}`)
        const { status } = await call('GET', '/api/users/me', { token, env: withSecret })
        statuses.add(status)
      }),
      { numRuns: 300 },
    )
    expect([...statuses].filter((status) => ![200, 401].includes(status))).toEqual([])
    expect([...statuses]).toEqual(expect.arrayContaining([200, 401]))
    expect(log).not.toHaveBeenCalled()
  })
})

/** Signs any bytes. A library for tokens would refuse malformed ones. */
const signedBytes = async (body: string): Promise<string> => {
  const secret = new TextEncoder().encode(withSecret.JWT_SECRET)
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(body))
  return `${body}.${base64url.encode(new Uint8Array(signature))}`
}

describe('a wrong configuration of logins', () => {
  it.each<[string, Partial<Bindings>]>([
    ['JWT_SECRET must have at least 32 bytes', { JWT_SECRET: 'a-short-secret-of-31-bytes-only' }],
    ['JWT_JWKS_URL must be a URL that begins with https://', { JWT_JWKS_URL: 'http://keys.example/jwks' }],
    ['JWT_JWKS_URL must be a URL that begins with https://', { JWT_JWKS_URL: 'keys.example' }],
    ['both set', { ...withSecret, JWT_JWKS_URL: 'https://keys.example/jwks' }],
  ])('is said in the log and nowhere else: %s', async (text, env) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const token = await login()
    const problem = await fails(500, 'GET', '/api/users/me', { token, env })
    expect(JSON.stringify(problem)).not.toContain('JWT')
    const logged = JSON.stringify(log.mock.calls)
    expect(logged).toContain(text)
    for (const hidden of [token, ...token.split('.').slice(1), env.JWT_SECRET]) {
      if (hidden) expect(logged).not.toContain(hidden)
    }
    // Requests without a login are not affected.
    await ok('POST', '/api/users', { body: { name: fresh('user') }, env })
  })
})
