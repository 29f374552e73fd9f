import { runInDurableObject } from 'cloudflare:test'
import type { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ok, roomWithUser } from '../support/api'
import { from, limiter } from '../support/limits'
import { bind, hubOf, listen } from '../support/live'

describe('what a socket sends', () => {
  it('counts against the budget of its address and name, with what comes by HTTP', async () => {
    const { room, userName } = await roomWithUser()
    const [ADDRESS_WRITES, NAME_WRITES] = [limiter(3), limiter(100)]
    const budget = { ADDRESS_WRITES, NAME_WRITES } as unknown as Partial<typeof env>
    const headers = from('192.0.2.1')
    const listener = await listen(room, { userName, headers })
    await bind(room, budget)
    await ok('POST', `${room}/message`, { body: { userName, message: 'by HTTP' }, headers, env: budget })
    listener.send({ type: 'message', message: 'by a socket', ref: '2' })
    expect(await listener.next('sent')).toMatchObject({ seq: 2 })
    listener.send({ type: 'message', message: '', ref: '3' })
    await listener.until(({ frames }) => frames.some((frame) => 'ref' in frame && frame.ref === '3'))
    listener.send({ type: 'message', message: 'too much', ref: '4' })
    await listener.until(({ frames }) => frames.some((frame) => 'ref' in frame && frame.ref === '4'))
    expect(listener.frames.at(-1)).toMatchObject({
      type: 'error',
      ref: '4',
      problem: { type: '/problems/rate-limited', status: 429 },
      retryAfterSeconds: 60,
    })
    expect([...ADDRESS_WRITES.counts.values()]).toEqual([4])
    expect([...NAME_WRITES.counts.values()]).toEqual([2])
    await runInDurableObject(hubOf(room), (_, state) => {
      const [socket] = state.getWebSockets()
      expect(socket?.deserializeAttachment()).toMatchObject({
        addressKey: expect.stringMatching(/^[\w-]{43}$/),
      })
    })
  })
})
