import { describe, expect, it } from 'vitest'
import type { MessageList } from '../../src/contract'
import { fails, ok, roomWithUser } from '../support/api'
import { holdingFirst } from '../support/database'
import { from, limiter } from '../support/limits'
import { bind, listen } from '../support/live'

describe('a frame that is', () => {
  it.each([
    ['not JSON', '{', 1007],
    ['no object', '"ping"', 1007],
    ['null', 'null', 1007],
    ['of no type that there is', '{"type":"shout"}', 1007],
    ['binary', new TextEncoder().encode('{"type":"typing"}').buffer as ArrayBuffer, 1007],
  ])('%s is answered, then the connection is closed', async (_, frame, code) => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    listener.send(frame)
    await listener.until(({ closed }) => closed)
    expect(listener.frames.at(-1)).toMatchObject({ type: 'error', problem: { status: 400 } })
    expect(listener.closed?.code).toBe(code)
  })

  it('too large closes the connection; one of 64 KiB does not', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    const frame = (bytes: number) => `{"type":"typing","x":"${'é'.repeat((bytes - 24) / 2)}"}`
    expect(new TextEncoder().encode(frame(65_536)).byteLength).toBe(65_536)
    listener.send(frame(65_536))
    listener.send({ type: 'presence' })
    await listener.next('present')
    listener.send(frame(65_538))
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(1009)
  })

  it('a message that is refused gets the problem that the HTTP API gives, and the connection stays', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    const answers = async (frame: object) => {
      const from = listener.frames.length
      listener.send(JSON.stringify(frame))
      const { problem } = await listener.next('error', from)
      return { ...problem, instance: '' }
    }
    for (const body of [
      {},
      { message: '' },
      { message: 7 },
      { message: 'x'.repeat(4001) },
      { message: '\0' },
    ]) {
      const response = await fails(400, 'POST', `${room}/message`, { body: { userName, ...body } })
      expect(await answers({ type: 'message', ...body })).toEqual({ ...response, instance: '' })
    }
    listener.send({ type: 'message', message: 'hello!', ref: 'r', idempotencyKey: 'k' })
    listener.send({ type: 'message', message: 'hello!', ref: 'r', idempotencyKey: 'k' })
    await listener.until(({ frames }) => frames.filter(({ type }) => type === 'sent').length === 2)
    expect(listener.frames.filter(({ type }) => type === 'sent')).toEqual([
      { type: 'sent', seq: 1, ref: 'r' },
      { type: 'sent', seq: 1, ref: 'r', replayed: true },
    ])
    await listener.entries(1)
    expect(listener.seqs).toEqual([1])
  })

  it('for those with a name is refused to those without', async () => {
    const { room } = await roomWithUser()
    const listener = await listen(room)
    listener.send({ type: 'message', message: 'x' })
    expect((await listener.next('error')).problem.detail).toContain('You are connected without a name')
    const from = listener.frames.length
    listener.send({ type: 'typing' })
    await listener.next('error', from)
    expect(listener.closed).toBeUndefined()
  })

  it('a question who is here counts as a request that reads', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName, headers: from('192.0.2.7') })
    await bind(room, { ADDRESS_READS: limiter(1) })
    listener.send({ type: 'presence' })
    expect((await listener.next('present')).userNames).toEqual([userName])
    listener.send({ type: 'presence' })
    expect(await listener.next('error')).toMatchObject({ problem: { status: 429 }, retryAfterSeconds: 60 })
  })

  it('about typing is passed on once a second', async () => {
    const { room, userName } = await roomWithUser()
    const [watcher, typist] = [await listen(room), await listen(room, { userName })]
    for (let i = 0; i < 20; i++) typist.send({ type: 'typing' })
    typist.send({ type: 'message', message: 'done' })
    await watcher.entries(1)
    expect(watcher.frames.filter(({ type }) => type === 'typing')).toHaveLength(1)
  })
})

describe('frames of one socket', () => {
  it('are handled in their order, though the first takes D1 longer', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    await bind(room, { DB: holdingFirst(() => scheduler.wait(200)) })
    for (const message of ['one', 'two', 'three']) listener.send({ type: 'message', message, ref: message })
    await listener.entries(3)
    expect(listener.log.map((entry) => 'message' in entry && entry.message)).toEqual(['one', 'two', 'three'])
    const sent = listener.frames.filter(({ type }) => type === 'sent')
    expect(sent).toMatchObject([{ ref: 'one' }, { ref: 'two' }, { ref: 'three' }])
  })

  it('do not wait in any number: a client that sends too many is disconnected', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName })
    const { promise: held, resolve } = Promise.withResolvers<void>()
    await bind(room, { DB: holdingFirst(() => held) })
    for (let i = 0; i < 1002; i++) listener.send({ type: 'message', message: String(i) })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4029)
    resolve()
    // The frames after the one on its way are dropped.
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    expect(messages.length).toBeLessThanOrEqual(1)
  })
})
