import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { EntryFrame, Message } from '../src/contract'
import type { Hub } from '../src/live/hub'
import { fails, newUser, ok, roomWithUser, say } from './support/api'
import { counting } from './support/database'
import { bind, connect, hubOf, listen } from './support/live'

const roomIdOf = async (room: string) =>
  (await env.DB.prepare('select id from rooms where name = ?').bind(room.slice(10)).first<number>('id')) ?? 0
const alarm = (room: string) => runDurableObjectAlarm(hubOf(room))

/** Hubs that hear of no new entry; `heard` is what they would have heard. */
const deaf = () => {
  const heard: EntryFrame[] = []
  const publish = async (_: number, entry: EntryFrame) => heard.push(entry)
  return { heard, env: { HUB: { getByName: () => ({ publish }) } as unknown as typeof env.HUB } }
}
const sayUnheard = (room: string, userName: string, message: string, { env }: ReturnType<typeof deaf>) =>
  ok<Message>('POST', `${room}/message`, { body: { userName, message }, env })

/** Counts what the room's hub asks of D1 from now on. */
const countOf = async (room: string) => {
  const { db, cost } = counting()
  await bind(room, { DB: db })
  return cost
}

describe('a hub asleep', () => {
  it('answers pings without being woken, and goes on where it was', async () => {
    const { room, userName } = await roomWithUser()
    const listeners = [await listen(room), await listen(room, { after: 0 })]
    await say(room, userName, 'one')
    await say(room, userName, 'two')
    for (const listener of listeners) await listener.entries(2)
    await evictDurableObject(hubOf(room))
    for (const listener of listeners) {
      listener.send('ping')
      await listener.until(({ pongs }) => pongs.length === 1)
    }
    await expect(evictDurableObject(hubOf(room))).rejects.toThrow('not currently running')

    await say(room, userName, 'three')
    for (const listener of listeners) {
      await listener.entries(3)
      expect(listener.seqs).toEqual([1, 2, 3])
      expect(listener.closed).toBeUndefined()
    }
  })

  it('stays with those who stay, whoever leaves meanwhile', async () => {
    const { room, userName } = await roomWithUser()
    const listeners = [await listen(room), await listen(room), await listen(room)]
    await say(room, userName, 'one')
    for (const listener of listeners) await listener.entries(1)
    for (let seq = 2; listeners.length > 1; seq++) {
      await evictDurableObject(hubOf(room))
      const leaver = listeners.shift()
      leaver?.socket.close(1000)
      await leaver?.until(({ closed }) => closed)
      await say(room, userName, `message ${seq}`)
      for (const listener of listeners) {
        await listener.entries(seq)
        expect(listener.seqs).toEqual(Array.from({ length: seq }, (_, i) => i + 1))
        expect(listener.closed).toBeUndefined()
      }
    }
  })
})

describe('an entry', () => {
  it('that nobody published, and that nothing follows, comes when the hub looks after its listeners', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    await sayUnheard(room, userName, 'the last before a quiet hour', deaf())
    expect(await alarm(room)).toBe(true)
    await listener.entries(1)
    expect(listener.log).toMatchObject([{ seq: 1, message: 'the last before a quiet hour' }])
  })

  it('that was lost is read when the next one comes', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    const hub = deaf()
    for (const text of ['one', 'two', 'three']) await sayUnheard(room, userName, text, hub)
    await say(room, userName, 'four')
    await listener.entries(4)
    expect(listener.seqs).toEqual([1, 2, 3, 4])
  })

  it('comes once and in its turn, in whatever order the hub hears of it, and without asking D1', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    const roomId = await roomIdOf(room)
    const hub = deaf()
    for (let i = 1; i <= 5; i++) await sayUnheard(room, userName, `message ${i}`, hub)
    const [one, two, three, four, five] = hub.heard as [
      EntryFrame,
      EntryFrame,
      EntryFrame,
      EntryFrame,
      EntryFrame,
    ]
    const cost = await countOf(room)
    await runInDurableObject(hubOf(room), (it: Hub) => {
      for (const entry of [three, two, two, five, one, three, four, five]) it.publish(roomId, entry)
    })
    await listener.entries(5)
    expect(listener.log).toEqual([one, two, three, four, five])
    expect(cost.roundTrips).toBe(0)
  })

  it('costs one call of the hub, whatever the number of listeners', async () => {
    const { room, userName } = await roomWithUser()
    const listeners = await Promise.all(Array.from({ length: 50 }, () => listen(room)))
    const calls: string[] = []
    const HUB = {
      getByName: (name: string) =>
        new Proxy(env.HUB.getByName(name), {
          get: (hub, method: 'publish') => {
            calls.push(method)
            return (...of: Parameters<Hub['publish']>) => hub[method](...of)
          },
        }),
    } as unknown as typeof env.HUB
    await ok('POST', `${room}/message`, { body: { userName, message: 'to all' }, env: { HUB } })
    for (const listener of listeners) await listener.entries(1)
    expect(calls).toEqual(['publish'])
  })
})

describe('who comes back', () => {
  it('gets what the hub still has without a question to D1', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    for (let i = 1; i <= 5; i++) await say(room, userName, `message ${i}`)
    await listener.entries(5)
    const cost = await countOf(room)
    const again = await listen(room, { after: 2 })
    await again.entries(5)
    expect(again.seqs).toEqual([3, 4, 5])
    expect(cost.roundTrips).toBe(0)
    const named = await listen(room, { after: 2, userName })
    await named.entries(5)
    expect(cost.roundTrips).toBe(1)
  })

  it('sees texts as they stand: what was deleted is gone', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    await say(room, userName, 'a secret')
    await say(room, userName, 'a typo')
    await ok('PATCH', `${room}/message/2`, { body: { userName, message: 'no typo' } })
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'half a secret' } })
    await ok('DELETE', `${room}/message/1?userName=${userName}`)
    await listener.entries(5)
    const again = await listen(room, { after: 0 })
    await again.entries(5)
    await evictDurableObject(hubOf(room), { webSockets: 'close' })
    const fromD1 = await listen(room, { after: 0 })
    await fromD1.entries(5)
    for (const { log } of [again, fromD1]) {
      expect(log).toMatchObject([
        { type: 'message', message: null, deletedAt: expect.any(String) },
        { type: 'message', message: 'no typo', editedAt: expect.any(String) },
        { type: 'edit', target: 2, message: 'no typo' },
        { type: 'edit', target: 1, message: null },
        { type: 'delete', target: 1 },
      ])
    }
    expect(fromD1.log).toEqual(again.log)
  })

  it('and was further than a database that has been restored is told to start again', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    for (let i = 1; i <= 3; i++) await say(room, userName, `message ${i}`)
    await listener.entries(3)
    await env.DB.prepare('delete from messages where room_id = ? and seq > 1')
      .bind(await roomIdOf(room))
      .run()
    await alarm(room)
    expect(await listener.next('reset')).toEqual({ type: 'reset', seq: 1 })
    await say(room, userName, 'again')
    await listener.until(({ log }) => log.length === 4)
    expect(listener.log.at(-1)).toMatchObject({ seq: 2, message: 'again' })
  })
})

describe('who does not read', () => {
  const large = { type: 'present' as const, userNames: Array(2000).fill('x'.repeat(50)) }
  const tell = (room: string, times: number) =>
    runInDurableObject(hubOf(room), (hub: Hub) => {
      for (let i = 0; i < times; i++) hub.tell(large)
    })

  it('is closed before that fills the memory; who says that it reads is not', async () => {
    const { room } = await roomWithUser()
    const [silent, reader] = [await listen(room), await listen(room)]
    for (let i = 0; i < 10; i++) {
      await tell(room, 5)
      reader.send({ type: 'read' })
    }
    await silent.until(({ closed }) => closed)
    expect(silent.closed?.code).toBe(4008)
    reader.send('ping')
    await reader.until(({ pongs }) => pongs.length === 1)
    expect(reader.closed).toBeUndefined()
  })

  it('is not sent what it has missed faster than it reads', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    await env.DB.prepare(
      `insert into messages (room_id, seq, author_id, text, created_at)
       with recursive n(seq) as (select 2 union all select seq + 1 from n where seq < 1000)
       select room_id, n.seq, author_id, ?, created_at from messages join n where room_id = ? and messages.seq = 1`,
    )
      .bind('x'.repeat(4000), await roomIdOf(room))
      .run()
    const listener = await listen(room, { after: 0 })
    await listener.until(({ log }) => log.length >= 500)
    await say(room, userName, 'the newest')
    expect(listener.log.length).toBeLessThan(1000)
    listener.send({ type: 'read' })
    await listener.entries(1001)
    expect(listener.seqs).toEqual(Array.from({ length: 1001 }, (_, i) => i + 1))
    expect(listener.closed).toBeUndefined()
  })

  it('nor pings any more, is gone: the others see that', async () => {
    const { room, userName } = await roomWithUser()
    const [watcher, gone] = [await listen(room), await listen(room, { userName })]
    gone.send('ping')
    await gone.until(({ pongs }) => pongs.length === 1)
    const later = Date.now() + 31_000
    const clock = vi.spyOn(Date, 'now').mockReturnValue(later)
    try {
      await alarm(room)
    } finally {
      clock.mockRestore()
    }
    await watcher.until(({ frames }) => frames.some((frame) => frame.type === 'presence' && !frame.present))
    await gone.until(({ closed }) => closed)
    expect(gone.closed?.code).toBe(4009)
    expect(watcher.closed).toBeUndefined()
  })
})

describe('a frame that is', () => {
  it.each([
    ['not JSON', '{', 1007],
    ['no object', '"ping"', 1007],
    ['null', 'null', 1007],
    ['of no type that there is', '{"type":"shout"}', 1007],
    ['binary', new TextEncoder().encode('{"type":"typing"}').buffer as ArrayBuffer, 1007],
  ])('%s is answered, then the connection is closed', async (_, frame, code) => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    listener.send(frame)
    await listener.until(({ closed }) => closed)
    expect(listener.frames.at(-1)).toMatchObject({ type: 'error', problem: { status: 400 } })
    expect(listener.closed?.code).toBe(code)
  })

  it('too large closes the connection; one of 64 KiB does not', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    const frame = (bytes: number) => `{"type":"typing","x":"${'é'.repeat((bytes - 24) / 2)}"}`
    expect(new TextEncoder().encode(frame(65_536)).byteLength).toBe(65_536)
    listener.send(frame(65_536))
    listener.send({ type: 'presence' })
    await listener.next('present')
    listener.send(frame(65_538))
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(1009)
  })

  it('a message that is refused gets the problem that the HTTP API gives, and the connection stays', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    const answers = async (frame: object) => {
      const from = listener.frames.length
      listener.send(JSON.stringify(frame))
      const { problem } = await listener.next('error', from)
      return { ...problem, instance: '' }
    }
    for (const body of [
      {},
      { message: '' },
      { message: 7 },
      { message: 'x'.repeat(4001) },
      { message: '\0' },
    ]) {
      const response = await fails(400, 'POST', `${room}/message`, { body: { userName, ...body } })
      expect(await answers({ type: 'message', ...body })).toEqual({ ...response, instance: '' })
    }
    listener.send({ type: 'message', message: 'hello!', ref: 'r', idempotencyKey: 'k' })
    listener.send({ type: 'message', message: 'hello!', ref: 'r', idempotencyKey: 'k' })
    await listener.until(({ frames }) => frames.filter(({ type }) => type === 'sent').length === 2)
    expect(listener.frames.filter(({ type }) => type === 'sent')).toEqual([
      { type: 'sent', seq: 1, ref: 'r' },
      { type: 'sent', seq: 1, ref: 'r', replayed: true },
    ])
    expect(listener.seqs).toEqual([1])
  })

  it('for those with a name is refused to those without', async () => {
    const { room } = await roomWithUser()
    const listener = await listen(room)
    listener.send({ type: 'message', message: 'x' })
    expect((await listener.next('error')).problem.detail).toContain('You listen as nobody')
    const from = listener.frames.length
    listener.send({ type: 'typing' })
    await listener.next('error', from)
    expect(listener.closed).toBeUndefined()
  })

  it('about typing is passed on once a second', async () => {
    const { room, userName } = await roomWithUser()
    const [watcher, typist] = [await listen(room), await listen(room, { userName })]
    for (let i = 0; i < 20; i++) typist.send({ type: 'typing' })
    typist.send({ type: 'message', message: 'done' })
    await watcher.entries(1)
    expect(watcher.frames.filter(({ type }) => type === 'typing')).toHaveLength(1)
  })
})

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
      getByName: () => ({ tell: async () => {}, close: async () => {} }),
    } as unknown as typeof env.HUB
    await ok('DELETE', room, { token: owner.token, env: { HUB: silent } })
    await ok('POST', '/api/chatroom', { body: { name }, token: owner.token })
    const newer = await listen(room)
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4004)
    const entry = {
      type: 'message',
      seq: 1,
      userName: null,
      message: 'late',
      createdAt: new Date().toISOString(),
    } as const
    await hubOf(room).publish(old, entry)
    await say(room, owner.name, 'new')
    await newer.entries(1)
    expect(newer.log).toMatchObject([{ message: 'new' }])
    expect((await connect(room, { after: 0 })).status).toBe(101)
  })
})
