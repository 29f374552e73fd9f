import { describe, expect, it } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { fails, newRoom, newUser, ok, roomWithUser, say } from '../support/api'
import { bind, connect, listen, roomIdOf, stream } from '../support/live'

describe('a listener', () => {
  it('is greeted, and then gets each entry once it is stored', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'before')
    const listener = await listen(room)
    expect(await listener.next('hello')).toEqual({
      type: 'hello',
      seq: 1,
      roomId: await roomIdOf(room),
      chatroom: room.slice(10),
      userName: null,
    })
    const said = await say(room, userName, 'hello!')
    await ok('PATCH', `${room}/message/2`, { body: { userName, message: 'hello?' } })
    await ok('DELETE', `${room}/message/2?userName=${userName}`)
    await listener.entries(4)
    const createdAt = expect.stringMatching(/Z$/)
    expect(listener.log).toEqual([
      {
        type: 'message',
        seq: 2,
        userId: said.userId,
        userName,
        avatar: null,
        message: 'hello!',
        createdAt: said.createdAt,
        replyTo: null,
        mentions: [],
        reactions: [],
        files: [],
      },
      { type: 'edit', seq: 3, target: 2, userName, message: 'hello?', createdAt },
      { type: 'delete', seq: 4, target: 2, userName, createdAt },
    ])
    expect(listener.frames[0]?.type).toBe('hello')
  })

  it.each([0, 3, 5])('that comes back with `after` %i gets what it has missed', async (after) => {
    const { room, userName } = await roomWithUser()
    for (let i = 1; i <= 5; i++) await say(room, userName, `message ${i}`)
    const listener = await listen(room, { after })
    await say(room, userName, 'message 6')
    await listener.entries(6)
    expect(listener.seqs).toEqual([1, 2, 3, 4, 5, 6].filter((seq) => seq > after))
  })

  it('that is ahead of the log is told to start again', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    const listener = await listen(room, { after: 7 })
    expect(await listener.next('reset')).toEqual({ type: 'reset', seq: 1 })
    await say(room, userName, 'two')
    expect((await listener.entries(2)).map(({ seq }) => seq)).toEqual([2])
  })

  it('gets a thousand entries that it has missed, in order', async () => {
    const { room, userName } = await roomWithUser()
    const texts = Array.from({ length: 1200 }, (_, i) => `message ${i + 1}`)
    for (let i = 0; i < texts.length; i += 50)
      await Promise.all(texts.slice(i, i + 50).map((text) => say(room, userName, text)))
    const listener = await listen(room, { after: 0 })
    await listener.entries(1200)
    expect(listener.seqs).toEqual(texts.map((_, i) => i + 1))
  })

  it('of no room gets a problem', async () => {
    await fails(404, 'GET', '/chatroom/nowhere/live')
    expect((await connect('/chatroom/nowhere')).status).toBe(404)
    const { name } = await newRoom()
    await fails(400, 'GET', `/chatroom/${name}/live?after=x`)
    await fails(404, 'GET', `/chatroom/${name}/live?userName=nobody`)
  })

  it('has its pings answered', async () => {
    const { room } = await roomWithUser()
    const listener = await listen(room)
    listener.send('ping')
    await listener.until(({ pongs }) => pongs.length === 1)
  })
})

describe('a listener with a name', () => {
  it('may speak, and hears itself once', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    expect(await listener.next('hello')).toMatchObject({ userName })
    listener.send({ type: 'message', message: 'over the wire', ref: 'a' })
    expect(await listener.next('sent')).toEqual({ type: 'sent', seq: 1, ref: 'a' })
    await say(room, userName, 'over HTTP')
    await listener.entries(2)
    expect(listener.seqs).toEqual([1, 2])
    listener.send({ type: 'message', message: '', ref: 'b' })
    expect(await listener.next('error')).toMatchObject({ ref: 'b', problem: { status: 400 } })
  })

  it('is present once, however many tabs it has open', async () => {
    const { room, userName } = await roomWithUser()
    const watcher = await listen(room)
    const tabs = [await listen(room, { userName }), await listen(room, { userName })]
    const other = await newUser()
    const last = await listen(room, { userName: other.name })
    watcher.send({ type: 'presence' })
    expect((await watcher.next('present')).userNames.sort()).toEqual([userName, other.name].sort())
    for (const { socket } of tabs) socket.close(1000)
    last.send({ type: 'typing' })
    await watcher.until(({ frames }) => frames.filter(({ type }) => type === 'presence').length === 3)
    expect(watcher.frames.filter(({ type }) => type === 'presence')).toEqual([
      { type: 'presence', userName, present: true },
      { type: 'presence', userName: other.name, present: true },
      { type: 'presence', userName, present: false },
    ])
    expect(await watcher.next('typing')).toEqual({ type: 'typing', userName: other.name })
  })
})

describe('what is no entry', () => {
  it('is told to those who are here: who joins, by whatever way, what becomes of members, what the room is', async () => {
    const owner = await newUser()
    const { name } = await ok<Chatroom>('POST', '/api/chatroom', {
      body: { name: `told-${owner.id}` },
      token: owner.token,
    })
    const room = `/chatroom/${name}`
    const [watcher, events] = [await listen(room), await stream(room)]
    const { token } = owner
    const [one, two, three] = [await newUser(), await newUser(), await newUser()]
    await ok('PUT', room, { body: { userName: one.name } })
    await ok('PUT', room, { body: { userName: one.name } })
    await say(room, two.name, 'joined by speaking')
    const speaker = await listen(room, { userName: three.name })
    speaker.send({ type: 'message', message: 'joined by a socket' })
    await watcher.entries(2)
    await ok('PATCH', `${room}/member/${one.name}`, { body: { role: 'moderator' }, token })
    await ok('PATCH', room, { body: { title: 'Ours' }, token })
    await ok('DELETE', `${room}/member/${one.name}?userName=${one.name}`)
    await watcher.until(({ frames }) =>
      frames.some((frame) => frame.type === 'member' && frame.role === null),
    )
    const live = ({ type }: { type: string }) => ['member', 'room', 'presence'].includes(type)
    const expected = [
      { type: 'member', userName: one.name, role: 'member' },
      { type: 'member', userName: two.name, role: 'member' },
      { type: 'presence', userName: three.name, present: true },
      { type: 'member', userName: three.name, role: 'member' },
      { type: 'member', userName: one.name, role: 'moderator' },
      { type: 'room', chatroom: expect.objectContaining({ name, title: 'Ours' }) },
      { type: 'member', userName: one.name, role: null },
    ]
    expect(watcher.frames.filter(live)).toEqual(expected)
    const heard = []
    while (heard.length < expected.length) {
      const event = await events.next()
      if (live(event.data)) heard.push(event.data)
      if (event.data.type !== 'message') expect(event.id === undefined || event.event === 'hello').toBe(true)
    }
    expect(heard).toEqual(expected)
    await events.cancel()
  })

  it('is not said by a bare name where everybody needs a token', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    await bind(room, { IDENTITY: 'protected' })
    for (const frame of [{ type: 'message', message: 'x' }, { type: 'typing' }] as const) {
      const from = listener.frames.length
      listener.send(frame)
      expect((await listener.next('error', from)).problem.type).toBe('/problems/token-required')
    }
  })
})
