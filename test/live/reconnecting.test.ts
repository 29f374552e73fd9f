import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import type { NewEntry } from '../../src/live/hub-api'
import { ok, roomWithUser, say } from '../support/api'
import { countOf, hubOf, listen, roomIdOf, runAlarm } from '../support/live'

/** Hubs that hear of no new entry; `heard` is what they would have heard. */
const deaf = () => {
  const heard: NewEntry[] = []
  const publish = async (_: number, entries: NewEntry[]) => heard.push(...entries)
  return { heard, env: { HUB: { getByName: () => ({ publish }) } as unknown as typeof env.HUB } }
}
const sayUnheard = (room: string, userName: string, message: string, { env }: ReturnType<typeof deaf>) =>
  ok<Message>('POST', `${room}/message`, { body: { userName, message }, env })

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
    await runAlarm(room)
    expect(await listener.next('reset')).toEqual({ type: 'reset', seq: 1 })
    await say(room, userName, 'again')
    await listener.until(({ log }) => log.length === 4)
    expect(listener.log.at(-1)).toMatchObject({ seq: 2, message: 'again' })
  })

  it('and was away while the database was restored starts again, also if its number was given out again', async () => {
    const { room, userName } = await roomWithUser()
    for (let i = 1; i <= 3; i++) await say(room, userName, `message ${i}`)
    const away = await listen(room)
    const { roomId } = await away.next('hello')
    away.socket.close(1000)
    await away.until(({ closed }) => closed)
    await env.DB.batch([
      env.DB.prepare('delete from messages where room_id = ? and seq > 1').bind(await roomIdOf(room)),
      env.DB.prepare("insert or replace into versions values ('history', abs(random() % 4503599627370496))"),
    ])
    await evictDurableObject(hubOf(room))
    for (let i = 1; i <= 4; i++) await say(room, userName, `another ${i}`)
    const back = await listen(room, { after: 3, roomId })
    expect(await back.next('reset')).toEqual({ type: 'reset', seq: 5 })
    const { roomId: history } = await back.next('hello')
    expect(history).not.toBe(roomId)
    const resumed = await listen(room, { after: 3, roomId: history })
    await resumed.entries(5)
    expect(resumed.seqs).toEqual([4, 5])
  })
})
