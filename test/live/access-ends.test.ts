import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Chatroom, NewUser, Ticket } from '../../src/contract'
import { fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { answeringAfter } from '../support/database'
import { bind, connect, countOf, hubOf, listen, runAlarm, stream } from '../support/live'
import { person, seconds, sign, withSecret } from '../support/login'

const ownedRoom = (token: string) =>
  ok<Chatroom>('POST', '/api/chatroom', { body: { name: fresh('owned') }, token })

/** A room that only members read, its owner, and a member with a protected name. */
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
    // With bindings of its own, a request is over when its hub has been told.
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
    const token = await sign({ ...person(), exp: seconds() - 28 })
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

/** A room that only members read, its owner, who is no member, and a member with an open name. */
const roomWithOpenMember = async () => {
  const [owner, member] = [await newUser(), await newUser()]
  const { name } = await ownedRoom(owner.token)
  const room = `/chatroom/${name}`
  await ok('PUT', room, { body: { userName: member.name } })
  await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
  return { room, owner, member }
}

describe('a room for members stops being delivered', () => {
  it.each([
    ['the user is deleted', 'DELETE', '', undefined],
    ['the user protects the name', 'PATCH', '', { protected: true }],
    ['the user has another name', 'PATCH', '', { name: 'renamed-in-a-room-for-members' }],
    ['the token is rotated', 'POST', '/token', undefined],
    ['the token is revoked', 'DELETE', '/token', undefined],
  ])('to those who use an open name without its token, when %s', async (_, method, path, body) => {
    const { room, member } = await roomWithOpenMember()
    const impostor = await listen(room, { userName: member.name })
    const events = await stream(room, { userName: member.name })
    await ok(method, `/api/users/${member.id}${path}`, { body, token: member.token })
    await impostor.until(({ closed }) => closed)
    expect(impostor.closed?.code).toBe(4001)
    const rest = async (): Promise<never> => events.block().then(rest)
    await expect(rest()).rejects.toThrow('the stream has ended')
  })

  it('to an owner who is no member and hands it on', async () => {
    const { room, owner, member } = await roomWithOpenMember()
    const [listener, other] = [
      await listen(room, { token: owner.token }),
      await listen(room, { token: member.token }),
    ]
    await ok('PATCH', room, { body: { owner: member.name }, token: owner.token })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4001)
    expect(other.closed).toBeUndefined()
  })

  it('to a member who is removed', async () => {
    const { room, owner, member } = await roomWithOpenMember()
    const listener = await listen(room, { userName: member.name })
    await ok('DELETE', `${room}/member/${member.name}`, { token: owner.token })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4001)
  })

  it('to strangers only, when it becomes one for members', async () => {
    const { room, owner, member } = await roomWithOpenMember()
    await ok('PATCH', room, { body: { readers: 'anyone' }, token: owner.token })
    const [stranger, listener] = [await listen(room), await listen(room, { userName: member.name })]
    await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
    await stranger.until(({ closed }) => closed)
    await say(room, member.name, 'among us')
    await listener.entries(1)
    expect([stranger.closed?.code, listener.closed]).toEqual([4001, undefined])
  })
})

describe('the comparison with D1 disconnects those whose access has ended without a word to the hub:', () => {
  const changes = [
    ['a member that was removed', 'delete from members where user_id = ?1', 'bare', 4001],
    ['a user that was deleted', 'delete from users where id = ?1', 'bare', 4001],
    ['an open name that was protected', 'update users set protected = true where id = ?1', 'bare', 4001],
    ['a name that has changed', "update users set name = 'X' || name where id = ?1", 'token', 4001],
    ['a token that was replaced', "update users set token_hash = 'x' || id where id = ?1", 'token', 4011],
    [
      'a ban',
      `insert into sanctions (room_id, user_id, kind, name_key, created_at)
       select room_id, user_id, 'ban', 'x', 0 from members where user_id = ?1`,
      'token',
      4003,
    ],
    [
      'a room that was deleted',
      'delete from rooms where id in (select room_id from members where user_id = ?1)',
      'bare',
      4004,
    ],
  ] as const
  it.each(changes)('%s', async (_, statement, credential, code) => {
    const { room, owner, member } = await roomWithOpenMember()
    const stayer = await listen(room, { token: owner.token })
    const wanted = credential === 'bare' ? { userName: member.name } : { token: member.token }
    const listener = await listen(room, wanted)
    const cost = await countOf(room)
    await env.DB.prepare(statement).bind(member.id).run()
    await runAlarm(room)
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(code)
    if (code !== 4004) expect(stayer.closed).toBeUndefined()
    expect(cost.roundTrips).toBe(1)
  })

  it('asks once for all listeners, and reads a constant for each user', async () => {
    const { room } = await roomWithUser()
    const listeners = await Promise.all(Array.from({ length: 40 }, () => listen(room)))
    for (let i = 0; i < 5; i++) await listen(room, { userName: (await newUser()).name })
    const cost = await countOf(room)
    await runAlarm(room)
    expect(cost).toEqual({ roundTrips: 1, rowsWritten: 0, rowsRead: expect.any(Number) })
    expect(cost.rowsRead).toBeLessThanOrEqual(60)
    expect(listeners.filter(({ closed }) => closed)).toEqual([])
  })
})
