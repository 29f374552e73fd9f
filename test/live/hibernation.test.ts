import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { fails, roomWithUser, say } from '../support/api'
import { hubOf, listen, runAlarm } from '../support/live'

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

describe('a hub of no room', () => {
  it('keeps nothing of those who asked for it', async () => {
    await fails(404, 'GET', '/chatroom/nowhere-at-all/live')
    expect(await runAlarm('/chatroom/nowhere-at-all')).toBe(false)
    await runInDurableObject(hubOf('/chatroom/nowhere-at-all'), (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([])
    })
  })
})
