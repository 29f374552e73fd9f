import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { NewUser } from '../../src/contract'
import { fails, fresh, newUser, ok } from '../support/api'
import { counting } from '../support/database'
import { login, withSecret } from '../support/login'
import { browserKeys, newSubscription, PAGE, subscribe } from '../support/push'

type Listed = { subscriptions: { id: string; service: string; page: string; createdAt: string }[] }
const PATH = '/api/users/me/push'
const listed = async (token: string, options = {}) =>
  (await ok<Listed>('GET', PATH, { token, ...options })).subscriptions
const body = (more: object = {}) => ({ ...newSubscription(), ...more })
const rowsOf = async ({ id }: NewUser) =>
  (await env.DB.prepare('select * from push_subscriptions where user_id = ?').bind(id).all()).results

describe('a subscription', () => {
  it('is stored encrypted, in one round trip and two rows, and shown to its user only', async () => {
    const [user, other] = await Promise.all([newUser(), newUser()])
    const { db, cost } = counting()
    const given = { ...body(), expirationTime: null }
    const stored = await ok<{ id: string }>('PUT', PATH, { token: user.token, body: given, db })
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 2 })
    const shown = { service: 'push.example', page: PAGE, createdAt: expect.any(String) }
    expect(stored).toEqual({ id: expect.stringMatching(/^[\w-]{43}$/), ...shown })
    expect(await listed(user.token)).toEqual([stored])
    expect(await listed(other.token)).toEqual([])
    const rows = JSON.stringify(await rowsOf(user))
    for (const secret of [given.endpoint, 'push.example', 'site.example', ...Object.values(given.keys)])
      expect(rows).not.toContain(secret)
  })

  it('is replaced by a later one of the same browser, also by that of another user', async () => {
    const [first, second] = await Promise.all([newUser(), newUser()])
    const given = body()
    await ok('PUT', PATH, { token: first.token, body: given })
    await ok('PUT', PATH, { token: first.token, body: { ...given, page: 'https://site.example/b' } })
    expect(await listed(first.token)).toMatchObject([{ page: 'https://site.example/b' }])
    await ok('PUT', PATH, { token: second.token, body: given })
    expect([await listed(first.token), await listed(second.token)]).toMatchObject([[], [{ page: PAGE }]])
  })

  it('ends by its id, and all end without one, but those of others', async () => {
    const [user, other] = await Promise.all([newUser(), newUser()])
    for (let count = 0; count < 3; count++) await subscribe(user.token)
    await subscribe(other.token)
    const [first] = await listed(user.token)
    const [foreign] = await listed(other.token)
    const end = (id?: string) => ok('DELETE', id ? `${PATH}?id=${id}` : PATH, { token: user.token })
    expect(await end(foreign?.id)).toEqual({ endedCount: 0 })
    expect(await end(first?.id)).toEqual({ endedCount: 1 })
    expect(await end(first?.id)).toEqual({ endedCount: 0 })
    expect(await end()).toEqual({ endedCount: 2 })
    expect([await listed(user.token), await listed(other.token)]).toMatchObject([[], [{}]])
  })

  it('beyond the tenth of a user takes the place of the first', async () => {
    const user = await newUser()
    const endpoints: string[] = []
    for (let count = 0; count < 11; count++) endpoints.push(await subscribe(user.token))
    await env.DB.prepare('update push_subscriptions set created_at = 1 where id = ?')
      .bind((await listed(user.token))[0]?.id)
      .run()
    const before = await listed(user.token)
    await subscribe(user.token)
    const after = await listed(user.token)
    expect([before.length, after.length]).toEqual([10, 10])
    expect(after.slice(0, 9)).toEqual(before.slice(1))
  })

  it('can be that of a login, which it creates', async () => {
    const options = { env: withSecret }
    const token = await login()
    await subscribe(token, {}, options)
    expect(await listed(token, options)).toHaveLength(1)
  })

  it('takes a token', async () => {
    const { name } = await newUser()
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const options = method === 'PUT' ? { body: body() } : {}
      await fails(401, method, PATH, options)
      await fails(401, method, `${PATH}?userName=${name}`, options)
      await fails(401, method, PATH, { ...options, token: 'x'.repeat(43) })
    }
  })

  it.each<[path: string, more: object, message: string]>([
    ['endpoint', { endpoint: undefined }, 'missing endpoint'],
    ...[
      'http://push.example/a',
      'https://localhost/a',
      'https://app.localhost/a',
      'https://127.0.0.1/a',
      'https://2130706433/a',
      'https://0x7f.1/a',
      'https://10.0.0.1/a',
      'https://[::1]/a',
      'https://[::ffff:10.0.0.1]/a',
      'https://printer.local/a',
      'https://db.internal./a',
      'https://intranet/a',
      'https://push.example:8443/a',
      'https://user@push.example/a',
      `https://push.example/${'a'.repeat(2000)}`,
      'push.example',
    ].map((endpoint): [string, object, string] => ['endpoint', { endpoint }, 'push service']),
    ['keys.p256dh', { keys: { auth: browserKeys.keys.auth } }, 'missing keys.p256dh'],
    ['keys.p256dh', { keys: { ...browserKeys.keys, p256dh: 'abc' } }, '65 bytes'],
    ['keys.auth', { keys: { ...browserKeys.keys, auth: 'abc' } }, '16 bytes'],
    ['keys', { keys: undefined }, 'missing keys'],
    ['page', { page: 'javascript:alert(1)' }, 'URL of your page'],
    ['page', { page: `https://site.example/${'a'.repeat(1000)}` }, 'URL of your page'],
  ])('is refused for its %s: %o', async (path, more, message) => {
    const { token } = await newUser()
    const problem = await fails(400, 'PUT', PATH, { token, body: body(more) })
    expect(problem.errors).toEqual([{ path, message: expect.stringContaining(message) }])
  })

  it('leads to pages that ALLOWED_ORIGINS allows, and to those of the server', async () => {
    const { token } = await newUser()
    const options = { env: { ALLOWED_ORIGINS: 'https://site.example' }, token }
    await ok('PUT', PATH, { ...options, body: body() })
    await ok('PUT', PATH, { ...options, body: body({ page: 'http://parlour.test/' }) })
    const headers = { 'X-Forwarded-Proto': 'https' }
    await ok('PUT', PATH, { ...options, headers, body: body({ page: 'https://parlour.test/' }) })
    const problem = await fails(403, 'PUT', PATH, {
      ...options,
      body: body({ page: 'https://evil.example/' }),
    })
    expect(problem).toMatchObject({ type: '/problems/origin-not-allowed' })
  })

  it('can only be ended where Web Push is off', async () => {
    const { token } = await newUser()
    await subscribe(token)
    const off = { token, env: { VAPID_PRIVATE_KEY: '' } }
    await fails(404, 'PUT', PATH, { ...off, body: body() })
    expect((await fails(404, 'GET', PATH, off)).detail).toContain('VAPID_PRIVATE_KEY')
    expect(await ok('DELETE', PATH, off)).toEqual({ endedCount: 1 })
  })

  it('is not shown once the key of the server is another one', async () => {
    const { token } = await newUser()
    await subscribe(token)
    const VAPID_PRIVATE_KEY = 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'
    expect(await listed(token, { env: { VAPID_PRIVATE_KEY } })).toEqual([])
    expect(await listed(token)).toHaveLength(1)
  })
})

describe('the subscriptions of a user end', () => {
  it.each(['', '?messages=delete'])('with the user: DELETE …%s', async (query) => {
    const user = await newUser()
    await subscribe(user.token)
    await ok('DELETE', `/api/users/${user.id}${query}`, { token: user.token })
    expect(await rowsOf(user)).toEqual([])
  })

  it('with the token that they were made with', async () => {
    const user = await newUser()
    await subscribe(user.token)
    await ok('POST', `/api/users/${user.id}/token`, { token: user.token })
    expect(await rowsOf(user)).toEqual([])
  })

  it('not with another name', async () => {
    const user = await newUser()
    await subscribe(user.token)
    await ok('PATCH', `/api/users/${user.id}`, { token: user.token, body: { name: fresh('renamed') } })
    expect(await rowsOf(user)).toHaveLength(1)
  })
})
