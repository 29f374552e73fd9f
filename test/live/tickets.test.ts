import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import type { Chatroom, NewUser, Ticket } from '../../src/contract'
import { fails, fresh, newRoom, newUser, ok, roomWithUser } from '../support/api'
import { connect, hubOf, listen } from '../support/live'

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

  it('is for the user whom the body names, or the query of a request without a body', async () => {
    const { room, userName } = await roomWithUser()
    const { ticket } = await ok<Ticket>('POST', `${room}/ticket?userName=${userName}`)
    const listener = await listen(room, { ticket })
    expect(await listener.next('hello')).toMatchObject({ userName })
    expect(await fails(400, 'POST', `${room}/ticket`)).toMatchObject({ detail: 'missing userName' })
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
