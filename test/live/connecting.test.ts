import type { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import type { NewEntry } from '../../src/live/hub-api'
import { ok, roomWithUser, say } from '../support/api'
import { countOf, listen, runAlarm } from '../support/live'

const _alarm = (room: string) => runAlarm(room)

/** Hubs that hear of no new entry; `heard` is what they would have heard. */
const deaf = () => {
  const heard: NewEntry[] = []
  const publish = async (_: number, entries: NewEntry[]) => heard.push(...entries)
  return { heard, env: { HUB: { getByName: () => ({ publish }) } as unknown as typeof env.HUB } }
}
const sayUnheard = (room: string, userName: string, message: string, { env }: ReturnType<typeof deaf>) =>
  ok<Message>('POST', `${room}/message`, { body: { userName, message }, env })

describe('who comes', () => {
  it('and is anonymous is let in on what D1 said a moment ago, and misses nothing', async () => {
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
