import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import type { ClientFrame, Ticket } from '../../src/contract'
import { MAX_FRAMES } from '../../src/contract'
import { newUser, ok, roomWithUser, say } from '../support/api'
import { connect, hubOf, type Listener, listen } from '../support/live'

const v2 = { protocols: ['parlour.v2'] }

/** Returns the frames of the type `sent` and `error`, by their `ref`. */
const answers = ({ frames }: Listener) =>
  frames.flatMap((frame) =>
    frame.type === 'sent' || frame.type === 'error' ? [[frame.ref, frame.type]] : [],
  )

describe('the subprotocol of a WebSocket', () => {
  it.each([
    [['parlour.v2'], 'parlour.v2'],
    [['parlour.v1'], 'parlour.v1'],
    [['parlour.v1', 'parlour.v2'], 'parlour.v2'],
    [['graphql-ws', 'parlour.v1'], 'parlour.v1'],
    [['parlour.v3', 'PARLOUR.V2'], null],
    [[], null],
  ])('of those that are offered, %j, is %s', async (protocols, chosen) => {
    const { room } = await roomWithUser()
    const { status, headers } = await connect(room, { protocols })
    expect(status).toBe(101)
    expect(headers.get('Sec-WebSocket-Protocol')).toBe(chosen)
  })

  it('stands beside a ticket, before or after it', async () => {
    const { room } = await roomWithUser()
    const { name, token } = await newUser()
    for (const order of [1, -1]) {
      const { ticket } = await ok<Ticket>('POST', `${room}/ticket`, { body: {}, token })
      const protocols = ['parlour.v2', `ticket.${ticket}`].sort(() => order)
      const listener = await listen(room, { protocols })
      expect(await listener.next('hello')).toMatchObject({ userName: name })
      expect(listener.messages[0]).toHaveLength(1)
    }
  })
})

describe('a client of parlour.v2', () => {
  it('is greeted with the entries that it has missed, in one array', async () => {
    const { room, userName } = await roomWithUser()
    for (const text of ['one', 'two', 'three']) await say(room, userName, text)
    const listener = await listen(room, { ...v2, after: 1 })
    await listener.entries(3)
    expect(listener.messages.map((frames) => frames.map(({ type }) => type))).toEqual([
      ['hello', 'message', 'message'],
    ])
    const ahead = await listen(room, { ...v2, after: 7 })
    await ahead.next('reset')
    expect(ahead.messages.map((frames) => frames.map(({ type }) => type))).toEqual([['hello', 'reset']])
  })

  it('is sent arrays also after its hub has slept, while another gets frame by frame', async () => {
    const { room, userName } = await roomWithUser()
    const listeners = [await listen(room, v2), await listen(room)]
    await say(room, userName, 'one')
    await evictDurableObject(hubOf(room))
    await say(room, userName, 'two')
    for (const listener of listeners) {
      await listener.entries(2)
      expect(listener.seqs).toEqual([1, 2])
    }
  })

  it('is sent many entries in arrays of a bounded length', async () => {
    const { room, userName } = await roomWithUser()
    for (let seq = 1; seq <= 40; seq++) await say(room, userName, `${seq} ${'\u0001'.repeat(3990)}`)
    const listener = await listen(room, { ...v2, after: 0 })
    await listener.entries(40)
    expect(listener.seqs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    const lengths = listener.messages.map((frames) => JSON.stringify(frames).length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256 * 1024 + 2)
    expect(lengths).toHaveLength(4)
  })
})

describe.each([['parlour.v1'], ['parlour.v2']])('an array of frames from a client of %s', (protocol) => {
  const protocols = [protocol]

  it('is handled in order, and the frames that are wrong hurt no others', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { protocols, userName })
    const frames = [
      { type: 'message', message: 'one', ref: '1' },
      { type: 'message', message: '', ref: '2' },
      { type: 'shout', ref: '3' },
      null,
      [{ type: 'typing' }],
      { type: 'message', message: 'two', ref: '4' },
      { type: 'presence' },
    ]
    listener.send(JSON.stringify(frames))
    await listener.next('present')
    await listener.entries(2)
    expect(listener.log).toMatchObject([
      { seq: 1, message: 'one' },
      { seq: 2, message: 'two' },
    ])
    expect(answers(listener)).toEqual([
      ['1', 'sent'],
      ['2', 'error'],
      ['3', 'error'],
      [undefined, 'error'],
      [undefined, 'error'],
      ['4', 'sent'],
    ])
    expect(listener.closed).toBeUndefined()
  })

  it('keeps its order, also where a reply names a number that is given out behind it', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { protocols, userName })
    listener.send([
      { type: 'message', message: 'one', ref: '1' },
      { type: 'message', message: 'to the next one', replyTo: 2, ref: '2' },
      { type: 'message', message: 'two', ref: '3' },
      { type: 'message', message: 'to two', replyTo: 2, ref: '4' },
    ])
    await listener.entries(3)
    expect(listener.log).toMatchObject([
      { message: 'one', replyTo: null },
      { message: 'two', replyTo: null },
      { message: 'to two', replyTo: 2 },
    ])
    expect(answers(listener)).toEqual([
      ['1', 'sent'],
      ['2', 'error'],
      ['3', 'sent'],
      ['4', 'sent'],
    ])
    expect((await listener.next('error')).problem.title).toBe('Message not found')
  })

  it('may hold as many as the contract says, and not one more', async () => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { protocols, userName })
    const asked = (count: number): ClientFrame[] => Array(count).fill({ type: 'presence' })
    listener.send(asked(MAX_FRAMES))
    await listener.until(
      ({ frames }) => frames.filter(({ type }) => type === 'present').length === MAX_FRAMES,
    )
    listener.send(asked(MAX_FRAMES + 1))
    await listener.until(({ closed }) => closed)
    expect(listener.closed).toEqual({ code: 1009, reason: `An array may hold at most ${MAX_FRAMES} frames.` })
  })

  it('that is empty is answered, then the connection is closed', async () => {
    const { room } = await roomWithUser()
    const listener = await listen(room, { protocols })
    listener.send('[]')
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(1007)
    expect((await listener.next('error')).problem.detail).toBe('The array holds no frame.')
  })
})
