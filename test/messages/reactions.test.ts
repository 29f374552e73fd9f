import { describe, expect, it } from 'vitest'
import type { Message, MessageList } from '../../src/contract'
import { call, fails, newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'
import {
  addReaction as add,
  changesOf,
  reactionPath as pathOf,
  reactionRows as rowsOf,
  takeBackReaction as takeBack,
} from '../support/reactions'

describe('a reaction', () => {
  it('is counted, the oldest emoji first, and marked for those who gave it', async () => {
    const { room, userName } = await roomWithUser()
    const { name } = await newUser()
    await say(room, userName, 'hello!')
    expect(await add(room, 1, '🎉', userName)).toMatchObject({
      seq: 1,
      message: 'hello!',
      reactions: [{ reaction: '🎉', count: 1, mine: true }],
    })
    await add(room, 1, '👍', name)
    const { reactions } = await add(room, 1, '🎉', name)
    expect(reactions).toEqual([
      { reaction: '🎉', count: 2, mine: true },
      { reaction: '👍', count: 1, mine: true },
    ])
    const shown = async (query: string) => {
      const one = await ok<Message>('GET', `${room}/message/1${query}`)
      const { messages } = await ok<MessageList>('GET', `${room}/message${query}`)
      expect(messages[0]?.reactions).toEqual(one.reactions)
      return one.reactions.map(({ reaction, count, mine }) => `${reaction}${count}${mine ? ' mine' : ''}`)
    }
    expect(await shown('')).toEqual(['🎉2', '👍1'])
    expect(await shown(`?userName=${userName}`)).toEqual(['🎉2 mine', '👍1'])
    expect(await shown(`?userName=${name}`)).toEqual(['🎉2 mine', '👍1 mine'])
    await takeBack(room, 1, '🎉', userName)
    expect(await takeBack(room, 1, '🎉', name)).toMatchObject({
      reactions: [{ reaction: '👍', count: 1, mine: true }],
    })
    // An emoji that comes again is the newest.
    await add(room, 1, '🎉', name)
    expect(await shown('')).toEqual(['👍1', '🎉1'])
    await takeBack(room, 1, '🎉', name)
    expect(await takeBack(room, 1, '👍', name)).toMatchObject({ reactions: [] })
    expect(await rowsOf(room)).toBe(0)
  })

  it('is an entry of the log, once, however often it is repeated', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    for (const _ of [1, 2, 3]) await add(room, 1, '🎉', userName)
    for (const _ of [1, 2, 3]) await takeBack(room, 1, '🎉', userName)
    await takeBack(room, 1, '👍', userName)
    expect(await changesOf(room)).toEqual([
      { seq: 2, type: 'reaction', target: 1, reaction: '🎉', is_added: 1 },
      { seq: 3, type: 'reaction', target: 1, reaction: '🎉', is_added: 0 },
    ])
  })

  it('is counted right when many react at once, and repeat it', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    const names = await Promise.all(Array.from({ length: 8 }, async () => (await newUser()).name))
    await Promise.all(names.flatMap((name) => [1, 2].map(() => add(room, 1, '🎉', name))))
    await Promise.all(names.slice(0, 3).flatMap((name) => [1, 2].map(() => takeBack(room, 1, '🎉', name))))
    expect((await ok<Message>('GET', `${room}/message/1`)).reactions).toMatchObject([{ count: 5 }])
    expect((await changesOf(room)).map(({ seq }) => seq)).toEqual(Array.from({ length: 11 }, (_, i) => i + 2))
    expect(await rowsOf(room)).toBe(5)
  })

  it('reaches listeners with the counts as they stand, live and after a break', async () => {
    const { room, userName } = await roomWithUser()
    const { name } = await newUser()
    const listener = await listen(room)
    await say(room, userName, 'hello!')
    await add(room, 1, '🎉', userName)
    await add(room, 1, '🎉', name)
    await takeBack(room, 1, '🎉', userName)
    const live = { type: 'reaction', target: 1, reaction: '🎉' }
    await listener.entries(4)
    expect(listener.frames.filter(({ type }) => type === 'reaction')).toMatchObject([
      { ...live, seq: 2, userName, added: true, count: 1, reactions: [{ reaction: '🎉', count: 1 }] },
      { ...live, seq: 3, userName: name, added: true, count: 2 },
      { ...live, seq: 4, userName, added: false, count: 1 },
    ])
    const later = await listen(room, { after: 0 })
    await later.entries(4)
    expect(later.frames.filter(({ type }) => type === 'message' || type === 'reaction')).toMatchObject([
      { seq: 1, reactions: [{ reaction: '🎉', count: 1 }] },
      { ...live, seq: 2, added: true, count: 1 },
      { ...live, seq: 3, added: true, count: 1 },
      { ...live, seq: 4, added: false, count: 1 },
    ])
  })

  it('is one emoji, with or without its variation selector', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    const different = ['❤️', '👍', '👍🏽', '🇩🇪', '🇦🇹', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '#️⃣', '1️⃣', '👩‍💻', '🏃‍♂️', '❤️‍🔥', '👁️‍🗨️', '☝🏽', '©️']
    for (const emoji of different) await add(room, 1, emoji, userName)
    for (const emoji of ['❤', '❤\ufe0e', '1\u20e3', '🏃‍♂', '❤‍🔥', '👁‍🗨', '👍\ufe0f', '☝\ufe0f🏽', '©'])
      await add(room, 1, emoji, userName)
    const { reactions } = await ok<Message>('GET', `${room}/message/1`)
    expect(reactions.map(({ reaction }) => reaction)).toEqual(different)
    expect(await takeBack(room, 1, '❤', userName)).toMatchObject({
      reactions: { length: different.length - 1 },
    })
  })

  it.each([
    'a',
    '1',
    '#',
    'thumbsup',
    ':tada:',
    '🎉🎉',
    '🎉 ',
    '🎉a',
    '🇩',
    '\u200d',
    '❤❤',
    '👍👎',
    '🎉'.repeat(100),
    '"',
    '$',
  ])('is refused if it is not one emoji: %s', async (emoji) => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    const wanted = { type: '/problems/invalid-request', detail: 'emoji must be one emoji, such as 🎉' }
    expect(await fails(400, 'PUT', pathOf(room, 1, emoji), { body: { userName } })).toMatchObject(wanted)
    expect(await fails(400, 'DELETE', `${pathOf(room, 1, emoji)}?userName=x`)).toMatchObject(wanted)
  })

  it('needs a message that is there, and a user', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    await add(room, 1, '🎉', userName)
    const body = { userName }
    // 2 is the number of a reaction.
    for (const seq of [2, 99]) {
      await fails(404, 'PUT', pathOf(room, seq, '🎉'), { body })
      await fails(404, 'DELETE', `${pathOf(room, seq, '🎉')}?userName=${userName}`)
      await fails(404, 'GET', `${room}/message/${seq}/reaction`)
    }
    expect(
      await fails(404, 'PUT', pathOf(room, 1, '🎉'), { body: { userName: 'nobody-here' } }),
    ).toMatchObject({
      type: '/problems/user-not-found',
    })
    expect(await fails(400, 'PUT', pathOf(room, 1, '🎉'), { body: {} })).toMatchObject({
      detail: 'missing userName',
    })
    await fails(404, 'PUT', pathOf('/chatroom/nowhere', 1, '🎉'), { body })
    await fails(400, 'PUT', pathOf(room, 0, '🎉'), { body })
  })

  it('joins nobody, and is no message for slow mode', async () => {
    const { room, member, guest } = await roomFixture({ slowModeSeconds: 60 })
    await say(room, member.name, 'hello!')
    await add(room, 1, '🎉', member.name)
    await add(room, 1, '🎉', guest.name)
    await fails(404, 'GET', `${room}/member/${guest.name}`)
  })
})

describe('at most 20 different emoji', () => {
  it('are on a message, and adding to one that is there is always possible', async () => {
    const { room, userName } = await roomWithUser()
    const { name } = await newUser()
    await say(room, userName, 'hello!')
    const emoji = Array.from({ length: 21 }, (_, index) => String.fromCodePoint(0x1f600 + index))
    const last = emoji.pop() ?? ''
    for (const one of emoji) await add(room, 1, one, userName)
    expect(await fails(403, 'PUT', pathOf(room, 1, last), { body: { userName } })).toMatchObject({
      type: '/problems/too-many-reactions',
      detail: 'Message 1 has 20 different emoji already, which is the most. Give it one of those.',
    })
    await add(room, 1, emoji[7] ?? '', name)
    await add(room, 1, emoji[7] ?? '', userName)
    await takeBack(room, 1, emoji[0] ?? '', userName)
    expect((await add(room, 1, last, name)).reactions).toHaveLength(20)
  })
})

describe('a page of history', () => {
  it('has another version after a reaction, and for another reader', async () => {
    const { room, owner, member, guest } = await roomFixture()
    await say(room, member.name, 'hello!')
    const read = (token?: string, etag?: string) =>
      call('GET', `${room}/message`, {
        ...(token !== undefined && { token }),
        ...(etag !== undefined && { headers: { 'If-None-Match': etag } }),
      })
    const etagOf = async (token?: string) => (await read(token)).headers.get('etag') ?? ''
    const before = await etagOf(owner.token)
    expect((await read(owner.token, before)).status).toBe(304)
    await add(room, 1, '🎉', guest.name)
    expect((await read(owner.token, before)).status).toBe(200)
    const etags = await Promise.all([etagOf(owner.token), etagOf(member.token), etagOf()])
    expect(new Set(etags).size).toBe(3)
    for (const etag of etags) expect((await read(guest.token, etag)).status).toBe(200)
    const own = await read(guest.token)
    expect(await own.json()).toMatchObject({ messages: [{ reactions: [{ mine: true }] }] })
    expect(own.headers.get('cache-control')).toBe('private, no-cache')
    expect(own.headers.get('vary')).toContain('Authorization')
    expect((await read(guest.token, own.headers.get('etag') ?? '')).status).toBe(304)
  })

  it('says which entry of the log is the last that it shows', async () => {
    const { room, userName } = await roomWithUser()
    const seqOf = async (query = '', etag?: string) => {
      const headers = etag === undefined ? {} : { 'If-None-Match': etag }
      return (await call('GET', `${room}/message${query}`, { headers })).headers.get('parlour-seq')
    }
    expect(await seqOf()).toBe('0')
    await say(room, userName, 'one')
    expect(await seqOf()).toBe('1')
    await add(room, 1, '🎉', userName)
    expect(await seqOf()).toBe('2')
    await say(room, userName, 'two')
    expect([await seqOf(), await seqOf('?before=3'), await seqOf('?after=1')]).toEqual(['3', '2', '3'])
    const { headers } = await call('GET', `${room}/message`)
    expect(headers.get('access-control-expose-headers')).toContain('Parlour-Seq')
    const etag = headers.get('etag') ?? ''
    expect(await seqOf('', etag)).toBe('3')
    expect((await call('HEAD', `${room}/message`)).headers.get('parlour-seq')).toBe('3')
  })
})
