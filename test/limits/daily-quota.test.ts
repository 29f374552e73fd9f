import type { env as bindings } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DailyQuota } from '../../src/limits/daily-quota'
import type { LeaseRequest } from '../../src/limits/meter'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { counting, d1Error, failingBefore } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { meter } from '../support/limits'
import { person, sign } from '../support/login'

const DAY = 86_400
const quiet = () => vi.spyOn(console, 'warn').mockImplementation(() => undefined)
afterEach(() => vi.useRealTimers())

/** Sends messages until one is refused or `most` are stored. Returns the numbers of messages and rows. */
const sendUntilRefused = async (env: object, most = 200) => {
  const { room, userName } = await roomWithUser()
  await ok('PUT', room, { body: { userName } })
  const { db, cost } = counting()
  for (let stored = 0; stored < most; stored++) {
    const body = { userName, message: 'x' }
    const response = await call('POST', `${room}/message`, { env, db, body })
    if (response.status !== 201) return { stored, rows: cost.rowsWritten, response }
  }
  return { stored: most, rows: cost.rowsWritten, response: undefined }
}

describe('when the day’s writes are used up', () => {
  it('writing is refused until midnight, UTC; reading goes on and the admin may write', async () => {
    const log = quiet()
    const error = vi.spyOn(console, 'error')
    const env = { ...meter(), DAILY_WRITES: 40, ADMIN_TOKEN: 'the-admin' }
    const { response } = await sendUntilRefused(env)
    expect(await response?.json()).toMatchObject({
      type: '/problems/daily-limit',
      status: 503,
    })
    const wait = Number(response?.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(DAY)
    for (const [method, path] of [
      ['POST', '/api/users'],
      ['DELETE', '/api/users/1'],
      ['PUT', '/chatroom/x'],
    ] as const) {
      await fails(503, method, path, { env, ...(method !== 'DELETE' && { body: {} }) })
    }
    for (const path of ['/api/users', '/api/hello', '/openapi.json']) await ok('GET', path, { env })
    await ok('POST', '/api/users', { env, token: 'the-admin', body: { name: fresh('user') } })
    expect([...log.mock.calls, ...error.mock.calls], 'a flood is one line in the log').toHaveLength(1)
    error.mockRestore()
    log.mockRestore()
  })

  it('they begin anew the day after', async () => {
    const log = quiet()
    const env = { ...meter(), DAILY_WRITES: 8 }
    const { response } = await sendUntilRefused(env)
    expect(response?.status).toBe(503)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY * 1000 })
    await ok('POST', '/api/users', { env, body: { name: fresh('user') } })
    log.mockRestore()
  })
})

describe('the day’s writes', () => {
  it('are counted in rows as D1 counts them, and never exceeded', async () => {
    const log = quiet()
    const { stored, rows } = await sendUntilRefused({ ...meter(), DAILY_WRITES: 60 })
    expect(rows).toBe(stored)
    expect(rows).toBeLessThanOrEqual(60)
    expect(rows).toBeGreaterThan(50)
    log.mockRestore()
  })

  it('are those of all isolates together', async () => {
    const log = quiet()
    const name = fresh('meter')
    const isolates = Array.from({ length: 5 }, () => ({ ...meter(name), DAILY_WRITES: 60 }))
    const sent = await Promise.all(isolates.map((env) => sendUntilRefused(env)))
    expect(sent.every(({ response }) => response?.status === 503)).toBe(true)
    expect(sent.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(60)
    log.mockRestore()
  })

  it('are asked for now and then, not by each write', async () => {
    const { asked, METER } = meter()
    const { stored } = await sendUntilRefused({ METER, DAILY_WRITES: 90_000 }, 100)
    expect(stored).toBe(100)
    expect(asked.length).toBeLessThanOrEqual(6)
  })

  it('are not used by refused writes, but by writes that may be stored', async () => {
    const log = quiet()
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const env = { ...meter(), DAILY_WRITES: 8 }
    for (let i = 0; i < 10; i++) {
      await fails(400, 'POST', '/api/users', { env, body: {} })
      await fails(404, 'DELETE', '/api/users/4711', { env })
      await fails(413, 'POST', '/api/users', { env, body: new Uint8Array(70_000) })
    }
    for (let i = 0; i < 2; i++) {
      const db = failingBefore(d1Error('Network connection lost.'))
      expect(
        await fails(503, 'POST', '/api/users', { env, db, body: { name: fresh('user') } }),
      ).toMatchObject({
        type: '/problems/unavailable',
      })
    }
    expect(await fails(503, 'POST', '/api/users', { env, body: {} })).toMatchObject({
      type: '/problems/daily-limit',
    })
    for (const spy of [log, error]) spy.mockRestore()
  })

  it('are those of reads that write and of large writes too, and another isolate knows at once', async () => {
    const log = quiet()
    const { room, owner, member } = await roomFixture()
    for (let i = 0; i < 12; i++) await say(room, member.name, `message ${i}`)
    const name = fresh('meter')
    const { db, cost } = counting()
    const env = { ...meter(name), DAILY_WRITES: 1000, JWT_SECRET: 'x'.repeat(32) }
    const token = await sign(person(), { key: new TextEncoder().encode(env.JWT_SECRET) })
    // A login's first use makes its user, and listening is remembered.
    await ok('GET', '/api/users/me', { env, db, token })
    const listened = await call('GET', `${room}/live`, { env, db, token: owner.token })
    await listened.body?.cancel()
    expect(cost.rowsWritten).toBeGreaterThan(2)
    const span = 'from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z'
    const purged = `${room}/message?author=${member.name}&${span}`
    await ok('DELETE', purged, { env, db, token: owner.token })
    expect(cost.rowsWritten).toBeGreaterThan(24)
    const { rows } = await meter(name).METER.getByName('meter').lease({ rows: 1000, debt: 0, limit: 1000 })
    // The rest of the lease of 8 has been given out already.
    expect(1000 - rows).toBeGreaterThanOrEqual(cost.rowsWritten)
    expect(1000 - rows).toBeLessThan(cost.rowsWritten + 16)
    log.mockRestore()
  })

  it.each(['0', 0, undefined])('are without a limit where it is %j', async (DAILY_WRITES) => {
    const { asked, METER } = meter()
    expect(await sendUntilRefused({ METER, DAILY_WRITES }, 20)).toMatchObject({ stored: 20 })
    expect(asked).toEqual([])
  })

  it('have the default limit when the variable is not a number', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const env = { ...meter(), DAILY_WRITES: '90_000' }
    await fails(500, 'POST', '/api/users', { env, body: { name: fresh('user') } })
    expect(JSON.stringify(error.mock.calls)).toContain('DAILY_WRITES must be a number')
    error.mockRestore()
  })
})

describe('when the meter can’t be reached', () => {
  const gone = (lease: () => Promise<never>) => ({
    METER: { getByName: () => ({ lease }) } as unknown as typeof bindings.METER,
    DAILY_WRITES: 4,
  })

  it.each([
    ['fails', () => Promise.reject(new Error('overloaded'))],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('because it %s, writing goes on', async (_, lease) => {
    const log = quiet()
    const asked = vi.fn(lease)
    expect(await sendUntilRefused(gone(asked), 10)).toMatchObject({ stored: 10 })
    expect(asked).toHaveBeenCalledTimes(1)
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
  })

  it('rows written meanwhile are reported to it later', async () => {
    const log = quiet()
    vi.useFakeTimers({ toFake: ['Date'] })
    const asked: LeaseRequest[] = []
    let reachable = false
    const allowance = new DailyQuota((request) => {
      asked.push(request)
      if (!reachable) return Promise.reject(new Error('overloaded'))
      return Promise.resolve({ rows: request.rows, until: Date.now() + DAY * 1000, secret: 's' })
    }, 1000)
    for (let i = 0; i < 5; i++) {
      expect(await allowance.reserve(() => undefined)).toEqual({ rows: 4 })
      allowance.settle(3, 4, () => undefined)
    }
    reachable = true
    vi.setSystemTime(Date.now() + 20_000)
    await allowance.reserve(() => undefined)
    expect(asked).toEqual([
      { rows: 8, debt: 0, limit: 1000 },
      { rows: 8, debt: 15, limit: 1000 },
    ])
    expect(allowance.secret).toBe('s')
    log.mockRestore()
  })
})

it('rows beyond the lease are told to the meter at once, each once', async () => {
  const asked: LeaseRequest[] = []
  const work: Promise<unknown>[] = []
  const background = (done: Promise<unknown>) => void work.push(done)
  const quota = new DailyQuota((request) => {
    asked.push(request)
    return Promise.resolve({ rows: request.rows, until: Date.now() + DAY * 1000, secret: 's' })
  }, 1000)
  await quota.reserve(background)
  await quota.reserve(background)
  quota.settle(504, 4, background)
  quota.settle(54, 4, background)
  quota.settle(2, 0, background)
  await Promise.all(work)
  const debts = asked.reduce((sum, { debt }) => sum + debt, 0)
  expect(debts).toBe(552 - asked.slice(1).reduce((sum, { rows }) => sum + rows, 0))
})

describe('a lease', () => {
  it('is small at first and twice the size each time, up to a bound', async () => {
    const sizes: number[] = []
    const allowance = new DailyQuota(({ rows }) => {
      sizes.push(rows)
      return Promise.resolve({ rows, until: Date.now() + DAY * 1000, secret: 's' })
    }, 1_000_000)
    for (let i = 0; i < 300; i++) await allowance.reserve((work) => void work)
    expect([...new Set(sizes)]).toEqual([8, 16, 32, 64, 128, 256])
  })

  it('counts the writes of the admin, and never refuses them', async () => {
    const log = quiet()
    const name = fresh('meter')
    const env = { ...meter(name), DAILY_WRITES: 20, ADMIN_TOKEN: 'the-admin' }
    for (let i = 0; i < 10; i++) {
      await ok('POST', '/api/users', { env, token: 'the-admin', body: { name: fresh('user') } })
    }
    await newUser()
    await fails(503, 'POST', '/api/users', { env, body: { name: fresh('user') } })
    log.mockRestore()
  })
})
