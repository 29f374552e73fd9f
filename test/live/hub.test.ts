import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { EntryFrame, Message } from '../../src/contract'
import type { Hub } from '../../src/live/hub'
import { fails, newUser, ok, roomWithUser, say } from '../support/api'
import { counting } from '../support/database'
import { bind, connect, hubOf, listen, roomIdOf } from '../support/live'

const alarm = (room: string) => runDurableObjectAlarm(hubOf(room))

/** Returns hubs that get no notice of new entries. `heard` has the lost notices. */
const deaf = () => {
  const heard: EntryFrame[] = []
  const publish = async (_: number, entry: EntryFrame) => heard.push(entry)
  return { heard, env: { HUB: { getByName: () => ({ publish }) } as unknown as typeof env.HUB } }
}
const sayUnheard = (room: string, userName: string, message: string, { env }: ReturnType<typeof deaf>) =>
  ok<Message>('POST', `${room}/message`, { body: { userName, message }, env })

/** Counts the D1 queries of the room's hub from now on. */
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

describe('a hub of no room', () => {
  it('keeps nothing of those who asked for it', async () => {
    await fails(404, 'GET', '/chatroom/nowhere-at-all/live')
    expect(await alarm('/chatroom/nowhere-at-all')).toBe(false)
    await runInDurableObject(hubOf('/chatroom/nowhere-at-all'), (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([])
    })
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

  it('is asked of D1 by nobody where nobody listens', async () => {
    const { room, userName } = await roomWithUser()
    const cost = await countOf(room)
    await say(room, userName, 'one')
    for (const text of ['two', 'three']) await sayUnheard(room, userName, text, deaf())
    await hubOf(room).readUpTo(await roomIdOf(room), 3)
    const listener = await listen(room)
    expect(await listener.next('hello')).toMatchObject({ seq: 3 })
    // The one query is for access.
    expect(cost.roundTrips).toBe(1)
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

describe('who comes', () => {
  it('and is nobody in particular is let in on what D1 said a moment ago, and misses nothing', async () => {
    const { room, userName } = await roomWithUser()
    const first = await listen(room)
    await say(room, userName, 'one')
    await first.entries(1)
    await sayUnheard(room, userName, 'two', deaf())
    const cost = await countOf(room)
    const second = await listen(room)
    expect(await second.next('hello')).toMatchObject({ seq: 1 })
    expect(cost.roundTrips).toBe(0)
    await say(room, userName, 'three')
    await second.entries(3)
    expect(second.seqs).toEqual([2, 3])
  })

  it('while much is said is greeted first, and gets all that is after the greeting', async () => {
    const { room, userName } = await roomWithUser()
    await listen(room)
    const numbers = Array.from({ length: 10 }, (_, i) => i + 1)
    const coming = numbers.flatMap(
      (number) => [listen(room), say(room, userName, `message ${number}`)] as const,
    )
    for (const listener of (await Promise.all(coming)).filter((each) => 'socket' in each)) {
      const { seq } = await listener.next('hello')
      if (seq < numbers.length) await listener.entries(numbers.length)
      expect(listener.frames[0]?.type).toBe('hello')
      expect(listener.seqs).toEqual(numbers.slice(seq))
    }
  })

  it('by a name is looked at by D1 each time', async () => {
    const { room, userName } = await roomWithUser()
    await listen(room)
    const cost = await countOf(room)
    for (const roundTrips of [1, 2]) {
      await listen(room, { userName })
      expect(cost.roundTrips).toBe(roundTrips)
    }
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

  it('and knows of more than the hub does is not told to start again', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    await say(room, userName, 'one')
    await listener.entries(1)
    const { seq } = await sayUnheard(room, userName, 'two', deaf())
    const again = await listen(room, { after: seq })
    await say(room, userName, 'three')
    await again.entries(3)
    expect(again.frames.map(({ type }) => type)).toEqual(['hello', 'message'])
    expect(again.seqs).toEqual([3])
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
    const entry = {
      type: 'message',
      seq: 1,
      userId: null,
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
