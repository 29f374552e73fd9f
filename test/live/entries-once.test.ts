import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import type { Hub } from '../../src/live/hub'
import type { NewEntry } from '../../src/live/hub-api'
import { ok, roomWithUser, say } from '../support/api'
import { counting } from '../support/database'
import { bind, countOf, hubOf, listen, roomIdOf, runAlarm } from '../support/live'

/** Hubs that hear of no new entry; `heard` is what they would have heard. */
const deaf = () => {
  const heard: NewEntry[] = []
  const publish = async (_: number, entries: NewEntry[]) => heard.push(...entries)
  return { heard, env: { HUB: { getByName: () => ({ publish }) } as unknown as typeof env.HUB } }
}
const sayUnheard = (room: string, userName: string, message: string, { env }: ReturnType<typeof deaf>) =>
  ok<Message>('POST', `${room}/message`, { body: { userName, message }, env })

describe('an entry', () => {
  it('that nobody published, and that nothing follows, comes when the hub looks after its listeners', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room)
    await sayUnheard(room, userName, 'the last before a quiet hour', deaf())
    expect(await runAlarm(room)).toBe(true)
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
    const entryOf = new Map(hub.heard.map((entry) => [entry.frame.seq, entry]))
    const cost = await countOf(room)
    await runInDurableObject(hubOf(room), (it: Hub) => {
      for (const numbers of [[3, 2], [2], [5, 1, 3], [4], [5]])
        it.publish(
          roomId,
          numbers.flatMap((seq) => entryOf.get(seq) ?? []),
        )
    })
    await listener.entries(5)
    expect(listener.log).toEqual(hub.heard.map(({ frame }) => frame))
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
    // The one is for letting the listener in.
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

it('a room of which somebody has deleted rows by hand, so that its log has a gap, costs its hub one look', async () => {
  const { room, userName } = await roomWithUser()
  const listener = await listen(room)
  const HUB = { getByName: () => ({ publish: async () => undefined }) } as unknown as typeof env.HUB
  for (const message of ['one', 'two', 'three'])
    await ok('POST', `${room}/message`, { body: { userName, message }, env: { HUB } })
  await env.DB.prepare('delete from messages where room_id = ? and seq = 2')
    .bind(await roomIdOf(room))
    .run()
  const { db, cost } = counting()
  await bind(room, { DB: db })
  await runAlarm(room)
  expect(listener.seqs).toEqual([1])
  expect(cost.roundTrips).toBeLessThanOrEqual(4)
})
