import { afterEach, describe, expect, it, vi } from 'vitest'
import type { NewUser } from '../../src/contract'
import { call, fails, fresh, newUser, ok, roomWithUser } from '../support/api'
import { counting, d1Error, failingBefore } from '../support/database'
import { from, limiter, meter } from '../support/limits'
import { logged } from '../support/log'

afterEach(() => vi.restoreAllMocks())

const here = '203.0.113.7'

describe('requests that no limit counts', () => {
  const exhaustedLimits = () => ({
    ADDRESS_WRITES: limiter(0),
    ADDRESS_READS: limiter(0),
    NAME_WRITES: limiter(0),
  })

  it('are those of the admin', async () => {
    const { room, userName } = await roomWithUser()
    const env = { ...exhaustedLimits(), ...meter(), ADMIN_TOKEN: 'the-admin' }
    const admin = { env, token: 'the-admin', headers: from(here) }
    await ok('POST', `${room}/message`, { ...admin, body: { userName, message: 'x' } })
    await ok('GET', '/api/users', admin)
    await fails(429, 'GET', '/api/users', { ...admin, token: 'the-admim' })
  })

  const protectedUser = (name = fresh('bot')) =>
    ok<NewUser>('POST', '/api/users', { body: { name, protected: true } })

  it('are those of a trusted name with its own token only', async () => {
    const [{ room }, trusted, other] = [await roomWithUser(), await protectedUser(), await newUser()]
    const env = { ...exhaustedLimits(), ...meter(), TRUSTED_NAMES: `${trusted.name.toUpperCase()} ` }
    const body = { message: 'x' }
    const post = (token?: string, userName = trusted.name) =>
      call('POST', `${room}/message`, {
        env,
        headers: from(here),
        body: { ...body, userName },
        ...(token && { token }),
      })
    expect((await post(trusted.token)).status).toBe(201)
    expect((await post()).status).toBe(429)
    expect((await post(other.token)).status).toBe(429)
    expect((await post('made-up')).status).toBe(429)
    await ok('GET', '/api/users', { env, headers: from(here), token: trusted.token })
  })

  it('are not those of an open user renamed to a trusted name, and the log lists the names that do not count', async () => {
    const log = logged()
    const [user, bot] = [await newUser(), await protectedUser()]
    const name = fresh('bridge')
    const env = { ...exhaustedLimits(), ...meter(), TRUSTED_NAMES: `${name}, nobody at all, ${bot.name}` }
    await ok('PATCH', `/api/users/${user.id}`, { body: { name } })
    for (let i = 0; i < 2; i++) {
      await fails(429, 'GET', '/api/users', { env, headers: from(here), token: user.token })
    }
    expect(log.lines()).toEqual([
      {
        event: 'names in TRUSTED_NAMES without a protected user are not trusted',
        requestId: expect.any(String),
        untrusted: `${name}, nobody at all`,
      },
    ])
    await ok('GET', '/api/users', { env, headers: from(here), token: bot.token })
  })

  it('are none while the look-up fails, and the log has the failure without the query', async () => {
    const log = logged()
    const { name, token } = await protectedUser()
    const env = { ...exhaustedLimits(), ...meter(), TRUSTED_NAMES: name }
    const db = failingBefore(d1Error('D1 DB is overloaded.'))
    await fails(429, 'GET', '/api/users', { env, db, headers: from(here), token })
    expect(log.lines()).toEqual([
      { event: 'look-up of a trusted name failed', requestId: expect.any(String), error: expect.any(String) },
    ])
    expect(JSON.stringify(log.lines())).not.toMatch(/select|token_hash/i)
  })

  it('cost one more look-up when the limit is reached, once, and otherwise none', async () => {
    const [{ room }, { name, token }] = [await roomWithUser(), await protectedUser()]
    const TRUSTED_NAMES = name
    await ok('PUT', room, { token })
    const costs = []
    for (const limits of [{}, exhaustedLimits(), exhaustedLimits()]) {
      const { db, cost } = counting()
      const env = { ...limits, ...meter(), TRUSTED_NAMES }
      await ok('POST', `${room}/message`, { env, db, token, headers: from(here), body: { message: 'x' } })
      costs.push(cost.roundTrips)
    }
    expect(costs).toEqual([1, 2, 1])
  })
})
