import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { fails, fresh, newUser, ok, say } from '../support/api'
import { costOf, grow } from '../support/cost'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'

// The table of DESIGN.md in a room with all settings at once: roles, bans, mutes, slow mode, a word list,
// links held back, and every name protected.

type Fixture = Awaited<ReturnType<typeof roomFixture>>

const stages = new Map<number, Fixture>()
beforeAll(async () => {
  for (const size of [100, 100_000]) {
    const fixture = await roomFixture()
    const { room, owner, moderator, member } = fixture
    await say(room, member.name, 'the first message')
    await grow(fixture, size)
    const id = await env.DB.prepare('select id from rooms where name = ?')
      .bind(room.split('/').at(-1))
      .first('id')
    await env.DB.prepare(
      `insert into sanctions (room_id, user_id, kind, name_key, created_at)
        select room_id, user_id, iif(ordinal % 2, 'ban', 'mute'), 'banned ' || ordinal, 0
        from members where room_id = ? and ordinal between 50 and 90`,
    )
      .bind(id)
      .run()
    await env.DB.prepare('update messages set created_at = 0 where room_id = ?').bind(id).run()
    for (const { id, token } of [owner, moderator, member])
      await ok('PATCH', `/api/users/${id}`, { token, body: { protected: true } })
    const body = {
      readers: 'members',
      posters: 'members',
      slowModeSeconds: 1,
      newcomerLinkSeconds: 1,
      blockedWords: ['casino', 'buy now'],
    }
    await ok('PATCH', room, { token: owner.token, body })
    stages.set(size, fixture)
  }
})

const bearer = ({ token }: { token: string }) => ({ Authorization: `Bearer ${token}` })
const span = 'from=1970-01-01T00:00:00Z&upTo=1970-01-01T00:00:00Z'

/** Adds a member, and returns its name. */
const invited = async (room: string, { token }: { token: string }): Promise<string> => {
  const { name } = await newUser()
  await ok('PATCH', `${room}/member/${name}`, { token, body: { role: 'member' } })
  return name
}

type Request = Parameters<typeof costOf>
const requests: [
  string,
  { rowsWritten: number; rowsRead: number },
  (fixture: Fixture) => Request | Promise<Request>,
][] = [
  [
    'a send by a moderator',
    { rowsWritten: 1, rowsRead: 12 },
    ({ room, moderator }) => ['POST', `${room}/message`, { message: 'x' }, bearer(moderator)],
  ],
  [
    'a send with a key',
    { rowsWritten: 2, rowsRead: 14 },
    ({ room, moderator }) => [
      'POST',
      `${room}/message`,
      { message: 'x' },
      { ...bearer(moderator), 'Idempotency-Key': fresh('key') },
    ],
  ],
  [
    'a join, again',
    { rowsWritten: 0, rowsRead: 20 },
    ({ room, member }) => ['PUT', room, {}, bearer(member)],
  ],
  [
    'the newest page',
    { rowsWritten: 0, rowsRead: 113 },
    ({ room, member }) => ['GET', `${room}/message`, undefined, bearer(member)],
  ],
  [
    'a page of members',
    { rowsWritten: 0, rowsRead: 112 },
    ({ room, member }) => ['GET', `${room}/member`, undefined, bearer(member)],
  ],
  [
    'a page of bans and mutes',
    { rowsWritten: 0, rowsRead: 60 },
    ({ room, owner }) => ['GET', `${room}/sanction?limit=20`, undefined, bearer(owner)],
  ],
  [
    'the audit log',
    { rowsWritten: 0, rowsRead: 110 },
    ({ room, owner }) => ['GET', `${room}/audit`, undefined, bearer(owner)],
  ],
  [
    'the settings',
    { rowsWritten: 4, rowsRead: 40 },
    ({ room, owner }) => ['PATCH', room, { topic: fresh('topic') }, bearer(owner)],
  ],
  [
    'a mute',
    { rowsWritten: 6, rowsRead: 60 },
    async ({ room, owner }) => [
      'PATCH',
      `${room}/member/${(await newUser()).name}`,
      { mute: {} },
      bearer(owner),
    ],
  ],
  [
    'the deletion of what one has said in a span',
    { rowsWritten: 0, rowsRead: 60 },
    async ({ room, owner }) => {
      const { name } = await newUser()
      return [
        'DELETE',
        `${room}/message?author=${name}&${span}`.replace('1970', '2020'),
        undefined,
        bearer(owner),
      ]
    },
  ],
  [
    'an invitation',
    { rowsWritten: 5, rowsRead: 60 },
    async ({ room, owner }) => [
      'PATCH',
      `${room}/member/${(await newUser()).name}`,
      { role: 'member' },
      bearer(owner),
    ],
  ],
  [
    'a ban of a member',
    { rowsWritten: 10, rowsRead: 110 },
    async ({ room, owner }) => [
      'PATCH',
      `${room}/member/${await invited(room, owner)}`,
      { ban: {} },
      bearer(owner),
    ],
  ],
  [
    'a ban lifted',
    { rowsWritten: 4, rowsRead: 80 },
    async ({ room, owner }) => {
      const path = `${room}/member/${(await newUser()).name}`
      await ok('PATCH', path, { token: owner.token, body: { ban: {} } })
      return ['PATCH', path, { ban: null }, bearer(owner)]
    },
  ],
  [
    'the removal of a member',
    { rowsWritten: 5, rowsRead: 80 },
    async ({ room, owner }) => [
      'DELETE',
      `${room}/member/${await invited(room, owner)}`,
      undefined,
      bearer(owner),
    ],
  ],
  [
    "the deletion of another's message",
    { rowsWritten: 5, rowsRead: 50 },
    async ({ room, owner, moderator }) => {
      const { seq } = await ok<Message>('POST', `${room}/message`, {
        token: owner.token,
        body: { message: 'x' },
      })
      return ['DELETE', `${room}/message/${seq}`, undefined, bearer(moderator)]
    },
  ],
  [
    'a page of reports',
    { rowsWritten: 0, rowsRead: 110 },
    ({ room, owner }) => ['GET', `${room}/report`, undefined, bearer(owner)],
  ],
  [
    'a report',
    // The report, and its places among those of all rooms and among those of its author.
    { rowsWritten: 3, rowsRead: 30 },
    ({ room, member }) => ['POST', `${room}/message/1/report`, { reason: 'x' }, bearer(member)],
  ],
]

describe('in a room with everything in force, one D1 round trip, and the same rows at 100 messages as at 100,000:', () => {
  it.each(requests)('%s', async (_, limits, prepare) => {
    for (const fixture of stages.values()) {
      const { rowsRead, ...cost } = await costOf(...(await prepare(fixture)))
      expect(cost).toEqual({ roundTrips: 1, rowsWritten: limits.rowsWritten })
      expect(rowsRead).toBeLessThanOrEqual(limits.rowsRead)
    }
  })

  it('a send by a member, whom slow mode asks to wait', async () => {
    for (const { room, member } of stages.values()) {
      const { db, cost } = counting()
      await ok('POST', `${room}/message`, { db, token: member.token, body: { message: 'x' } })
      expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
      expect(cost.rowsRead).toBeLessThanOrEqual(80)
    }
  })
})

describe('slow mode', () => {
  /** A room with many messages that are newer than the wait, and a member who has sent one before them. */
  const busyRoom = async (slowModeSeconds: number) => {
    const fixture = await roomFixture({ slowModeSeconds })
    await say(fixture.room, fixture.member.name, 'the first message')
    await grow(fixture, 2000, Date.now())
    return fixture
  }

  it('reads no more than a page for a send, however many messages are newer than its wait', async () => {
    for (const seconds of [10, 6 * 3600]) {
      const { room } = await busyRoom(seconds)
      const { token } = await newUser()
      const { db, cost } = counting()
      await ok('POST', `${room}/message`, { token, db, body: { message: 'x' } })
      expect(cost.rowsWritten).toBe(3)
      expect(cost.rowsRead).toBeLessThanOrEqual(250)
    }
  })

  it('with a long wait finds the last message of a member behind any number of others', async () => {
    const { room, member } = await busyRoom(6 * 3600)
    const { db, cost } = counting()
    await fails(429, 'POST', `${room}/message`, { token: member.token, db, body: { message: 'x' } })
    expect(cost.rowsWritten).toBe(0)
    expect(cost.rowsRead).toBeLessThanOrEqual(40)
  })

  it('with a long wait costs one row more for a message, at most once in the wait', async () => {
    const { room, member, guest } = await roomFixture({ slowModeSeconds: 3600 })
    for (const [{ token }, rowsWritten] of [
      [guest, 3],
      [member, 2],
    ] as const) {
      const { db, cost } = counting()
      await ok('POST', `${room}/message`, { token, db, body: { message: 'x' } })
      expect(cost).toMatchObject({ roundTrips: 1, rowsWritten })
    }
  })
})
