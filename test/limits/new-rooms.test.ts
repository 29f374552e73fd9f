import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, it, vi } from 'vitest'
import { call, fresh, newUser, ok } from '../support/api'
import { from, limiter, meter } from '../support/limits'
import { logged } from '../support/log'

afterEach(() => vi.restoreAllMocks())

const here = '203.0.113.7'
const there = '198.51.100.1'

const make = (env: object, address: string, options: object = {}, name = fresh('room')): Promise<Response> =>
  call('POST', '/api/chatroom', { env, headers: from(address), body: { name }, ...options })

const statuses = async (answers: Promise<Response>[]): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status).sort()

it('one address makes a bounded number of rooms a day, and is told to wait until midnight', async () => {
  const env = { ROOMS_PER_DAY: 2, ...meter() }
  expect(await statuses([make(env, here), make(env, here), make(env, here)])).toEqual([201, 201, 429])
  const refused = await make(env, here)
  const wait = Math.ceil((Math.ceil(Date.now() / 86_400_000) * 86_400_000 - Date.now()) / 1000)
  const seconds = Number(refused.headers.get('retry-after'))
  expect(Math.abs(seconds - wait) % 86_400).toBeLessThan(60)
  expect(refused.headers.get('ratelimit-policy')).toBe('"rooms";q=2;w=86400')
  expect(refused.headers.get('ratelimit')).toBe(`"rooms";r=0;t=${seconds}`)
  expect(await refused.json()).toMatchObject({
    type: '/problems/chatroom-limit',
    detail:
      'At most 2 new chatrooms from your address are allowed on one day. Use a chatroom that exists, or try again after midnight UTC.',
  })
  expect((await make(env, there)).status).toBe(201)
})

it('every path, token and isolate counts for the address, and an IPv6 /64 is one', async () => {
  const name = fresh('meter')
  const limits = () => ({ ROOMS_PER_DAY: 3, ...meter(name) })
  const { token } = await newUser()
  const alias = call('POST', '/api/chatrooms', {
    env: limits(),
    headers: from('2001:db8:0:1::1'),
    body: { name: fresh('room') },
  })
  expect((await alias).status).toBe(201)
  expect((await make(limits(), '2001:db8:0:1::2', { token })).status).toBe(201)
  expect((await make({ ...limits(), ROOMS: 'site' }, '2001:db8:0:1::3')).status).toBe(201)
  expect((await make(limits(), '2001:db8:0:1::4')).status).toBe(429)
  expect((await make(limits(), '2001:db8:0:2::4')).status).toBe(201)
})

it('a name that is taken is not counted, nor is a room that the site refuses', async () => {
  const limits = { ROOMS_PER_DAY: 2, ...meter() }
  const name = fresh('room')
  expect((await make(limits, here, {}, name)).status).toBe(201)
  for (let i = 0; i < 3; i++) expect((await make(limits, here, {}, name)).status).toBe(409)
  expect((await make({ ...limits, ROOMS: 'admin' }, here)).status).toBe(401)
  expect((await make(limits, here, { token: 'nobody' })).status).toBe(401)
  expect((await make(limits, here)).status).toBe(201)
  expect((await make(limits, here)).status).toBe(429)
})

it('the admin and this machine are not counted, nor anybody if the limit is 0', async () => {
  const admin = 'the-admin-of-this-test'
  const limits = { ROOMS_PER_DAY: 1, ...meter(), ADMIN_TOKEN: admin }
  for (const [address, options] of [
    [here, { token: admin }],
    ['127.0.0.1', {}],
  ] as const)
    expect(await statuses([make(limits, address, options), make(limits, address, options)])).toEqual([
      201, 201,
    ])
  const off = { ...limits, ROOMS_PER_DAY: 0 }
  expect(await statuses([make(off, here), make(off, here)])).toEqual([201, 201])
})

it('a trusted name may make more', async () => {
  const { id, name, token } = await newUser()
  await ok('PATCH', `/api/users/${id}`, { token, body: { protected: true } })
  const limits = { ROOMS_PER_DAY: 1, ...meter(), TRUSTED_NAMES: name }
  expect((await make(limits, here, { token })).status).toBe(201)
  expect((await make(limits, here, { token })).status).toBe(201)
  expect((await make(limits, here)).status).toBe(429)
})

it('rooms are made also if the meter fails, which is logged', async () => {
  const log = logged()
  const { METER } = meter()
  const broken = {
    ...METER.getByName(''),
    lease: METER.getByName('').lease,
    countRoom: () => Promise.reject(new Error('no meter today')),
  }
  const limits = { ROOMS_PER_DAY: 1, METER: { getByName: () => broken } as unknown as typeof env.METER }
  expect((await make(limits, here)).status).toBe(201)
  expect(log.lines()).toMatchObject([
    { event: 'room not counted', error: expect.stringContaining('no meter today') },
  ])
})

it('the meter keeps a hash of the address, until the day ends', async () => {
  const name = fresh('meter')
  const limits = { ROOMS_PER_DAY: 2, ADDRESS_WRITES: limiter(10), ...meter(name) }
  expect((await make(limits, here)).status).toBe(201)
  const stub = env.METER.getByName(name)
  const rows = () =>
    runInDurableObject(stub, (_, { storage }) => storage.sql.exec('select * from rooms_made').toArray())
  expect(await rows()).toMatchObject([{ count: 1 }])
  expect(JSON.stringify(await rows())).not.toContain(here)
  const alarm = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
  expect((alarm ?? 0) % 86_400_000).toBe(0)
  vi.useFakeTimers({ toFake: ['Date'], now: alarm ?? 0 })
  try {
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await rows()).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

it('the meter deletes also what came on the new day before it deleted what is of the old one', async () => {
  const name = fresh('meter')
  const limits = { ROOMS_PER_DAY: 2, ADDRESS_WRITES: limiter(10), ...meter(name) }
  expect((await make(limits, here)).status).toBe(201)
  const stub = env.METER.getByName(name)
  const alarmOf = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
  const midnight = (await alarmOf()) ?? 0
  vi.useFakeTimers({ toFake: ['Date'], now: midnight })
  try {
    await stub.countRoom('an address', 2)
    await stub.uncountUpload(10, ['an upload of yesterday'])
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    const rows = await runInDurableObject(stub, (_, { storage }) =>
      ['rooms_made', 'uploads'].map((table) => storage.sql.exec(`select * from ${table}`).toArray()),
    )
    expect(rows).toMatchObject([[{ address: 'an address', count: 1 }], []])
    expect(await alarmOf()).toBe(midnight + 86_400_000)
  } finally {
    vi.useRealTimers()
  }
})
