import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { counting } from '../support/database'
import { from, limiter, meter } from '../support/limits'
import { logged } from '../support/log'

afterEach(() => vi.restoreAllMocks())

const here = '203.0.113.7'
const there = '198.51.100.1'
const newName = () => ({ name: fresh('user') })

/** Writes from an address, and returns the status. */
const write = async (env: object, address: string): Promise<number> =>
  (await call('POST', '/api/users', { env, headers: from(address), body: newName() })).status

describe('an address', () => {
  it('that writes too much is told to wait, and for how long; others are not, and it may read', async () => {
    const env = { ADDRESS_WRITES: limiter(2), ...meter() }
    expect([await write(env, here), await write(env, here)]).toEqual([201, 201])
    const body = newName()
    const refused = await call('POST', '/api/users', { env, headers: from(here), body })
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '60',
      'ratelimit-policy': '"address-writes";q=300;w=60',
      ratelimit: '"address-writes";r=0;t=60',
    })
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { type: '/problems/rate-limited', title: 'Too many requests' },
    ])
    expect(await write(env, there)).toBe(201)
    await ok('GET', '/api/users', { env, headers: from(here) })
    await ok('POST', '/api/users', { body })
  })

  it('that reads too much is told to wait, and may write', async () => {
    const env = { ADDRESS_READS: limiter(2), ...meter() }
    const headers = from(here)
    expect(await write(env, here)).toBe(201)
    for (const path of ['/api/users', '/api/hello']) await ok('GET', path, { env, headers })
    const refused = await call('HEAD', '/openapi.json', { env, headers })
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([429, '"address-reads";r=0;t=60'])
    expect(await write(env, here)).toBe(201)
    expect((await call('OPTIONS', '/api/users', { env, headers })).status).toBe(204)
  })

  it('has one budget for writing, whichever way the path is spelled', async () => {
    const { room, userName } = await roomWithUser()
    const ADDRESS_WRITES = limiter(100)
    const env = { ADDRESS_WRITES, ...meter() }
    const requests = [
      ['POST', '/api/user', newName()],
      ['POST', '/api/users', newName()],
      ['POST', '/api/%75sers', newName()],
      ['POST', '/api/users?x=1', newName()],
      ['POST', '/api/users/', newName()],
      ['POST', '/api/USERS', newName()],
      ['POST', '//api/users', newName()],
      ['POST', '/api/chatrooms', newName()],
      ['POST', `${room}/message`, { userName, message: 'x' }],
      ['POST', `${room}/%6dessage`, { userName, message: 'x' }],
      ['PUT', room, { userName }],
      ['PATCH', `${room}/message/1`, { userName, message: 'y' }],
      ['DELETE', `${room}/message/1?userName=${userName}`],
      ['PROPFIND', '/'],
    ] as const
    for (const [method, path, body] of requests) {
      await call(method, path, { env, headers: from(here), ...(body && { body }) })
    }
    expect([...ADDRESS_WRITES.counts.values()]).toEqual([requests.length])
  })

  it('has one budget for reading, whichever way the path is spelled', async () => {
    const ADDRESS_READS = limiter(100)
    const env = { ADDRESS_READS, ...meter() }
    await write(env, here)
    const paths = ['/api/user', '/api/users', '/api/%75sers', '/api/users?limit=1', '/api/users/', '/', '/x']
    for (const path of paths) await call('GET', path, { env, headers: from(here) })
    for (const path of paths) await call('HEAD', path, { env, headers: from(here) })
    expect([...ADDRESS_READS.counts.values()]).toEqual([2 * paths.length])
  })

  it('is the same to all isolates, once each has read the instance’s secret from the meter', async () => {
    const ADDRESS_READS = limiter(100)
    const name = fresh('meter')
    for (const isolate of [meter(name), meter(name)]) {
      const options = { env: { ADDRESS_READS, ...isolate }, headers: from(here) }
      for (let i = 0; i < 3; i++) await ok('GET', '/api/users', options)
      expect(isolate.asked).toEqual([{ rows: 0, debt: 0, limit: 90_000 }])
    }
    expect([...ADDRESS_READS.counts.values()].sort()).toEqual([1, 1, 4])
  })

  it('comes from Cloudflare, not from the caller', async () => {
    const ADDRESS_WRITES = limiter(100)
    const env = { ADDRESS_WRITES, ...meter() }
    for (const name of [
      'X-Forwarded-For',
      'X-Real-IP',
      'Forwarded',
      'True-Client-IP',
      'CF-Connecting-IPv6',
    ]) {
      const headers = { ...from(here), [name]: fresh('10.0.0.1, ') }
      await ok('POST', '/api/users', { env, headers, body: newName() })
      await ok('POST', '/api/users', { env, headers: { [name]: '127.0.0.1' }, body: newName() })
    }
    expect([...ADDRESS_WRITES.counts.values()]).toEqual([5])
  })

  it('that makes rooms in bulk gets as many as it may write, and no row more', async () => {
    const env = { ADDRESS_WRITES: limiter(5), ...meter() }
    const prefix = fresh('bulk')
    const { db, cost } = counting()
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const body = { name: `${prefix}-${i}` }
        return (await call('POST', '/api/chatroom', { env, db, headers: from(here), body })).status
      }),
    )
    expect(statuses.filter((status) => status === 201)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(45)
    expect(cost.roundTrips).toBe(5)
  })

  it('of IPv6 is the whole /64', async () => {
    const env = { ADDRESS_WRITES: limiter(1), ...meter() }
    expect(await write(env, '2001:db8:0:1::1')).toBe(201)
    expect(await write(env, '2001:db8:0:1:ffff::2')).toBe(429)
    expect(await write(env, '2001:db8:0:2::1')).toBe(201)
  })

  it('is refused before its body is looked at', async () => {
    const env = { ADDRESS_WRITES: limiter(0), ...meter() }
    for (const body of ['{', new Uint8Array(100_000), new Blob([new Uint8Array(100_000)]).stream()]) {
      await fails(429, 'POST', '/api/users', { env, headers: from(here), body })
    }
  })

  it('is stored only as a hash, which differs between instances', async () => {
    const spies = (['log', 'warn', 'error'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    )
    const keys = []
    for (const name of ['one', 'another']) {
      const ADDRESS_WRITES = limiter(1)
      const env = { ADDRESS_WRITES, ...meter(fresh(name)), DAILY_WRITES: 4 }
      for (const status of [201, 429]) expect(await write(env, here)).toBe(status)
      await fails(500, 'GET', '/api/users', { env, headers: from(here), db: {} as D1Database })
      keys.push(...ADDRESS_WRITES.counts.keys())
    }
    expect(new Set(keys).size).toBe(2)
    expect(JSON.stringify([keys, spies.map(({ mock }) => mock.calls)])).not.toContain(here)
    for (const spy of spies) spy.mockRestore()
  })

  it('of this machine is not counted, and neither are its writes', async () => {
    const none = limiter(0)
    const { asked, METER } = meter()
    const env = { ADDRESS_WRITES: none, ADDRESS_READS: none, NAME_WRITES: none, METER, DAILY_WRITES: 4 }
    const { room, userName } = await roomWithUser()
    for (const address of ['127.0.0.1', '::1', '127.0.0.1', '::1']) {
      const options = { env, headers: from(address) }
      await ok('POST', `${room}/message`, { ...options, body: { userName, message: 'x' } })
      await ok('GET', `${room}/message`, options)
    }
    expect([none.counts.size, asked]).toEqual([0, []])
  })

  it('is not kept out by a limiter that fails, and the failure is logged', async () => {
    const log = logged()
    const broken = { limit: () => Promise.reject(new Error('no limits today')) }
    expect(await write({ ADDRESS_WRITES: broken, ...meter() }, here)).toBe(201)
    expect(log.lines()).toEqual([
      {
        event: 'rate limiter failed',
        requestId: expect.any(String),
        limit: 'ADDRESS_WRITES',
        error: expect.stringContaining('no limits today'),
      },
    ])
  })

  it('that claims to be this machine itself is counted where others can reach the server', async () => {
    const env = { ADDRESS_WRITES: limiter(1), ...meter(), LOOPBACK_ONLY: '' }
    expect([await write(env, '127.0.0.1'), await write(env, '127.0.0.1')]).toEqual([201, 429])
    expect([await write(env, '::1'), await write(env, '::1')]).toEqual([201, 429])
  })
})

describe('a user', () => {
  const send = async (env: object, room: string, userName: string, address = here): Promise<number> => {
    const options = { env, headers: from(address), body: { userName, message: 'x' } }
    return (await call('POST', `${room}/message`, options)).status
  }

  it('is counted by name, in every room, from every address and in every spelling', async () => {
    const env = { NAME_WRITES: limiter(2), ...meter() }
    const [{ room, userName }, other] = [await roomWithUser(), await roomWithUser()]
    expect(await send(env, room, userName)).toBe(201)
    expect(await send(env, other.room, userName.toUpperCase(), there)).toBe(201)
    const body = { userName, message: 'x' }
    const refused = await call('POST', `${room}/message`, { env, headers: from(here), body })
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '10',
      'ratelimit-policy': '"name-writes";q=20;w=10',
      ratelimit: '"name-writes";r=0;t=10',
    })
    expect(await send(env, room, other.userName)).toBe(201)
  })

  it('is not counted by invalid requests, which anybody could send with that name', async () => {
    const { room, userName } = await roomWithUser()
    const NAME_WRITES = limiter(0)
    const options = { env: { NAME_WRITES, ...meter() }, headers: from(here), body: { userName } }
    await fails(400, 'POST', `${room}/message`, options)
    expect(NAME_WRITES.counts.size).toBe(0)
  })

  it('with a token is counted by the token, not by the name', async () => {
    const env = { NAME_WRITES: limiter(1), ...meter() }
    const { room } = await roomWithUser()
    const { name: userName, token } = await newUser()
    expect([await send(env, room, userName), await send(env, room, userName)]).toEqual([201, 429])
    const options = { env, token, headers: from(here), body: { userName, message: 'x' } }
    await ok('POST', `${room}/message`, options)
    await fails(429, 'PUT', room, { ...options, body: {} })
  })

  it('is counted by Cloudflare, whose limiter a local one stands in for', async () => {
    const { room, userName } = await roomWithUser()
    const env = meter()
    // Twice the limit plus one, because the requests may fall into two windows.
    const statuses = await Promise.all(Array.from({ length: 41 }, () => send(env, room, userName)))
    expect(new Set(statuses)).toEqual(new Set([201, 429]))
  })
})

it('slow mode says its limit in the same fields', async () => {
  const { token } = await newUser()
  const { name } = await ok<Chatroom>('POST', '/api/chatroom', { token, body: { name: fresh('slow') } })
  const room = `/chatroom/${name}`
  await ok('PATCH', room, { token, body: { slowModeSeconds: 3600 } })
  const member = await newUser()
  await say(room, member.name, 'x')
  const body = { userName: member.name, message: 'y' }
  const refused = await call('POST', `${room}/message`, { body })
  const wait = refused.headers.get('retry-after')
  expect([refused.status, wait]).toEqual([429, expect.stringMatching(/^3\d{3}$/)])
  expect(refused.headers.get('ratelimit-policy')).toBe('"slow-mode";q=1')
  expect(refused.headers.get('ratelimit')).toBe(`"slow-mode";r=0;t=${wait}`)
})
