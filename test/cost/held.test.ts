import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { HeldAnswer } from '../../src/contract'
import { call, fresh, newUser, ok } from '../support/api'
import { costOf, grow } from '../support/cost'
import { approving, hold, post } from '../support/held'
import { roomIdOf } from '../support/live'

type Fixture = Awaited<ReturnType<typeof approving>>

const stages = new Map<number, Fixture>()
beforeAll(async () => {
  for (const size of [100, 100_000]) {
    const fixture = await approving()
    await ok('PUT', fixture.room, { token: fixture.newcomer.token, body: {} })
    await post(fixture.room, fixture.owner, 'the first message, which tells the rules')
    await grow(fixture, size)
    stages.set(size, fixture)
  }
})

const bearer = ({ token }: { token: string }) => ({ Authorization: `Bearer ${token}` })

// A held message is a row, with one in the indexes of ids, of authors and keys, and of messages that wait in a room and in all rooms.
const HELD_ROWS = 5

type Request = Parameters<typeof costOf>
const requests: [
  string,
  { roundTrips: number; rowsWritten: number; rowsRead: number },
  (fixture: Fixture) => Request | Promise<Request>,
][] = [
  [
    'a message of an open name that must wait',
    { roundTrips: 1, rowsWritten: HELD_ROWS, rowsRead: 120 },
    async ({ room }) => ['POST', `${room}/message`, { userName: (await newUser()).name, message: 'x' }],
  ],
  [
    'a message of a newcomer with a token that must wait, with a key',
    { roundTrips: 2, rowsWritten: HELD_ROWS, rowsRead: 120 },
    ({ room, newcomer }) => [
      'POST',
      `${room}/message`,
      { message: 'x' },
      { ...bearer(newcomer), 'Idempotency-Key': fresh('key') },
    ],
  ],
  [
    'an approval',
    { roundTrips: 1, rowsWritten: 6, rowsRead: 191 },
    async ({ room, newcomer, owner }) => [
      'PUT',
      `${room}/held/${await hold(room, newcomer)}`,
      undefined,
      bearer(owner),
    ],
  ],
  [
    'a refusal',
    { roundTrips: 1, rowsWritten: 4, rowsRead: 60 },
    async ({ room, newcomer, owner }) => {
      await env.DB.prepare('update users set approved_at = null where id = ?').bind(newcomer.id).run()
      return ['DELETE', `${room}/held/${await hold(room, newcomer)}`, undefined, bearer(owner)]
    },
  ],
]

describe('in a room where messages of newcomers wait, the same rows at 100 messages as at 100,000:', () => {
  it.each(requests)('%s', async (_, limits, prepare) => {
    for (const fixture of stages.values()) {
      const { rowsRead, ...cost } = await costOf(...(await prepare(fixture)))
      expect(cost).toEqual({ roundTrips: limits.roundTrips, rowsWritten: limits.rowsWritten })
      expect(rowsRead).toBeLessThanOrEqual(limits.rowsRead)
    }
  })
})

it('at most 500 messages wait in one room', async () => {
  const { room, guest, owner, newcomer } = await approving()
  await env.DB.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 499)
      insert into held (created_at, id, room_id, author_id, text)
      select ${Date.now()} + i, '${room} ' || i, ${await roomIdOf(room)}, 1000000 + i, 'x' from n`,
  ).run()
  const id = await hold(room, newcomer)
  const send = () => call('POST', `${room}/message`, { body: { userName: guest.name, message: 'one more' } })
  const refused = await send()
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ type: '/problems/too-many-held' })
  // Another room still takes one, and so does this one after a decision.
  await hold((await approving()).room, newcomer)
  await ok('DELETE', `${room}/held/${id}`, { token: owner.token })
  expect(await (await send()).json<HeldAnswer>()).toMatchObject({ held: true })
})
