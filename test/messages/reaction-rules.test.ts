import { describe, expect, it } from 'vitest'
import type { Message, ReactionList } from '../../src/contract'
import { fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'
import {
  addReaction as add,
  reactionPath as pathOf,
  reactionRows as rowsOf,
  takeBackReaction as takeBack,
} from '../support/reactions'

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

describe('a reaction names its user', () => {
  it('in the body, or in the query of a request without a body', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    const path = pathOf(room, 1, '🎉')
    expect(await fails(400, 'PUT', path)).toMatchObject({ detail: 'missing userName' })
    expect(await ok('PUT', `${path}?userName=${userName}`)).toMatchObject({ reactions: [{ mine: true }] })
    const other = await newUser()
    await ok('PUT', `${path}?userName=${userName}`, { body: { userName: other.name } })
    expect(await rowsOf(room)).toBe(2)
    await fails(403, 'PUT', `${path}?userName=${userName}`, { token: other.token })
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
    for (const query of ['reaction=a', 'limit=0'])
      await fails(400, 'GET', `${room}/message/1/reaction?${query}`)
    for (const cursor of ['x', '1-', '1-a', '0-🎉', '-🎉', '🎉'])
      expect(await fails(400, 'GET', `${room}/message/1/reaction?cursor=${cursor}`)).toMatchObject({
        detail: 'cursor must come from `next`',
      })
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
