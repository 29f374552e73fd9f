import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NewUser, User } from '../../src/contract'
import { call, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { costOf, grownRoom } from '../support/cost'
import { type Cost, counting } from '../support/database'

const sizes = [100, 100_000]
const rooms = new Map<number, { room: string; userName: string }>()
beforeAll(async () => {
  for (const size of sizes) rooms.set(size, await grownRoom(size))
})

/** Returns the cost of a request in a small and in a large room. `prepare` returns the request. */
const costsOf = (
  prepare: (
    room: string,
    userName: string,
    size: number,
  ) => Promise<Parameters<typeof costOf>> | Parameters<typeof costOf>,
): Promise<Cost[]> =>
  Promise.all(
    [...rooms].map(async ([size, { room, userName }]) => costOf(...(await prepare(room, userName, size)))),
  )

/** Repeats a request with its ETag, which answers 304. */
const havingIt = async (path: string): Promise<Parameters<typeof costOf>> => {
  const headers = { 'If-None-Match': (await call('GET', path)).headers.get('etag') ?? '' }
  expect((await call('GET', path, { headers })).status).toBe(304)
  return ['GET', path, undefined, headers]
}

const requests: [string, { rowsWritten: number; rowsRead: number }, Parameters<typeof costsOf>[0]][] = [
  [
    'a send by a member',
    { rowsWritten: 1, rowsRead: 10 },
    (room, userName) => ['POST', `${room}/message`, { userName, message: 'x' }],
  ],
  [
    'a send with a key',
    { rowsWritten: 2, rowsRead: 12 },
    (room, userName) => [
      'POST',
      `${room}/message`,
      { userName, message: 'x' },
      { 'Idempotency-Key': fresh('key') },
    ],
  ],
  [
    'a send with a key, by somebody who says what it has seen',
    { rowsWritten: 1, rowsRead: 13 },
    async (room, userName) => {
      const { seq } = await say(room, userName, 'x')
      const headers = { 'Idempotency-Key': fresh('key'), 'Parlour-After': `${seq}` }
      return ['POST', `${room}/message`, { userName, message: 'x' }, headers]
    },
  ],
  [
    'a send with a token, by a protected name',
    { rowsWritten: 1, rowsRead: 10 },
    async (room) => {
      const { name, token } = await ok<NewUser>('POST', '/api/users', {
        body: { name: fresh('p'), protected: true },
      })
      const headers = { Authorization: `Bearer ${token}` }
      await ok('PUT', room, { headers, body: {} })
      return ['POST', `${room}/message`, { userName: name, message: 'x' }, headers]
    },
  ],
  [
    'a join',
    { rowsWritten: 2, rowsRead: 18 },
    async (room) => ['PUT', room, { userName: (await newUser()).name }],
  ],
  ['a join, again', { rowsWritten: 0, rowsRead: 18 }, (room, userName) => ['PUT', room, { userName }]],
  [
    'an edit',
    // An edit that waits for approval is looked for, too.
    { rowsWritten: 2, rowsRead: 42 },
    async (room, userName) => {
      const { seq } = await say(room, userName, 'x')
      return ['PATCH', `${room}/message/${seq}`, { userName, message: 'y' }]
    },
  ],
  [
    'a deletion',
    { rowsWritten: 2, rowsRead: 50 },
    async (room, userName) => {
      const { seq } = await say(room, userName, 'x')
      return ['DELETE', `${room}/message/${seq}?userName=${userName}`]
    },
  ],
  [
    'a reaction',
    { rowsWritten: 3, rowsRead: 41 },
    async (room) => [
      'PUT',
      `${room}/message/1/reaction/${encodeURIComponent('🎉')}`,
      { userName: (await newUser()).name },
    ],
  ],
  [
    'a reaction, taken back',
    { rowsWritten: 3, rowsRead: 40 },
    async (room) => {
      const { name: userName } = await newUser()
      const path = `${room}/message/1/reaction/${encodeURIComponent('🎉')}`
      await ok('PUT', path, { body: { userName } })
      return ['DELETE', `${path}?userName=${userName}`]
    },
  ],
  ['one message', { rowsWritten: 0, rowsRead: 6 }, (room) => ['GET', `${room}/message/1`]],
  ['the newest page', { rowsWritten: 0, rowsRead: 112 }, (room) => ['GET', `${room}/message`]],
  [
    'a page in the middle',
    { rowsWritten: 0, rowsRead: 112 },
    (room, _, size) => ['GET', `${room}/message?before=${size / 2 + 10}`],
  ],
  ['the first page', { rowsWritten: 0, rowsRead: 112 }, (room) => ['GET', `${room}/message?after=0`]],
  ['a page that the asker has', { rowsWritten: 0, rowsRead: 12 }, (room) => havingIt(`${room}/message`)],
  [
    'an older page that the asker has, twice as long',
    { rowsWritten: 0, rowsRead: 12 },
    (room) => havingIt(`${room}/message?limit=100&before=90`),
  ],
  ['the head of a page', { rowsWritten: 0, rowsRead: 212 }, (room) => ['HEAD', `${room}/message?limit=100`]],
  ['the room', { rowsWritten: 0, rowsRead: 3 }, (room) => ['GET', room]],
  ['the room, which the asker has', { rowsWritten: 0, rowsRead: 3 }, havingIt],
  ['a page of members', { rowsWritten: 0, rowsRead: 107 }, (room) => ['GET', `${room}/member?cursor=40`]],
  ['one member', { rowsWritten: 0, rowsRead: 8 }, (room, userName) => ['GET', `${room}/member/${userName}`]],
  [
    'leaving',
    { rowsWritten: 2, rowsRead: 52 },
    async (room) => {
      const { name } = await newUser()
      await say(room, name, 'x')
      return ['DELETE', `${room}/member/${name}`]
    },
  ],
]

const requestsOfTwo: typeof requests = [
  [
    'a first send, which joins',
    { rowsWritten: 3, rowsRead: 30 },
    async (room) => ['POST', `${room}/message`, { userName: (await newUser()).name, message: 'x' }],
  ],
  [
    'a send that repeats another',
    { rowsWritten: 0, rowsRead: 40 },
    async (room, userName) => {
      const headers = { 'Idempotency-Key': fresh('key') }
      await say(room, userName, 'x', headers)
      return ['POST', `${room}/message`, { userName, message: 'x' }, headers]
    },
  ],
]

describe('one D1 round trip, and the same rows at 100 messages and members as at 100,000:', () => {
  it.each(requests)('%s', async (_, limits, prepare) => {
    for (const { rowsRead, ...cost } of await costsOf(prepare)) {
      expect(cost).toEqual({ roundTrips: 1, rowsWritten: limits.rowsWritten })
      expect(rowsRead).toBeLessThanOrEqual(limits.rowsRead)
    }
  })
})

describe('two D1 round trips, and the same rows at 100 messages and members as at 100,000:', () => {
  it.each(requestsOfTwo)('%s', async (_, limits, prepare) => {
    for (const { rowsRead, ...cost } of await costsOf(prepare)) {
      expect(cost).toEqual({ roundTrips: 2, rowsWritten: limits.rowsWritten })
      expect(rowsRead).toBeLessThanOrEqual(limits.rowsRead)
    }
  })
})

describe('lists and the rest cost one round trip, and a page its rows', () => {
  it('ten thousand users, page by page, the same for each page', async () => {
    const costs = new Set<string>()
    let pages = 0
    let next: string | null = '/api/users?limit=100'
    while (next && pages < 100) {
      const { db, cost } = counting()
      const page: { users: User[]; next: string | null } = await (await call('GET', next, { db })).json()
      expect(page.users).toHaveLength(100)
      costs.add(JSON.stringify(cost))
      next = page.next
      pages++
    }
    expect(pages).toBe(100)
    expect([...costs].map((cost) => JSON.parse(cost))).toEqual([
      { roundTrips: 1, rowsRead: 101, rowsWritten: 0 },
    ])
  })

  it('rooms, a page of them', async () => {
    const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 200)'
    await env.DB.exec(
      `${numbers} insert into rooms (name, name_key, created_at) select 'many' || i, 'many' || i, 0 from n`,
    )
    const { rowsRead, ...rest } = await costOf('GET', '/api/chatroom?limit=100')
    expect(rest).toEqual({ roundTrips: 1, rowsWritten: 0 })
    expect(rowsRead).toBeLessThanOrEqual(202)
  })

  it('creating, showing, renaming and deleting', async () => {
    const { id } = await newUser()
    const name = () => ({ name: fresh('n') })
    expect(await costOf('POST', '/api/users', name())).toMatchObject({ roundTrips: 1, rowsWritten: 4 })
    expect(await costOf('POST', '/api/chatroom', name())).toMatchObject({ roundTrips: 1, rowsWritten: 3 })
    expect(await costOf('GET', `/api/users/${id}`)).toEqual({ roundTrips: 1, rowsRead: 1, rowsWritten: 0 })
    // A rename makes another version of all names: docs/decisions/0019.
    expect(await costOf('PUT', `/api/users/${id}`, name())).toMatchObject({ roundTrips: 1, rowsWritten: 3 })
    expect(await costOf('GET', '/api/hello')).toEqual({ roundTrips: 1, rowsRead: 0, rowsWritten: 0 })
  })

  it('deleting a user reads the rooms that the user is in, not those that there are', async () => {
    const { name, id } = await newUser()
    for (const { room } of rooms.values()) await say(room, name, 'x')
    const { roundTrips, rowsRead, rowsWritten } = await costOf('DELETE', `/api/users/${id}`)
    expect(roundTrips).toBe(1)
    expect(rowsRead).toBeLessThanOrEqual(45)
    expect(rowsWritten).toBeLessThanOrEqual(10)
  })

  it('a request that fails makes one more round trip at most', async () => {
    const { room, userName } = await roomWithUser()
    const body = { userName, message: 'x' }
    for (const [method, path, roundTrips] of [
      ['POST', '/chatroom/nowhere/message', 2],
      ['PATCH', `${room}/message/1`, 1],
      ['PUT', '/chatroom/nowhere', 2],
    ] as const) {
      const { db, cost } = counting()
      expect((await call(method, path, { db, body })).status).toBe(404)
      expect([cost.roundTrips, cost.rowsWritten]).toEqual([roundTrips, 0])
    }
  })
})
