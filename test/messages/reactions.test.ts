import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message, MessageList, ReactionList } from '../../src/contract'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { listen, roomIdOf } from '../support/live'

const pathOf = (room: string, seq: number, emoji: string) =>
  `${room}/message/${seq}/reaction/${encodeURIComponent(emoji)}`
const add = (room: string, seq: number, emoji: string, userName: string) =>
  ok<Message>('PUT', pathOf(room, seq, emoji), { body: { userName } })
const takeBack = (room: string, seq: number, emoji: string, userName: string) =>
  ok<Message>('DELETE', `${pathOf(room, seq, emoji)}?userName=${encodeURIComponent(userName)}`)
const entriesOf = async (room: string) => {
  const { results } = await env.DB.prepare(
    'select seq, type, target, reaction, is_added from changes where room_id = ? order by seq',
  )
    .bind(await roomIdOf(room))
    .all()
  return results
}
const rowsOf = async (room: string) =>
  env.DB.prepare('select count(*) as count from reactions where room_id = ?')
    .bind(await roomIdOf(room))
    .first('count')

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
    expect(await entriesOf(room)).toEqual([
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
    expect((await entriesOf(room)).map(({ seq }) => seq)).toEqual(Array.from({ length: 11 }, (_, i) => i + 2))
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

describe('the emoji that a room allows', () => {
  it('can be given, and others be taken back', async () => {
    const { room, owner, member } = await roomFixture()
    const set = (reactions: unknown) => ok('PATCH', room, { body: { reactions }, token: owner.token })
    await say(room, member.name, 'hello!')
    await add(room, 1, '🎉', member.name)
    expect(await ok('GET', room)).toMatchObject({ reactions: null })
    expect(await set(['👍', '❤', '❤️'])).toMatchObject({ reactions: ['👍', '❤️'] })
    const body = { userName: member.name }
    expect(await fails(403, 'PUT', pathOf(room, 1, '👎'), { body })).toMatchObject({
      type: '/problems/reaction-not-allowed',
      detail: 'This chatroom does not allow 👎. Allowed: 👍 ❤️.',
    })
    // One that was given before stands, and repeating it changes nothing.
    await add(room, 1, '🎉', member.name)
    await fails(403, 'PUT', pathOf(room, 1, '🎉'), { body: { userName: owner.name }, token: owner.token })
    await add(room, 1, '❤', member.name)
    await set([])
    expect(await fails(403, 'PUT', pathOf(room, 1, '👍'), { body })).toMatchObject({
      detail: 'This chatroom does not allow 👍. It allows no reactions.',
    })
    expect(await takeBack(room, 1, '🎉', member.name)).toMatchObject({ reactions: { length: 1 } })
    await set(null)
    await add(room, 1, '👎', member.name)
  })

  it('are a setting: in the audit log, for listeners, and checked', async () => {
    const { room, owner, member } = await roomFixture()
    const listener = await listen(room)
    const body = { reactions: ['👍'] }
    for (const _ of [1, 2]) await ok('PATCH', room, { body, token: owner.token })
    expect(await listener.next('room')).toMatchObject({ chatroom: body })
    const { entries } = await ok<{ entries: object[] }>('GET', `${room}/audit`, { token: owner.token })
    expect(entries.filter((entry) => 'settings' in entry)).toMatchObject([{ settings: ['reactions'] }])
    for (const reactions of ['👍', ['a'], [1], Array(101).fill('👍')])
      await fails(400, 'PATCH', room, { body: { reactions }, token: owner.token })
    await fails(401, 'PATCH', room, { body })
    await fails(403, 'PATCH', room, { body, token: member.token })
  })
})

describe('reacting is for those who may post', () => {
  it('not for the muted and banned, nor in an archived room; taking back is for all who may read', async () => {
    const { room, owner, member, guest } = await roomFixture()
    const { seq } = await say(room, member.name, 'hello!')
    for (const emoji of ['🎉', '👍', '👎']) await add(room, seq, emoji, member.name)
    const sanction = (body: object) =>
      ok('PATCH', `${room}/member/${member.name}`, { body, token: owner.token })
    const refused = async (type: string) =>
      expect(
        await fails(403, 'PUT', pathOf(room, seq, '🙈'), { body: { userName: member.name } }),
      ).toMatchObject({ type: `/problems/${type}` })
    await sanction({ mute: {} })
    await refused('muted')
    await takeBack(room, seq, '🎉', member.name)
    await sanction({ mute: null })
    await ok('PATCH', room, { body: { archived: true }, token: owner.token })
    await refused('archived')
    await takeBack(room, seq, '👍', member.name)
    await ok('PATCH', room, { body: { archived: false, posters: 'members' }, token: owner.token })
    await fails(403, 'PUT', pathOf(room, seq, '🙈'), { body: { userName: guest.name } })
    await sanction({ ban: {} })
    await refused('banned')
    await fails(403, 'DELETE', `${pathOf(room, seq, '👎')}?userName=${member.name}`)
  })

  it('a former member of a room for members takes nothing back, because the answer has the message', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'hello!')
    await add(room, 1, '🎉', member.name)
    await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
    await ok('DELETE', `${room}/member/${member.name}`, { token: member.token })
    await fails(403, 'DELETE', `${pathOf(room, 1, '🎉')}?userName=${member.name}`)
    await fails(403, 'GET', `${room}/message/1/reaction?userName=${member.name}`)
  })
})

describe('a deleted message', () => {
  it.each(['deletion', 'purge'])('has no reactions, and takes none: by %s', async (how) => {
    const { room, owner, member, guest } = await roomFixture()
    const listener = await listen(room)
    for (const _ of [1, 2]) await say(room, member.name, 'spam')
    await add(room, 1, '🎉', guest.name)
    await add(room, 1, '👍', member.name)
    await add(room, 2, '👍', member.name)
    if (how === 'purge') await ok('DELETE', `${room}/message?authorOf=1`, { token: owner.token })
    else for (const seq of [1, 2]) await ok('DELETE', `${room}/message/${seq}?userName=${member.name}`)
    expect(await ok<Message>('GET', `${room}/message/1`)).toMatchObject({ message: null, reactions: [] })
    expect(await ok('GET', `${room}/message/1/reaction`)).toEqual({ reactions: [], next: null })
    expect(await rowsOf(room)).toBe(0)
    await fails(404, 'PUT', pathOf(room, 1, '🎉'), { body: { userName: guest.name } })
    expect(await takeBack(room, 1, '🎉', guest.name)).toMatchObject({ message: null, reactions: [] })
    await listener.until(({ frames }) => frames.filter(({ type }) => type === 'delete').length === 2)
    const later = await listen(room, { after: 0 })
    await later.entries(7)
    expect(later.frames.filter(({ type }) => type === 'message' || type === 'reaction')).toMatchObject([
      { seq: 1, message: null, reactions: [] },
      { seq: 2, message: null, reactions: [] },
      { seq: 3, count: 0, reactions: [] },
      { seq: 4, count: 0, reactions: [] },
      { seq: 5, count: 0, reactions: [] },
    ])
  })
})

describe('the people who reacted', () => {
  it('are listed page by page, all or those of one emoji', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    await say(room, userName, 'another')
    const users = await Promise.all(Array.from({ length: 5 }, () => newUser()))
    const given: string[] = []
    for (const [index, { name }] of users.entries())
      for (const emoji of ['🎉', '❤️'].slice(index % 2)) {
        await add(room, 1, emoji, name)
        given.push(`${emoji} ${name}`)
      }
    await add(room, 2, '🎉', userName)
    const all = async (query: string) => {
      const pages: string[][] = []
      for (let next: string | null = `${room}/message/1/reaction?${query}`; next; ) {
        const page: ReactionList = await ok<ReactionList>('GET', next)
        pages.push(page.reactions.map((each) => `${each.reaction} ${each.userName}`))
        next = page.next
      }
      return pages
    }
    const whole = await all('')
    expect(whole).toHaveLength(1)
    expect(whole.flat().sort()).toEqual(given.toSorted())
    const pages = await all('limit=3')
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 2])
    expect(pages.flat()).toEqual(whole.flat())
    const hearts = await all('limit=2&reaction=%E2%9D%A4')
    expect(hearts.map(({ length }) => length)).toEqual([2, 2, 1])
    expect(hearts.flat()).toEqual(whole.flat().filter((each) => each.startsWith('❤️')))
    expect(await all('reaction=👎')).toEqual([[]])
    for (const query of ['cursor=x', 'cursor=1-a', 'reaction=a', 'limit=0'])
      await fails(400, 'GET', `${room}/message/1/reaction?${query}`)
  })

  it('keep their places when they are renamed or deleted', async () => {
    const { room, userName } = await roomWithUser()
    const [renamed, deleted] = await Promise.all([newUser(), newUser()])
    await say(room, userName, 'hello!')
    await add(room, 1, '🎉', renamed.name)
    await add(room, 1, '🎉', deleted.name)
    const name = fresh('new')
    await ok('PUT', `/api/users/${renamed.id}`, { body: { name } })
    await ok('DELETE', `/api/users/${deleted.id}`)
    const { reactions } = await ok<ReactionList>('GET', `${room}/message/1/reaction`)
    expect(reactions).toEqual([
      { reaction: '🎉', userId: renamed.id, userName: name },
      { reaction: '🎉', userId: null, userName: null },
    ])
    expect((await ok<Message>('GET', `${room}/message/1?userName=${name}`)).reactions).toEqual([
      { reaction: '🎉', count: 2, mine: true },
    ])
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
