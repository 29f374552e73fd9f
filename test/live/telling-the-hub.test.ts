import type { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { NewEntry } from '../../src/live/hub-api'
import { newUser, ok, roomWithUser } from '../support/api'
import { hubOf, later, listen } from '../support/live'

/** A hub whose calls end when the test says so, or fail. */
const slowHub = () => {
  const calls: { seqs: number[]; end: PromiseWithResolvers<void> }[] = []
  const publish = (_: number, entries: NewEntry[]): Promise<void> => {
    const end = Promise.withResolvers<void>()
    calls.push({ seqs: entries.map(({ frame }) => frame.seq), end })
    return end.promise
  }
  const HUB = { getByName: () => ({ publish }) } as unknown as typeof env.HUB
  return { calls, HUB }
}

/** Sends messages that are stored while a call of the hub is under way. The answers of the requests wait for the calls in these tests. */
const sending = (room: string, userName: string, HUB: typeof env.HUB, count: number): Promise<unknown>[] =>
  Array.from({ length: count }, () =>
    ok('POST', `${room}/message`, { body: { userName, message: 'x' }, env: { HUB } }),
  )

it('tells a hub of a message again when the message is repeated under its key', async () => {
  const { room, userName } = await roomWithUser()
  const listener = await listen(room)
  const lost = { getByName: () => ({ publish: async () => undefined }) } as unknown as typeof env.HUB
  const request = { body: { userName, message: 'once' }, headers: { 'Idempotency-Key': 'key' } }
  await ok('POST', `${room}/message`, { ...request, env: { HUB: lost } })
  await ok('POST', `${room}/message`, request)
  await listener.entries(1)
  expect(listener.log).toMatchObject([{ seq: 1, message: 'once' }])
})

describe('one call tells a hub', () => {
  it('of all entries that were stored while the call before was under way', async () => {
    const { room, userName } = await roomWithUser()
    const { calls, HUB } = slowHub()
    const [first] = sending(room, userName, HUB, 1)
    await expect.poll(() => calls.length).toBe(1)
    await Promise.all(sending(room, userName, HUB, 20))
    expect(calls.map(({ seqs }) => seqs)).toEqual([[1]])
    calls[0]?.end.resolve()
    await expect.poll(() => calls.length).toBe(2)
    expect(calls[1]?.seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 2))
    calls[1]?.end.resolve()
    await first
    const last = sending(room, userName, HUB, 1)
    await expect.poll(() => calls.length).toBe(3)
    expect(calls[2]?.seqs).toEqual([22])
    calls[2]?.end.resolve()
    await Promise.all(last)
  })

  it('of the entries that waited for a call that failed', async () => {
    const { room, userName } = await roomWithUser()
    const { calls, HUB } = slowHub()
    const [first] = sending(room, userName, HUB, 1)
    await expect.poll(() => calls.length).toBe(1)
    await Promise.all(sending(room, userName, HUB, 1))
    calls[0]?.end.reject(new Error('Network connection lost.'))
    await expect.poll(() => calls.length).toBe(2)
    expect(calls[1]?.seqs).toEqual([1, 2])
    calls[1]?.end.resolve()
    await first
    expect(calls).toHaveLength(2)
  })

  it('of the entries that wait for a call that does not end: another request takes them over', async () => {
    const { room, userName } = await roomWithUser()
    const { calls, HUB } = slowHub()
    const [first] = sending(room, userName, HUB, 1)
    await expect.poll(() => calls.length).toBe(1)
    await Promise.all(sending(room, userName, HUB, 1))
    const [second] = await later(3000, async () => {
      const requests = sending(room, userName, HUB, 1)
      await expect.poll(() => calls.length).toBe(2)
      return requests
    })
    expect(calls[1]?.seqs).toEqual([2, 3])
    for (const { end } of calls) end.resolve()
    await Promise.all([first, second])
    expect(calls).toHaveLength(2)
  })

  it('at most ten times in one request, and the next request goes on', async () => {
    const { room, userName } = await roomWithUser()
    const { calls, HUB } = slowHub()
    const [first] = sending(room, userName, HUB, 1)
    for (let call = 1; call < 10; call++) {
      await expect.poll(() => calls.length).toBe(call)
      await Promise.all(sending(room, userName, HUB, 1))
      calls.at(-1)?.end.resolve()
    }
    await expect.poll(() => calls.length).toBe(10)
    const [next] = sending(room, userName, HUB, 1)
    await expect.poll(() => calls.length).toBe(11)
    for (const { end } of calls) end.resolve()
    await Promise.all([first, next])
    expect(calls.flatMap(({ seqs }) => seqs)).toEqual(Array.from({ length: 11 }, (_, i) => i + 1))
  })
})

it('a hub that is away for a moment is told later, and disconnects a user that was removed', async () => {
  const owner = await newUser()
  const { room, userName } = await roomWithUser()
  const { name } = await ok<{ name: string }>('POST', '/api/chatroom', {
    body: { name: `${room.slice(10)}-owned` },
    token: owner.token,
  })
  const owned = `/chatroom/${name}`
  await ok('PUT', owned, { body: { userName } })
  await ok('PATCH', owned, { body: { readers: 'members' }, token: owner.token })
  const listener = await listen(owned, { userName })
  let tries = 0
  const HUB = {
    getByName: () => {
      // The first three tries follow each other at once.
      if (++tries <= 3) throw new Error('Network connection lost.')
      return hubOf(owned)
    },
  } as unknown as typeof env.HUB
  await ok('DELETE', `${owned}/member/${userName}`, { token: owner.token, env: { HUB } })
  await listener.until(({ closed }) => closed)
  expect(listener.closed?.code).toBe(4001)
})
