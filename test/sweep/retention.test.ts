import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Chatroom, Message, MessageList, OwnChatroomList } from '../../src/contract'
import { call, fails, newUser, ok, say } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { meter } from '../support/limits'
import { listen, roomIdOf } from '../support/live'
import fc from '../support/properties.ts'
import { asAdmin } from '../support/site'
import { runSweep, sweepAll } from '../support/sweep'

const day = 86_400_000
/** Makes the messages up to a number older than they are. */
const age = async (room: string, upTo: number, days: number): Promise<void> => {
  await env.DB.prepare('update messages set created_at = created_at - ? where room_id = ? and seq <= ?')
    .bind(days * day, await roomIdOf(room), upTo)
    .run()
}
const retain = (days: number) => sweepAll({ RETENTION_DAYS: days })
const seqsOf = ({ messages }: MessageList) => messages.map(({ seq }) => seq)
const firstSeqOf = async (room: string) => (await ok<Chatroom>('GET', room)).firstSeq

/** Returns all messages of a room, page by page. */
const historyOf = async (room: string, from: string): Promise<Message[]> => {
  const found: Message[] = []
  for (let next: string | null = `${room}/message?limit=4${from}`; next; ) {
    const page: MessageList = await ok('GET', next)
    if (from === '') found.unshift(...page.messages)
    else found.push(...page.messages)
    next = page.next
  }
  return found
}

const aRoom = async (count: number) => {
  const fixture = await roomFixture()
  for (let i = 1; i <= count; i++) await say(fixture.room, fixture.member.name, `text ${i}`)
  return fixture
}

describe('retention', () => {
  it('removes what is too old, and the log begins later: pages, around, one message, pins, replies, unread', async () => {
    const { room, owner, member } = await aRoom(10)
    const reader = await newUser()
    await ok('PUT', room, { body: { userName: reader.name } })
    await ok('POST', `${room}/message`, { body: { userName: member.name, message: 'a reply', replyTo: 3 } })
    for (const seq of [2, 9]) await ok('PUT', `${room}/pin/${seq}`, { token: owner.token })
    const etag = (await call('GET', `${room}/message`)).headers.get('etag') ?? ''
    await age(room, 6, 3)
    await retain(2)

    expect(await ok<Chatroom>('GET', room)).toMatchObject({ firstSeq: 7, pinned: [9] })
    const headers = { 'If-None-Match': etag }
    const page = await ok<MessageList>('GET', `${room}/message`, { headers })
    expect(seqsOf(page)).toEqual([7, 8, 9, 10, 11])
    expect([page.next, page.quoted]).toEqual([null, []])
    expect(page.messages.at(-1)).toMatchObject({ replyTo: 3 })
    expect(seqsOf(await ok('GET', `${room}/message?before=5`))).toEqual([])
    expect(seqsOf(await ok('GET', `${room}/message?after=0&limit=2`))).toEqual([7, 8])
    expect(await ok('GET', `${room}/message?limit=5`)).toMatchObject({ next: null })
    const around = await ok<MessageList>('GET', `${room}/message?around=3&limit=4`)
    expect([seqsOf(around).slice(0, 2), around.previous]).toEqual([[7, 8], null])
    await fails(404, 'GET', `${room}/message?around=12`)
    await fails(404, 'GET', `${room}/message/3`)
    expect(seqsOf(await ok('GET', `${room}/message?replyTo=3`))).toEqual([11])
    expect(seqsOf(await ok('GET', `${room}/message?q=text`))).toEqual([10, 9, 8, 7])
    const { chatrooms } = await ok<OwnChatroomList>('GET', '/api/users/me/chatroom', { token: reader.token })
    expect(chatrooms).toMatchObject([{ unread: 5, lastSeq: 11 }])
    expect(await say(room, member.name, 'next')).toMatchObject({ seq: 12 })
  })

  it('leads to no empty page where the log begins with a change', async () => {
    const { room, member } = await aRoom(2)
    await ok('PATCH', `${room}/message/2`, { body: { userName: member.name, message: 'edited' } })
    for (const text of ['one', 'two', 'three']) await say(room, member.name, text)
    await age(room, 2, 3)
    await retain(2)
    expect(await firstSeqOf(room)).toBe(3)
    expect((await ok<MessageList>('GET', `${room}/message?limit=2`)).next).not.toBeNull()
    for (const query of ['limit=3', 'limit=2&before=6'])
      expect(await ok('GET', `${room}/message?${query}`)).toMatchObject({ next: null })
    for (const query of ['around=4&limit=1', 'around=5&limit=3'])
      expect(await ok('GET', `${room}/message?${query}`)).toMatchObject({ previous: null })
  })

  it('keeps the last entry as a tombstone, and gives no number out again', async () => {
    const { room, member } = await aRoom(3)
    const etag = (await call('GET', `${room}/message`)).headers.get('etag') ?? ''
    await age(room, 3, 3)
    await retain(2)
    expect(await firstSeqOf(room)).toBe(3)
    const page = await ok<MessageList>('GET', `${room}/message`, { headers: { 'If-None-Match': etag } })
    expect(page.messages).toMatchObject([{ seq: 3, message: null }])
    expect(await say(room, member.name, 'next')).toMatchObject({ seq: 4 })
    // A room with one message becomes too old a second time.
    const again = (await call('GET', `${room}/message`)).headers.get('etag') ?? ''
    await age(room, 4, 3)
    await retain(2)
    expect(
      (await ok<MessageList>('GET', `${room}/message`, { headers: { 'If-None-Match': again } })).messages,
    ).toMatchObject([{ seq: 4, message: null }])
    expect(await firstSeqOf(room)).toBe(4)
  })

  it('is a number of days of the room, or of the site, whichever is shorter', async () => {
    const { room, owner } = await aRoom(2)
    const set = (retentionDays: number | null, RETENTION_DAYS = 0) =>
      call('PATCH', room, { token: owner.token, body: { retentionDays }, env: { RETENTION_DAYS } })
    expect(await (await set(5)).json()).toMatchObject({ retentionDays: 5 })
    expect((await set(31, 30)).status).toBe(400)
    expect(await ok('GET', room, { env: { RETENTION_DAYS: 30 } })).toMatchObject({ retentionDays: 5 })
    expect(await ok('GET', room, { env: { RETENTION_DAYS: 3 } })).toMatchObject({ retentionDays: 3 })
    await age(room, 1, 4)
    await retain(0)
    expect(await firstSeqOf(room)).toBe(1)
    await retain(30)
    expect(await firstSeqOf(room)).toBe(1)
    await age(room, 1, 2)
    await retain(0)
    expect(await firstSeqOf(room)).toBe(2)
    expect(await (await set(null)).json()).toMatchObject({ retentionDays: 0 })
    expect(await (await set(null, 30)).json()).toMatchObject({ retentionDays: 30 })
  })

  it('tells listeners where the log begins, and what is kept in memory is not sent again', async () => {
    const { room, member } = await aRoom(4)
    const listener = await listen(room)
    await say(room, member.name, 'text 5')
    await listener.entries(5)
    await age(room, 3, 3)
    await retain(2)
    const frame = await listener.next('room')
    expect(frame.chatroom).toMatchObject({ firstSeq: 4 })
    const late = await listen(room, { after: 0 })
    expect(await late.next('reset')).toEqual({ type: 'reset', seq: 3 })
    await late.entries(5)
    expect(late.seqs).toEqual([4, 5])
  })

  it.each([55, 60, 61])('writes no more than the %d rows that are left of a day', async (left) => {
    const { room, member } = await aRoom(1)
    const id = await roomIdOf(room)
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 200)
       insert into reactions (room_id, target, reaction, user_id) select ?, 1, 'x' || i, ? from n`,
    )
      .bind(id, member.id)
      .run()
    await age(room, 1, 3)
    const { METER } = meter()
    const { db, cost } = counting()
    // One is for the note of the run.
    await runSweep({ METER, DB: db, SWEEP_WRITES: left + 1, DAILY_WRITES: 1000, RETENTION_DAYS: 2 })
    expect(cost.roundTrips).toBeLessThan(40)
    expect(await METER.getByName('meter').sweptToday()).toBeLessThanOrEqual(left + 1)
    await retain(2)
    expect((await ok<MessageList>('GET', `${room}/message`)).messages).toMatchObject([{ message: null }])
  })

  it('lists a report of a removed message as one of a deleted message', async () => {
    const { room, member } = await aRoom(3)
    await ok('POST', `${room}/message/1/report`, { body: { userName: member.name, reason: 'spam' } })
    await age(room, 2, 3)
    await retain(2)
    const { reports } = await ok<{ reports: { chatroom: string }[] }>('GET', '/api/admin/report', asAdmin)
    expect(reports.find(({ chatroom }) => room.endsWith(chatroom))).toMatchObject({
      seq: 1,
      message: { seq: 1, message: null },
    })
  })
})

type Act = { kind: 'say' | 'reply' | 'edit' | 'delete' | 'react'; at: number }
const acts = fc.array(
  fc.record<Act>({
    kind: fc.constantFrom('say', 'say', 'reply', 'edit', 'delete', 'react'),
    at: fc.nat({ max: 30 }),
  }),
  { minLength: 1, maxLength: 9 },
)

it('whatever is removed from the start, history and live give exactly what is there, in order', async () => {
  const act = async (room: string, userName: string, { kind, at }: Act) => {
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    const there = messages.filter(({ message }) => message !== null)
    const target = there[at % Math.max(1, there.length)]
    if (kind === 'say' || !target) return say(room, userName, `said ${at}`)
    const path = `${room}/message/${target.seq}`
    switch (kind) {
      case 'reply':
        return ok('POST', `${room}/message`, { body: { userName, message: 'r', replyTo: target.seq } })
      case 'edit':
        return ok('PATCH', path, { body: { userName, message: `edited ${at}` } })
      case 'delete':
        return ok('DELETE', `${path}?userName=${userName}`)
      case 'react':
        return ok('PUT', `${path}/reaction/${encodeURIComponent('🎉')}`, { body: { userName } })
    }
  }
  const lastSeqOf = async (room: string) =>
    Number((await call('HEAD', `${room}/message`)).headers.get('Parlour-Seq'))
  await fc.assert(
    fc.asyncProperty(acts, acts, fc.nat(), async (before, after, cut) => {
      const { room, member } = await roomFixture()
      for (const each of before) await act(room, member.name, each)
      const listener = await listen(room, { after: 0 })
      await listener.entries(await lastSeqOf(room))
      const upTo = cut % ((await lastSeqOf(room)) + 2)
      const kept = await historyOf(room, '')
      await age(room, upTo, 3)
      await retain(2)
      const first = await firstSeqOf(room)
      const last = await lastSeqOf(room)
      expect(first).toBeGreaterThanOrEqual(1)
      expect(first).toBeLessThanOrEqual(last)
      // Exactly the messages that are not too old, and the last entry.
      const messages = await historyOf(room, '')
      const expected = kept.filter(({ seq }) => seq > upTo || seq === last)
      expect(messages.map(({ seq }) => seq)).toEqual(expected.map(({ seq }) => seq))
      for (const message of messages)
        if (message.seq > upTo) expect(message).toEqual(kept.find(({ seq }) => seq === message.seq))
        else expect(message).toMatchObject({ message: null, reactions: [] })
      for (const each of after) await act(room, member.name, each)
      const end = await lastSeqOf(room)
      const numbers = (from: number) => Array.from({ length: end - from + 1 }, (_, index) => from + index)
      expect(await historyOf(room, '')).toEqual(await historyOf(room, '&after=0'))
      for (const from of [0, first - 2, first - 1, first, last].filter((seq) => seq >= 0)) {
        const late = await listen(room, { after: from })
        await late.entries(end)
        expect(late.seqs).toEqual(numbers(Math.max(from + 1, first)))
        const resets = late.frames.filter(({ type }) => type === 'reset')
        expect(resets).toEqual(from < first - 1 ? [{ type: 'reset', seq: first - 1 }] : [])
        late.socket.close(1000)
      }
      // The one that listened all the time has each entry once.
      expect((await listener.entries(end)).map(({ seq }) => seq)).toEqual(numbers(1))
      listener.socket.close(1000)
    }),
    { numRuns: 8 },
  )
}, 240_000)
