import { describe, expect, it, vi } from 'vitest'
import type { ClientFrame, Message, MessageList } from '../../src/contract'
import { newUser, ok, roomWithUser } from '../support/api'
import { counting, type Fate, failed, fated, held, lost, wrong } from '../support/database'
import { from, limiter } from '../support/limits'
import { bind, type Listener, listen } from '../support/live'

const PATIENCE = { timeout: 30_000, interval: 5 }

/** A message as a frame. Its text is also its `ref`, and its key if it has one (a key has no spaces). */
const saying = (text: string, isKeyed = true): ClientFrame => ({
  type: 'message',
  message: text,
  ref: text,
  ...(isKeyed && { idempotencyKey: text.replaceAll(' ', '-') }),
})
const texts = ({ log }: Listener) => log.map((entry) => 'message' in entry && entry.message)
const answers = ({ frames }: Listener) =>
  frames.flatMap((frame) => {
    if (frame.type === 'sent') return [[frame.ref, frame.replayed ? 'replayed' : 'sent']]
    return frame.type === 'error' ? [[frame.ref, frame.problem.type.replace('/problems/', '')]] : []
  })
/** Waits until a listener has been answered `count` times. */
const answered = async (listener: Listener, count: number) =>
  answers(await listener.until((it) => answers(it).length >= count))
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

/** A room with members, who all listen. */
const roomWithSpeakers = async (count: number) => {
  const { room } = await roomWithUser()
  const users = await Promise.all(numbers(count).map(() => newUser()))
  for (const { name: userName } of users) await ok('PUT', room, { body: { userName } })
  const protocols = ['parlour.v2']
  const headers = from('192.0.2.1')
  const speakers: Listener[] = []
  for (const { name: userName } of users) speakers.push(await listen(room, { protocols, userName, headers }))
  return { room, speakers: speakers as [Listener, ...Listener[]] }
}

/** Sends all frames while the batch of a first one is under way. `fates` decides how each batch ends. Returns their sizes. */
const sendMeanwhile = async (
  room: string,
  first: Listener,
  others: [Listener, ClientFrame | ClientFrame[]][],
  ...fates: Fate[]
) => {
  const { promise: isSent, resolve } = Promise.withResolvers<void>()
  const { db, sizes } = fated(held(isSent), ...fates)
  let counted = 0
  const counting = { limit: async () => ({ success: Boolean(++counted) }) }
  await bind(room, { DB: db, ADDRESS_WRITES: limiter(1000), NAME_WRITES: counting })
  first.send(saying('first'))
  await vi.waitUntil(() => sizes.length === 1, PATIENCE)
  for (const [listener, frames] of others) listener.send(frames)
  await vi.waitUntil(() => counted === 1 + others.flatMap(([, frames]) => frames).length, PATIENCE)
  resolve()
  return sizes
}

const stored = async (room: string): Promise<Message[]> => {
  const { messages } = await ok<MessageList>('GET', `${room}/message?limit=100`)
  return messages
}

describe('messages that come by frames', () => {
  it('go to D1 at once when they come alone, and in one round trip when they come together', async () => {
    const { room, speakers } = await roomWithSpeakers(1)
    const [speaker] = speakers
    const { db, cost } = counting()
    await bind(room, { DB: db })
    speaker.send(saying('alone', false))
    await answered(speaker, 1)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
    speaker.send(numbers(10).map((i) => saying(`together ${i}`, false)))
    await answered(speaker, 11)
    expect(cost).toMatchObject({ roundTrips: 2, rowsWritten: 11 })
    await speaker.entries(11)
    expect(texts(speaker).slice(1)).toEqual(numbers(10).map((i) => `together ${i}`))
  })

  it('while a batch is under way are the next one, from all senders', async () => {
    const { room, speakers } = await roomWithSpeakers(10)
    const [first, ...others] = speakers
    const { length } = await sendMeanwhile(
      room,
      first,
      others.map((listener, i) => [listener, saying(`message ${i}`)]),
    ).then(async (sizes) => {
      for (const listener of speakers) await listener.entries(10)
      return sizes
    })
    expect(length).toBe(2)
    for (const [i, listener] of others.entries()) {
      expect(listener.seqs).toEqual(numbers(10))
      expect(await answered(listener, 1)).toEqual([[`message ${i}`, 'sent']])
      // Its answer and the entries of the batch come in one WebSocket message.
      expect(listener.messages.at(-1)?.map(({ type }) => type)).toEqual(['sent', ...Array(9).fill('message')])
    }
  })

  it('go to D1 at most 64 at a time', async () => {
    const { room, speakers } = await roomWithSpeakers(3)
    const [first, second, third] = speakers as [Listener, Listener, Listener]
    const many = (name: string, count: number) => numbers(count).map((i) => saying(`${name} ${i}`))
    const sizes = await sendMeanwhile(room, first, [
      [second, many('second', 40)],
      [third, many('third', 40)],
    ])
    await first.entries(81)
    const perMessage = sizes[0] ?? 0
    expect(sizes.map((size) => size / perMessage)).toEqual([1, 64, 16])
    expect(texts(first)).toEqual([
      'first',
      ...[...many('second', 40), ...many('third', 40)].map((frame) => 'message' in frame && frame.message),
    ])
  })

  it('cost the hub one write to each socket and one attachment, however many come together', async () => {
    const { speakers } = await roomWithSpeakers(20)
    const [first, second] = speakers as [Listener, Listener]
    // The first entry after the hub has awoken, or after listeners have come, may cost more.
    first.send(saying('first'))
    for (const listener of speakers) await listener.entries(1)
    const sends = vi.spyOn(WebSocket.prototype, 'send')
    const attachments = vi.spyOn(WebSocket.prototype, 'serializeAttachment')
    second.send(numbers(10).map((i) => saying(`message ${i}`)))
    for (const listener of speakers) await listener.entries(11)
    // One of them is the sender's.
    const counts = [sends.mock.calls.length, attachments.mock.calls.length]
    sends.mockRestore()
    attachments.mockRestore()
    expect(counts).toEqual([1 + 20, 1])
  })

  it('of one who joins by them stay in order', async () => {
    const { room } = await roomWithUser()
    const { name: userName } = await newUser()
    const listener = await listen(room, { userName })
    const wanted = numbers(12).map((i) => `message ${i}`)
    listener.send(wanted.slice(0, 10).map((text) => saying(text)))
    for (const text of wanted.slice(10)) listener.send(saying(text))
    await listener.entries(12)
    expect(texts(listener)).toEqual(wanted)
    expect(await answered(listener, 12)).toEqual(wanted.map((text) => [text, 'sent']))
    expect(listener.frames.filter(({ type }) => type === 'member')).toHaveLength(1)
  })

  it('are stored though their sender leaves at once', async () => {
    const { room, speakers } = await roomWithSpeakers(2)
    const [first, leaver] = speakers as [Listener, Listener]
    const { promise: isOver, resolve } = Promise.withResolvers<void>()
    const { db } = fated(held(isOver))
    await bind(room, { DB: db })
    first.send(saying('first'))
    leaver.send(saying('I must go'))
    leaver.socket.close(1000)
    await first.until(({ frames }) => frames.some((frame) => frame.type === 'presence' && !frame.present))
    resolve()
    await first.entries(2)
    expect(texts(first)).toEqual(['first', 'I must go'])
  })
})

describe('a message that is refused', () => {
  it('in the middle of a batch hurts no neighbour', async () => {
    const { room, speakers } = await roomWithSpeakers(4)
    const [first, second, third, fourth] = speakers as [Listener, Listener, Listener, Listener]
    const sizes = await sendMeanwhile(room, first, [
      [second, saying('one')],
      [third, [saying('two'), saying('two'), { ...saying('three'), idempotencyKey: 'two' } as ClientFrame]],
      [fourth, saying('four')],
    ])
    for (const listener of speakers) {
      await listener.entries(4)
      expect(texts(listener)).toEqual(['first', 'one', 'two', 'four'])
    }
    expect(await answered(second, 1)).toEqual([['one', 'sent']])
    expect(await answered(third, 3)).toEqual([
      ['two', 'sent'],
      ['two', 'replayed'],
      ['three', 'idempotency-key-reused'],
    ])
    expect(await answered(fourth, 1)).toEqual([['four', 'sent']])
    // The first two batches, and one for each that stored nothing.
    expect(sizes).toHaveLength(4)
  })
})

describe('a batch', () => {
  it.each([
    ['that fails', failed],
    ['whose answer is lost', lost],
    ['of which a statement fails', wrong],
  ])('%s is sent again, message by message, and stores each once', async (_, fate) => {
    const { room, speakers } = await roomWithSpeakers(4)
    const [first, ...others] = speakers
    const replayed = fate === lost ? 'replayed' : 'sent'
    const sizes = await sendMeanwhile(
      room,
      first,
      others.map((listener, i) => [listener, [saying(`message ${i}.0`), saying(`message ${i}.1`)]]),
      fate,
    )
    for (const listener of speakers) {
      await listener.entries(7)
      expect(listener.seqs).toEqual(numbers(7))
    }
    for (const [i, listener] of others.entries()) {
      expect(await answered(listener, 2)).toEqual([
        [`message ${i}.0`, replayed],
        [`message ${i}.1`, replayed],
      ])
      const own = texts(listener).filter((text) => String(text).startsWith(`message ${i}`))
      expect(own).toEqual([`message ${i}.0`, `message ${i}.1`])
    }
    // If only the answer was lost, the listeners' entries are read as well.
    expect(sizes).toHaveLength(2 + 6 + (fate === lost ? 1 : 0))
    expect(await stored(room)).toHaveLength(7)
  })

  it.each([
    ['fails', failed, 'unavailable'],
    ['loses its answer', lost, 'unavailable'],
    ['has a statement that fails', wrong, 'sent'],
  ])('that %s stores no message twice that has no key', async (_, fate, outcome) => {
    const { room, speakers } = await roomWithSpeakers(3)
    const [first, keyed, keyless] = speakers as [Listener, Listener, Listener]
    await sendMeanwhile(
      room,
      first,
      [
        [keyless, saying('without a key', false)],
        [keyed, saying('with a key')],
      ],
      fate,
    )
    expect(await answered(keyless, 1)).toEqual([['without a key', outcome]])
    await answered(keyed, 1)
    const count = (await stored(room)).filter(({ message }) => message === 'without a key').length
    expect(count).toBe(fate === failed ? 0 : 1)
  })

  it('that fails, and then a message of it by itself, hurts no other', async () => {
    const { room, speakers } = await roomWithSpeakers(3)
    const [first, second, third] = speakers as [Listener, Listener, Listener]
    await sendMeanwhile(
      room,
      first,
      [
        [second, saying('second')],
        [third, saying('third')],
      ],
      failed,
      failed,
    )
    expect(await answered(second, 1)).toEqual([['second', 'unavailable']])
    expect(await answered(third, 1)).toEqual([['third', 'sent']])
    second.send(saying('second'))
    await second.entries(3)
    expect(await answered(second, 2)).toMatchObject([{}, ['second', 'sent']])
    expect(texts(second)).toEqual(['first', 'third', 'second'])
  })

  it('of one message that fails is not repeated by the hub', async () => {
    const { room, speakers } = await roomWithSpeakers(1)
    const [speaker] = speakers
    const { db, sizes } = fated(lost)
    await bind(room, { DB: db })
    speaker.send(saying('mine'))
    expect(await answered(speaker, 1)).toEqual([['mine', 'unavailable']])
    speaker.send(saying('mine'))
    expect(await answered(speaker, 2)).toMatchObject([{}, ['mine', 'replayed']])
    // The listeners hear of it though it was the first try that stored it.
    await speaker.entries(1)
    expect(sizes.length).toBeGreaterThanOrEqual(2)
    expect(await stored(room)).toHaveLength(1)
  })
})
