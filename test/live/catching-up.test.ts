import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { Hub } from '../../src/live/hub'
import { roomWithUser, say } from '../support/api'
import { answeringAfter } from '../support/database'
import { bind, connect, hubOf, listen, roomIdOf, stream } from '../support/live'

/** Adds messages of the same author to a room until it has `last`. */
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
    // The first is for access, the second for entries after the first page.
    const burst = () => Promise.all(Array.from({ length: 5 }, (_, i) => say(room, userName, `burst ${i}`)))
    await bind(room, { DB: answeringAfter(burst, 2) })
    const listener = await listen(room, { after: 0 })
    await listener.entries(605)
    await say(room, userName, 'after the burst')
    await listener.entries(606)
    expect(listener.seqs).toEqual(Array.from({ length: 606 }, (_, i) => i + 1))
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
    // Waits for the remaining work of the hub.
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

  it('nor pings any more, is gone: the others see that', async () => {
    const { room, userName } = await roomWithUser()
    const watcher = await listen(room)
    const gone = (await connect(room, { userName })).webSocket
    // Its network is down, so it does not answer the close frame either.
    gone?.accept({ allowHalfOpen: true })
    const closed = new Promise<CloseEvent>((close) => gone?.addEventListener('close', close))
    const pong = new Promise((heard) =>
      gone?.addEventListener('message', ({ data }) => data === 'pong' && heard(data)),
    )
    gone?.send('ping')
    await pong
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 91_000)
    try {
      await runDurableObjectAlarm(hubOf(room))
    } finally {
      clock.mockRestore()
    }
    expect((await closed).code).toBe(4009)
    expect(watcher.closed).toBeUndefined()
    await listen(room, { userName })
    const presence = ({ type }: { type: string }) => type === 'presence'
    await watcher.until(({ frames }) => frames.filter(presence).length === 3)
    expect(watcher.frames.filter(presence).map((frame) => 'present' in frame && frame.present)).toEqual([
      true,
      false,
      true,
    ])
  })
})
