import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Hub } from '../../src/live/hub'
import { ok, roomWithUser, say } from '../support/api'
import { answeringAfter, type Fate, failed, fated } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { bind, hubOf, type Listener, listen, roomIdOf, stream } from '../support/live'

/** Adds messages to the one of a room, by the same author, until there are `last`. */
const fill = async (room: string, last: number, text: string): Promise<void> => {
  await env.DB.prepare(
    `insert into messages (room_id, seq, author_id, text, created_at)
       with recursive n(seq) as (select 2 union all select seq + 1 from n where seq < ${last})
       select room_id, n.seq, author_id, ?, created_at from messages join n where room_id = ? and messages.seq = 1`,
  )
    .bind(text, await roomIdOf(room))
    .run()
}

describe('who catches up', () => {
  it('gets each entry once, though others come in a burst meanwhile', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    await fill(room, 600, 'short')
    // The first is for being let in, the second for what is beyond the first page.
    const burst = () => Promise.all(Array.from({ length: 5 }, (_, i) => say(room, userName, `burst ${i}`)))
    await bind(room, { DB: answeringAfter(burst, 2) })
    const listener = await listen(room, { after: 0 })
    await listener.entries(605)
    await say(room, userName, 'after the burst')
    await listener.entries(606)
    expect(listener.seqs).toEqual(Array.from({ length: 606 }, (_, i) => i + 1))
  })
})

const runs: Fate = (run) => run()

describe('who catches up while D1 fails', () => {
  it('is disconnected, and comes back with the number of its last entry', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    await fill(room, 600, 'short')
    // The first is for being let in, with the first page.
    await bind(room, { DB: fated(runs, failed).db })
    const first = await listen(room, { after: 0 })
    await first.until(({ closed }) => closed)
    expect(first.closed?.code).toBe(4001)
    expect(first.seqs).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    const second = await listen(room, { after: 500 })
    await second.entries(600)
    expect(second.seqs).toEqual(Array.from({ length: 100 }, (_, i) => i + 501))
  })
})

describe('who catches up, too', () => {
  it('is told at once how the room and its members stand', async () => {
    const { room, owner, member, guest } = await roomFixture()
    await say(room, member.name, 'one')
    await fill(room, 600, 'short')
    const change = async () => {
      await ok('PATCH', room, { token: owner.token, body: { title: 'changed meanwhile' } })
      await ok('PUT', room, { body: { userName: guest.name } })
    }
    await bind(room, { DB: answeringAfter(change, 2) })
    const listener = await listen(room, { after: 0 })
    await listener.entries(600)
    await listener.until(({ frames }) => frames.some(({ type }) => type === 'member'))
    expect(listener.frames.filter(({ type }) => type === 'room')).toMatchObject([
      { chatroom: { title: 'changed meanwhile' } },
    ])
    expect(listener.seqs).toEqual(Array.from({ length: 600 }, (_, i) => i + 1))
  })
})

describe('who does not read', () => {
  const large = { type: 'present' as const, userNames: Array(2000).fill('x'.repeat(50)) }
  const tell = async (room: string, times: number) => {
    const roomId = await roomIdOf(room)
    await runInDurableObject(hubOf(room), (hub: Hub) => {
      for (let i = 0; i < times; i++) hub.broadcast(roomId, large)
    })
  }

  it('is closed before that fills the memory; who says that it reads is not', async () => {
    const { room } = await roomWithUser()
    const [silent, reader] = [await listen(room), await listen(room)]
    for (let i = 1; i <= 10; i++) {
      await tell(room, 5)
      await reader.until(({ frames }) => frames.filter(({ type }) => type === 'present').length === 5 * i)
      reader.send({ type: 'read' })
    }
    await silent.until(({ closed }) => closed)
    expect(silent.closed?.code).toBe(4008)
    reader.send('ping')
    await reader.until(({ pongs }) => pongs.length === 1)
    expect(reader.closed).toBeUndefined()
  })

  it('over an event stream is the client: the stream itself says that it reads', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'joins')
    const events = await stream(room)
    await events.next()
    for (let i = 0; i < 50; i++) {
      await tell(room, 1)
      await events.next()
    }
    await say(room, userName, 'still here')
    expect(await events.next()).toMatchObject({ data: { message: 'still here' } })
    await events.cancel()
  })

  it('is not sent what it has missed faster than it reads', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    await fill(room, 1000, 'x'.repeat(4000))
    const listener = await listen(room, { after: 0 })
    await listener.until(({ log }) => log.length >= 500)
    await say(room, userName, 'the newest')
    // Waits for whatever the hub still has to do.
    await evictDurableObject(hubOf(room))
    listener.send('ping')
    await listener.until(({ pongs }) => pongs.length === 1)
    expect(listener.log.length).toBeLessThan(1000)
    while (listener.log.length < 1001) {
      const { length } = listener.log
      listener.send({ type: 'read' })
      await listener.until(({ log }) => log.length > length)
    }
    expect(listener.seqs).toEqual(Array.from({ length: 1001 }, (_, i) => i + 1))
    expect(listener.closed).toBeUndefined()
  })
})

describe('what is on its way to a client is bounded', () => {
  /** Each is 8,000 characters long on the wire. */
  const quotes = '"'.repeat(4000)
  const amount = (listener: Listener) =>
    listener.log.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0)

  it('by bytes while it catches up, and goes on as it acknowledges numbers', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    await fill(room, 900, quotes)
    const listener = await listen(room, { after: 0 })
    await listener.until((it) => amount(it) > 2_000_000)
    await evictDurableObject(hubOf(room))
    expect(amount(listener)).toBeLessThan(2_700_000)
    let acknowledged = 0
    while (listener.log.length < 900) {
      // As a client does that acknowledges each 256 KiB.
      await listener.until(({ log }) => log.length >= Math.min(900, acknowledged + 32))
      acknowledged = listener.seqs.at(-1) ?? 0
      listener.send({ type: 'read', seq: acknowledged })
    }
    expect(listener.seqs).toEqual(Array.from({ length: 900 }, (_, i) => i + 1))
    expect(listener.closed).toBeUndefined()
    await say(room, userName, 'and then live')
    await listener.entries(901)
  })

  it('by what it acknowledges by number: one that only says that it reads is closed, and misses nothing', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    await fill(room, 1700, quotes)
    const first = await listen(room, { after: 0 })
    for (let length = 0; !first.closed; ) {
      await first.until(({ log, closed }) => closed || log.length > length)
      length = first.log.length
      if (!first.closed) first.send({ type: 'read' })
    }
    expect(first.closed?.code).toBe(4008)
    expect(amount(first)).toBeGreaterThan(5_000_000)
    expect(amount(first)).toBeLessThan(12_000_000)
    const second = await listen(room, { after: first.seqs.at(-1) ?? 0 })
    await second.entries((first.seqs.at(-1) ?? 0) + 1)
    expect(second.seqs[0]).toBe((first.seqs.at(-1) ?? 0) + 1)
  })

  it('by what it was sent: a number beyond that acknowledges nothing', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    await fill(room, 900, quotes)
    const liar = await listen(room, { after: 0 })
    await liar.until((it) => amount(it) > 2_000_000)
    await evictDurableObject(hubOf(room))
    const before = amount(liar)
    liar.send({ type: 'read', seq: 900 })
    expect((await liar.next('error')).problem).toMatchObject({ status: 400, errors: [{ path: 'seq' }] })
    await evictDurableObject(hubOf(room))
    expect(amount(liar)).toBe(before)
  })
})
