import { describe, expect, it } from 'vitest'
import type { Message, MessageList } from '../../src/contract'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { costOf, grow } from '../support/cost'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'

const reply = (room: string, userName: string, message: string, replyTo: number | null, headers = {}) =>
  ok<Message>('POST', `${room}/message`, { body: { userName, message, replyTo }, headers })
const page = (room: string, query = '') => ok<MessageList>('GET', `${room}/message${query}`)
const seqsOf = (messages: Message[]) => messages.map(({ seq }) => seq)

/** Creates a room in which a user has sent messages with these texts. */
const roomSaying = async (...texts: string[]) => {
  const fixture = await roomWithUser()
  for (const text of texts) await say(fixture.room, fixture.userName, text)
  return fixture
}
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}`)

describe('a reply', () => {
  it('names the message that it answers, in the answer, the page and the frame', async () => {
    const { room, userName } = await roomSaying('original')
    const listener = await listen(room, { after: 1 })
    const sent = await reply(room, userName, 'reply', 1)
    expect(sent).toMatchObject({ seq: 2, replyTo: 1 })
    expect(await ok('GET', `${room}/message/2`)).toEqual(sent)
    expect((await page(room)).messages).toMatchObject([{ replyTo: null }, { replyTo: 1 }])
    expect(await listener.next('message')).toMatchObject({ seq: 2, replyTo: 1 })
    expect(await reply(room, userName, 'no reply', null)).toMatchObject({ replyTo: null })
  })

  it('can be sent by a socket, and a listener that comes later gets it too', async () => {
    const { room, userName } = await roomSaying('original')
    const listener = await listen(room, { userName, after: 1 })
    listener.send({ type: 'message', message: 'reply', replyTo: 1, ref: 'a' })
    expect(await listener.next('message')).toMatchObject({ seq: 2, replyTo: 1 })
    listener.send({ type: 'message', message: 'reply', replyTo: 7, ref: 'b' })
    expect(await listener.next('error')).toMatchObject({
      ref: 'b',
      problem: { status: 404, title: 'Message not found' },
    })
    expect((await (await listen(room, { after: 0 })).until(({ log }) => log.length === 2)).log).toMatchObject(
      [{ replyTo: null }, { replyTo: 1 }],
    )
  })

  it('may be sent by a guest, who joins with it, and by the owner in slow mode', async () => {
    const { room, owner, guest } = await roomFixture({ slowModeSeconds: 3600 })
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'original' } })
    for (const { token } of [guest, owner])
      expect(
        await ok('POST', `${room}/message`, { token, body: { message: 'x', replyTo: 1 } }),
      ).toMatchObject({ replyTo: 1 })
  })

  it('may answer a deleted message, but nothing that is no message of the room', async () => {
    const { room, userName } = await roomSaying('original', 'edited')
    await ok('PATCH', `${room}/message/2`, { body: { userName, message: 'other' } })
    await ok('DELETE', `${room}/message/1?userName=${userName}`)
    await roomSaying(...numbered(6))
    expect(await reply(room, userName, 'to a tombstone', 1)).toMatchObject({ seq: 5, replyTo: 1 })
    const guest = await newUser()
    for (const name of [userName, guest.name])
      for (const replyTo of [3, 4, 6]) {
        const body = { userName: name, message: 'x', replyTo }
        const problem = await fails(404, 'POST', `${room}/message`, { body })
        expect(problem).toMatchObject({
          title: 'Message not found',
          detail: expect.stringContaining(`${replyTo}`),
        })
      }
    for (const replyTo of [0, -1, 1.5, '1'])
      await fails(400, 'POST', `${room}/message`, { body: { userName, message: 'x', replyTo } })
    expect((await page(room)).messages).toHaveLength(3)
  })

  it('is repeated by its key, under which the same text is refused to another message', async () => {
    const { room, userName } = await roomSaying('one', 'two')
    const headers = { 'Idempotency-Key': fresh('key') }
    const first = await reply(room, userName, 'x', 1, headers)
    const body = { userName, message: 'x' }
    const again = await call('POST', `${room}/message`, { body: { ...body, replyTo: 1 }, headers })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await again.json()).toEqual(first)
    for (const other of [body, { ...body, replyTo: 2 }, { ...body, replyTo: 99 }])
      await fails(422, 'POST', `${room}/message`, { body: other, headers })
  })

  it('costs a row read more than another message, and none more written', async () => {
    const fixture = await roomSaying('original')
    await grow(fixture, 3000)
    const { room, userName } = fixture
    const plain = await costOf('POST', `${room}/message`, { userName, message: 'x' })
    const cost = await costOf('POST', `${room}/message`, { userName, message: 'x', replyTo: 1500 })
    expect(cost).toEqual({ ...plain, rowsRead: plain.rowsRead + 1 })
  })
})

describe('a page has as `quoted`', () => {
  it('the messages that its replies name and that are not on it, each once, as they are now', async () => {
    const { room, userName } = await roomSaying(...numbered(5))
    const other = await newUser()
    await reply(room, other.name, '6', 5)
    await reply(room, other.name, '7', 2)
    await reply(room, other.name, '8', 2)
    await reply(room, other.name, '9', 1)
    await ok('DELETE', `${room}/message/1?userName=${userName}`)
    await ok('PATCH', `${room}/message/2`, { body: { userName, message: 'edited' } })
    const { messages, quoted } = await page(room, '?limit=5')
    expect(seqsOf(messages)).toEqual([5, 6, 7, 8, 9])
    expect(quoted).toEqual([await ok('GET', `${room}/message/1`), await ok('GET', `${room}/message/2`)])
    expect(quoted).toMatchObject([{ message: null }, { message: 'edited', userName }])
    expect((await page(room)).quoted).toEqual([])
    expect(seqsOf((await page(room, '?before=9&limit=2')).quoted)).toEqual([2])
    expect(seqsOf((await page(room, '?after=5&limit=2')).quoted)).toEqual([2, 5])
    expect(seqsOf((await page(room, '?around=9&limit=2')).quoted)).toEqual([1, 2])
    expect(seqsOf((await page(room, `?author=${other.name}&limit=2`)).quoted)).toEqual([1, 2])
    expect(seqsOf((await page(room, '?q=7')).quoted)).toEqual([2])
  })

  it('changes its version with each of them, wherever it stands', async () => {
    const { room, userName } = await roomSaying(...numbered(4))
    await reply(room, userName, '5', 1)
    const path = `${room}/message?before=6&limit=1`
    const versions = new Set<string | null>()
    for (const change of [
      async () => undefined,
      () => ok('PATCH', `${room}/message/1`, { body: { userName, message: 'edited' } }),
      () => ok('DELETE', `${room}/message/1?userName=${userName}`),
    ]) {
      await change()
      versions.add((await call('GET', path)).headers.get('etag'))
    }
    expect(versions.size).toBe(3)
    const headers = { 'If-None-Match': [...versions].at(-1) ?? '' }
    expect((await call('GET', path, { headers })).status).toBe(304)
  })

  it('and reads two rows a message for it at most', async () => {
    const fixture = await roomSaying(...numbered(50))
    const { room, userName } = fixture
    for (let seq = 1; seq <= 50; seq++) await reply(room, userName, 'x', seq)
    const cost = await costOf('GET', `${room}/message`)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(cost.rowsRead).toBeLessThanOrEqual(115)
    expect((await page(room)).quoted).toHaveLength(50)
    const answered = await roomSaying('original')
    for (let seq = 1; seq <= 49; seq++) await reply(answered.room, answered.userName, 'x', seq)
    // All of them are on the page.
    expect((await costOf('GET', `${answered.room}/message`)).rowsRead).toBeLessThanOrEqual(65)
  })
})

describe('the replies to a message', () => {
  it('are a page of their own, without the deleted ones', async () => {
    const { room, userName } = await roomSaying('original', 'other')
    for (const to of [1, 2, 1, 1, 1]) await reply(room, userName, `to ${to}`, to)
    await ok('DELETE', `${room}/message/5?userName=${userName}`)
    expect(await page(room, '?replyTo=1')).toMatchObject({
      messages: [{ seq: 3 }, { seq: 6 }, { seq: 7 }],
      quoted: [{ seq: 1 }],
      next: null,
    })
    const newest = await page(room, '?replyTo=1&limit=2')
    expect(seqsOf(newest.messages)).toEqual([6, 7])
    expect(seqsOf((await ok<MessageList>('GET', newest.next ?? '')).messages)).toEqual([3])
    expect(seqsOf((await page(room, '?replyTo=1&after=3&limit=1')).messages)).toEqual([6])
    expect(await page(room, '?replyTo=7')).toEqual({ messages: [], quoted: [], next: null })
    for (const replyTo of [8, 9]) await fails(404, 'GET', `${room}/message?replyTo=${replyTo}`)
  })

  it('are all found from a number before the message on, also by words', async () => {
    const fixture = await roomSaying('first')
    const { room, userName } = fixture
    for (const count of [2500, 6000]) {
      await grow(fixture, count)
      await reply(room, userName, 'a word', 2500)
    }
    for (const query of ['?replyTo=2500&after=0', '?replyTo=2500&after=0&q=word']) {
      const seqs: number[] = []
      for (let at: string | null = `${room}/message${query}`; at !== null; ) {
        const { messages, next }: MessageList = await ok('GET', at)
        seqs.push(...seqsOf(messages))
        at = next
      }
      expect(seqs.toSorted()).toEqual([2501, 6001])
    }
  })

  it('end at the message, and cost no more than the messages that are looked at', async () => {
    const fixture = await roomSaying('first')
    await grow(fixture, 5000)
    const { room, userName } = fixture
    await reply(room, userName, 'x', 4000)
    const cost = await costOf('GET', `${room}/message?replyTo=4000`)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(cost.rowsRead).toBeLessThanOrEqual(2020)
    expect((await page(room, '?replyTo=4000')).next).toBeNull()
    expect((await page(room, '?replyTo=1')).next).not.toBeNull()
  })
})

describe('the page around a message', () => {
  it('has it in its middle, and leads to older and to newer ones', async () => {
    const { room } = await roomSaying(...numbered(9))
    const response = await call('GET', `${room}/message?around=5&limit=4`)
    const { messages, previous, next } = await response.json<MessageList>()
    expect(seqsOf(messages)).toEqual([3, 4, 5, 6])
    expect(response.headers.get('link')).toBe(`<${previous}>; rel="prev", <${next}>; rel="next"`)
    expect(seqsOf((await ok<MessageList>('GET', previous ?? '')).messages)).toEqual([1, 2])
    expect(seqsOf((await ok<MessageList>('GET', next ?? '')).messages)).toEqual([7, 8, 9])
  })

  it('ends where the room does', async () => {
    const { room } = await roomSaying(...numbered(9))
    const around = async (query: string) => {
      const { messages, previous, next } = await page(room, `?around=${query}`)
      return [seqsOf(messages), previous !== null, next !== null]
    }
    expect(await around('1&limit=4')).toEqual([[1, 2], false, true])
    expect(await around('2&limit=4')).toEqual([[1, 2, 3], false, true])
    expect(await around('3&limit=4')).toEqual([[1, 2, 3, 4], false, true])
    expect(await around('9&limit=4')).toEqual([[7, 8, 9], true, false])
    expect(await around('8&limit=4')).toEqual([[6, 7, 8, 9], true, false])
    expect(await around('7&limit=1')).toEqual([[7], true, true])
    expect(await around('1&limit=1')).toEqual([[1], false, true])
    expect(await around('5')).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], false, false])
  })

  it('is there for a tombstone, and for nothing but messages', async () => {
    const { room, userName } = await roomSaying('1', '2')
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'edited' } })
    await ok('DELETE', `${room}/message/2?userName=${userName}`)
    expect((await page(room, '?around=2')).messages).toMatchObject([{ seq: 1 }, { seq: 2, message: null }])
    const etag = (await call('GET', `${room}/message?around=2`)).headers.get('etag') ?? ''
    for (const seq of [3, 4, 5]) {
      expect((await fails(404, 'GET', `${room}/message?around=${seq}`)).title).toBe('Message not found')
      expect((await call('HEAD', `${room}/message?around=${seq}`)).status).toBe(404)
      for (const known of ['*', etag]) {
        const headers = { 'If-None-Match': known }
        await fails(404, 'GET', `${room}/message?around=${seq}`, { headers })
      }
    }
    for (const other of ['before=1', 'after=1', 'q=x', `author=${userName}`, 'replyTo=1']) {
      const { errors } = await fails(400, 'GET', `${room}/message?around=1&${other}`)
      expect(errors).toMatchObject([{ path: 'around' }])
    }
  })

  it('has a version, and costs the same at message 100 and at message 100,000', async () => {
    const costs = []
    for (const size of [100, 100_000]) {
      const fixture = await roomSaying('first')
      await grow(fixture, size)
      const path = `${fixture.room}/message?around=${size / 2}`
      costs.push(await costOf('GET', path))
      const headers = { 'If-None-Match': (await call('GET', path)).headers.get('etag') ?? '' }
      expect((await call('GET', path, { headers })).status).toBe(304)
    }
    expect(costs[0]).toEqual(costs[1])
    expect(costs[0]).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(costs[0]?.rowsRead).toBeLessThanOrEqual(130)
  })
})
