import type { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Chatroom, EntryFrame } from '../../src/contract'
import { fresh, newUser, ok, say } from '../support/api'
import { connect, hubOf, listen, roomIdOf, stream } from '../support/live'

describe('a room whose name goes on', () => {
  it('takes nobody along who listened to the one before it, though its hub was not told', async () => {
    const owner = await newUser()
    const { name } = await ok<{ name: string }>('POST', '/api/chatroom', {
      body: { name: `again-${owner.id}` },
      token: owner.token,
    })
    const room = `/chatroom/${name}`
    const listener = await listen(room)
    const old = await roomIdOf(room)
    const silent = {
      getByName: () => ({ endRoom: async () => {} }),
    } as unknown as typeof env.HUB
    await ok('DELETE', room, { token: owner.token, env: { HUB: silent } })
    await ok('POST', '/api/chatroom', { body: { name }, token: owner.token })
    // By a name, so that D1 is asked.
    const newer = await listen(room, { userName: owner.name })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4004)
    const frame = {
      type: 'message',
      seq: 1,
      userId: null,
      userName: null,
      avatar: null,
      message: 'late',
      createdAt: new Date().toISOString(),
      replyTo: null,
      mentions: [],
      reactions: [],
      files: [],
    } satisfies EntryFrame
    await hubOf(room).publish(old, [{ frame, joined: false }])
    await say(room, owner.name, 'new')
    await newer.entries(1)
    expect(newer.log).toMatchObject([{ message: 'new' }])
    expect((await connect(room, { after: 0 })).status).toBe(101)
  })
})

describe('a room that was deleted and made again', () => {
  const again = async () => {
    const owner = await newUser()
    const { name } = await ok<Chatroom>('POST', '/api/chatroom', {
      body: { name: fresh('again') },
      token: owner.token,
    })
    const room = `/chatroom/${name}`
    const remake = async () => {
      await ok('DELETE', room, { token: owner.token })
      await ok('POST', '/api/chatroom', { body: { name }, token: owner.token })
    }
    return { room, owner, remake }
  }

  it('keeps its listeners when news of the one before it comes late', async () => {
    const { room, owner } = await again()
    const late: number[] = []
    const HUB = {
      getByName: () => ({ endRoom: async (roomId: number) => late.push(roomId) }),
    } as unknown as typeof env.HUB
    const old = await roomIdOf(room)
    await ok('DELETE', room, { token: owner.token, env: { HUB } })
    await ok('POST', '/api/chatroom', { body: { name: room.slice(10) }, token: owner.token })
    const listener = await listen(room)
    expect(late).toEqual([old])
    const hub = hubOf(room)
    await hub.endRoom(old)
    await hub.broadcast(old, { type: 'room', chatroom: null })
    await hub.ban(old, owner.id, { type: 'banned', until: null, reason: null })
    await hub.readUpTo(old, 7)
    await say(room, owner.name, 'still here')
    await listener.entries(1)
    expect(listener.closed).toBeUndefined()
    expect(listener.frames.map(({ type }) => type)).toEqual(['hello', 'member', 'message'])
  })

  it('sends a reset to a client that saw more of the one before it', async () => {
    const { room, owner, remake } = await again()
    for (const text of ['a', 'b', 'c']) await say(room, owner.name, text)
    const before = await listen(room)
    const { roomId } = await before.next('hello')
    expect(roomId).toBe(await roomIdOf(room))
    await remake()
    for (const text of ['d', 'e', 'f', 'g']) await say(room, owner.name, text)
    const listener = await listen(room, { after: 3, roomId })
    expect(await listener.next('reset')).toEqual({ type: 'reset', seq: 4 })
    await say(room, owner.name, 'h')
    await listener.entries(5)
    expect(listener.seqs).toEqual([5])
    const hello = await listener.next('hello')
    expect(hello.roomId).not.toBe(roomId)
    const resumed = await listen(room, { after: 3, roomId: hello.roomId })
    await resumed.entries(5)
    expect(resumed.seqs).toEqual([4, 5])
  })

  it('is not taken for the one before it by an event stream that reconnects by itself', async () => {
    const { room, owner, remake } = await again()
    await say(room, owner.name, 'a')
    const events = await stream(room)
    expect(await events.next()).toMatchObject({ id: '1' })
    await remake()
    expect(await events.next()).toMatchObject({ event: 'room', id: '', data: { chatroom: null } })
  })
})
