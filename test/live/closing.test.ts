import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { Chatroom, NewUser, Ticket } from '../../src/contract'
import { fails, fresh, newRoom, newUser, ok, roomWithUser, say } from '../support/api'
import { answeringAfter } from '../support/database'
import { from, limiter } from '../support/limits'
import { bind, connect, hubOf, listen, stream } from '../support/live'
import { person, sign, withSecret } from '../support/login'

const ownedRoom = (token: string) =>
  ok<Chatroom>('POST', '/api/chatroom', { body: { name: fresh('owned') }, token })

/** Creates a room that only members read, with an owner and a member with a protected name. */
const privateRoom = async () => {
  const owner = await newUser()
  const member = await ok<NewUser>('POST', '/api/users', { body: { name: fresh('member'), protected: true } })
  const { name } = await ownedRoom(owner.token)
  const room = `/chatroom/${name}`
  await ok('PUT', room, { body: {}, token: member.token })
  await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
  return { room, owner, member }
}
const ticketFor = (room: string, token: string) => ok<Ticket>('POST', `${room}/ticket`, { body: {}, token })

describe('a ticket', () => {
  it('lets a browser in, which can send no header', async () => {
    const { room, member } = await privateRoom()
    expect((await connect(room)).status).toBe(403)
    expect((await connect(room, { userName: member.name })).status).toBe(401)
    const { ticket, expiresAt } = await ticketFor(room, member.token)
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(30_000)
    const response = await connect(room, { ticket })
    expect(response.headers.get('sec-websocket-protocol')).toBe('parlour.v1')
    response.webSocket?.accept()
    response.webSocket?.close()
    const listener = await listen(room, { ticket: (await ticketFor(room, member.token)).ticket })
    expect(await listener.next('hello')).toMatchObject({ userName: member.name })
    listener.send({ type: 'message', message: 'with no header' })
    await listener.next('sent')
  })

  it('is good once, in one room, for thirty seconds', async () => {
    const { room, member } = await privateRoom()
    const refused = async (of: string, ticket: string) => {
      const response = await connect(of, { ticket })
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { type: '/problems/invalid-token' },
      ])
    }
    const { ticket } = await ticketFor(room, member.token)
    await listen(room, { ticket })
    await refused(room, ticket)

    const other = `/chatroom/${(await newRoom()).name}`
    await refused(other, (await ticketFor(room, member.token)).ticket)
    await refused(room, 'x'.repeat(43))

    const late = await ticketFor(room, member.token)
    await runInDurableObject(hubOf(room), (_, { storage }) => {
      const tickets = [...storage.kv.list<{ until: number }>({ prefix: 'ticket:' })]
      expect(tickets).not.toEqual([])
      expect(JSON.stringify(tickets)).not.toContain(late.ticket)
      for (const [key, kept] of tickets) storage.kv.put(key, { ...kept, until: Date.now() - 1 })
    })
    await refused(room, late.ticket)
  })

  it('is for those who may read', async () => {
    const { room } = await privateRoom()
    const stranger = await newUser()
    await fails(403, 'POST', `${room}/ticket`, { body: {}, token: stranger.token })
    await fails(400, 'POST', `${room}/ticket`, { body: {} })
    await fails(404, 'POST', '/chatroom/nowhere/ticket', { body: {}, token: stranger.token })
  })

  it('that nobody came with is forgotten', async () => {
    const { room, member } = await privateRoom()
    await ticketFor(room, member.token)
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000)
    try {
      expect(await runDurableObjectAlarm(hubOf(room))).toBe(true)
    } finally {
      clock.mockRestore()
    }
    await runInDurableObject(hubOf(room), (_, { storage }) => {
      expect([...storage.kv.list({ prefix: 'ticket:' })]).toEqual([])
    })
    expect(await runDurableObjectAlarm(hubOf(room))).toBe(false)
  })

  it('of one who has been banned meanwhile is worth nothing', async () => {
    const { room, owner, member } = await privateRoom()
    const { ticket } = await ticketFor(room, member.token)
    await ok('PATCH', `${room}/member/${member.name}`, {
      body: { ban: { reason: 'spam' } },
      token: owner.token,
    })
    expect((await connect(room, { ticket })).status).toBe(403)
  })
})

describe('open connections end', () => {
  it('with a ban, which is their last word; the others stay', async () => {
    const owner = await newUser()
    const { name } = await ownedRoom(owner.token)
    const room = `/chatroom/${name}`
    const troll = await newUser()
    await say(room, troll.name, 'spam')
    const [tab, other, events] = [
      await listen(room, { userName: troll.name }),
      await listen(room),
      await stream(room, { userName: troll.name }),
    ]
    const ban = { seconds: 60, reason: 'spam' }
    await ok('PATCH', `${room}/member/${troll.name}`, { body: { ban }, token: owner.token })
    await tab.until(({ closed }) => closed)
    expect(tab.closed).toEqual({ code: 4003, reason: 'You are banned from this chatroom.' })
    expect(tab.frames.at(-1)).toEqual({ type: 'banned', until: expect.stringMatching(/Z$/), reason: 'spam' })
    const last = async (): Promise<string> => {
      const { event } = await events.next()
      return event === 'banned' ? event : last()
    }
    expect(await last()).toBe('banned')
    await expect(events.block()).rejects.toThrow('the stream has ended')
    expect(await other.next('member')).toEqual({ type: 'member', userName: troll.name, role: null })
    expect(other.closed).toBeUndefined()
    other.send({ type: 'presence' })
    expect((await other.next('present')).userNames).toEqual([])
    const left = { type: 'presence', userName: troll.name, present: false }
    expect(other.frames.filter((frame) => frame.type === 'presence' && !frame.present)).toEqual([left])
    expect((await connect(room, { userName: troll.name })).status).toBe(403)
  })

  it('before they begin, when the ban comes in between', async () => {
    const owner = await newUser()
    const { name } = await ownedRoom(owner.token)
    const room = `/chatroom/${name}`
    const troll = await newUser()
    const body = { ban: { reason: 'spam' } }
    // A request with its own bindings ends after the hub has been notified.
    const ban = () =>
      ok('PATCH', `${room}/member/${troll.name}`, { body, token: owner.token, env: { ...env } })
    await bind(room, { DB: answeringAfter(ban) })
    expect((await connect(room, { userName: troll.name })).status).toBe(403)
  })

  it('though the hub could not be reached at first', async () => {
    const owner = await newUser()
    const { name } = await ownedRoom(owner.token)
    const room = `/chatroom/${name}`
    const troll = await newUser()
    const listener = await listen(room, { userName: troll.name })
    let tries = 0
    const HUB = {
      getByName: () => {
        if (++tries < 3) throw new Error('Network connection lost.')
        return hubOf(room)
      },
    } as unknown as typeof env.HUB
    const body = { ban: { reason: 'spam' } }
    await ok('PATCH', `${room}/member/${troll.name}`, { body, token: owner.token, env: { HUB } })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4003)
  })

  it.each([
    ['is rotated', 'POST', '/token'],
    ['is revoked', 'DELETE', '/token'],
    ['loses its user', 'DELETE', ''],
  ])('when the token %s', async (_, method, path) => {
    const { room, member } = await privateRoom()
    const listeners = [
      await listen(room, { token: member.token }),
      await listen(room, { ticket: (await ticketFor(room, member.token)).ticket }),
    ]
    await ok(method, `/api/users/${member.id}${path}`, { token: member.token })
    for (const listener of listeners) {
      await listener.until(({ closed }) => closed)
      expect(listener.closed?.code).toBe(4011)
    }
    expect((await connect(room, { token: member.token })).status).toBe(401)
  })

  it('when a login does', async () => {
    const { room } = await roomWithUser()
    const token = await sign({ ...person(), exp: Math.ceil(Date.now() / 1000) + 1 })
    const listener = await listen(room, { token, env: withSecret })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4011)
  })

  it('when the room does, and when strangers may not read any more', async () => {
    const { room, owner, member } = await privateRoom()
    await ok('PATCH', room, { body: { readers: 'anyone' }, token: owner.token })
    const stranger = await listen(room)
    await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
    await stranger.until(({ closed }) => closed)
    expect(stranger.closed?.code).toBe(4001)
    expect(await stranger.next('room')).toMatchObject({ chatroom: { readers: 'members' } })
    for (const wanted of [{}, { after: 0 }]) expect((await connect(room, wanted)).status).toBe(403)

    const listener = await listen(room, { token: member.token })
    await ok('DELETE', room, { token: owner.token })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4004)
    expect(await listener.next('room')).toEqual({ type: 'room', chatroom: null })
  })
})

describe('the origin of a page', () => {
  const listed = { ALLOWED_ORIGINS: 'https://example.org' }
  it.each([
    ['https://example.org', 101],
    ['http://parlour.test', 101],
    ['https://evil.example', 403],
    ['null', 403],
  ])('%s gets %i where origins are listed', async (Origin, status) => {
    const { room } = await roomWithUser()
    const response = await connect(room, { headers: { Origin }, env: listed })
    expect(response.status).toBe(status)
    expect((await connect(room, { headers: { Origin } })).status).toBe(101)
  })

  it('is asked of nobody who is no page', async () => {
    const { room } = await roomWithUser()
    expect((await connect(room, { env: listed })).status).toBe(101)
  })
})

describe('what a socket sends', () => {
  it('counts against the budget of its address and name, with what comes by HTTP', async () => {
    const { room, userName } = await roomWithUser()
    const [ADDRESS_WRITES, NAME_WRITES] = [limiter(3), limiter(100)]
    const budget = { ADDRESS_WRITES, NAME_WRITES } as unknown as Partial<typeof env>
    const headers = from('192.0.2.1')
    const listener = await listen(room, { userName, headers })
    await bind(room, budget)
    await ok('POST', `${room}/message`, { body: { userName, message: 'by HTTP' }, headers, env: budget })
    listener.send({ type: 'message', message: 'by a socket', ref: '2' })
    expect(await listener.next('sent')).toMatchObject({ seq: 2 })
    listener.send({ type: 'message', message: '', ref: '3' })
    await listener.until(({ frames }) => frames.some((frame) => 'ref' in frame && frame.ref === '3'))
    listener.send({ type: 'message', message: 'too much', ref: '4' })
    await listener.until(({ frames }) => frames.some((frame) => 'ref' in frame && frame.ref === '4'))
    expect(listener.frames.at(-1)).toMatchObject({
      type: 'error',
      ref: '4',
      problem: { type: '/problems/rate-limited', status: 429 },
      retryAfterSeconds: 60,
    })
    expect([...ADDRESS_WRITES.counts.values()]).toEqual([4])
    expect([...NAME_WRITES.counts.values()]).toEqual([2])
    await runInDurableObject(hubOf(room), (_, state) => {
      const [socket] = state.getWebSockets()
      expect(socket?.deserializeAttachment()).toMatchObject({
        addressKey: expect.stringMatching(/^[\w-]{43}$/),
      })
    })
  })
})
