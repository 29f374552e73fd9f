import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import type { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import type { Hub } from '../../src/live/hub'
import { fails, ok, roomWithUser, say } from '../support/api'
import { hubOf, listen, roomIdOf, runAlarm } from '../support/live'

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

  it('keeps the place of the listeners that stay, whichever leaves', async () => {
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

it('an entry that is sent while somebody leaves is known to be sent, and comes once', async () => {
  const { room, userName } = await roomWithUser()
  const listener = await listen(room)
  await listen(room, { userName })
  const roomId = await roomIdOf(room)
  const HUB = { getByName: () => ({ publish: async () => undefined }) } as unknown as typeof env.HUB
  const body = { userName, message: 'one' }
  const message = await ok<Message>('POST', `${room}/message`, { body, env: { HUB } })
  await runInDurableObject(hubOf(room), (hub: Hub, state) => {
    hub.publish(roomId, [{ frame: { ...message, type: 'message' }, joined: false }])
    for (const socket of state.getWebSockets())
      if (socket.deserializeAttachment().user !== null) hub.webSocketClose(socket, 1000)
  })
  await listener.entries(1)
  listener.send({ type: 'read', seq: 1 })
  await evictDurableObject(hubOf(room))
  await runAlarm(room)
  listener.send({ type: 'presence' })
  await listener.next('present')
  expect(listener.frames.map(({ type }) => type)).toEqual([
    'hello',
    'presence',
    'message',
    'presence',
    'present',
  ])
})

describe('a hub of no room', () => {
  it('keeps nothing of those who asked for it', async () => {
    await fails(404, 'GET', '/chatroom/nowhere-at-all/live')
    expect(await runAlarm('/chatroom/nowhere-at-all')).toBe(false)
    await runInDurableObject(hubOf('/chatroom/nowhere-at-all'), (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([])
    })
  })
})
