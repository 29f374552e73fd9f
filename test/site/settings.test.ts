import { afterEach, describe, expect, it } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { call, fails, newUser, ok, say } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { asAdmin, changeSite, resetSite } from '../support/site'

afterEach(resetSite)

const unset = {
  slowModeSeconds: 0,
  newcomerLinkSeconds: 0,
  newcomerMentionSeconds: 0,
  newcomerReactionSeconds: 0,
  blockedWords: [],
  reactions: null,
  approval: 'none',
}

describe('the settings of the site', () => {
  it('are shown and changed by admins only', async () => {
    expect(await ok('GET', '/api/admin', asAdmin)).toMatchObject({ settings: unset })
    expect(await changeSite({ slowModeSeconds: 5, reactions: ['👍', '👍'] })).toEqual({
      settings: { ...unset, slowModeSeconds: 5, reactions: ['👍'] },
    })
    const { id, token } = await newUser()
    for (const method of ['GET', 'PATCH']) {
      const body = method === 'PATCH' ? { approval: 'all' } : undefined
      expect(await fails(401, method, '/api/admin', { body })).toMatchObject({ title: 'Token required' })
      expect(await fails(401, method, '/api/admin', { body, token: 'x' })).toMatchObject({
        title: 'Invalid token',
      })
      expect(await fails(403, method, '/api/admin', { body, token })).toMatchObject({ title: 'Not allowed' })
    }
    await ok('PATCH', `/api/users/${id}`, { ...asAdmin, body: { role: 'moderator' } })
    await fails(403, 'PATCH', '/api/admin', { token, body: { approval: 'all' } })
    await ok('PATCH', `/api/users/${id}`, { ...asAdmin, body: { role: 'admin' } })
    expect(await ok('PATCH', '/api/admin', { token, body: { blockedWords: ['Casino'] } })).toEqual({
      settings: { ...unset, slowModeSeconds: 5, reactions: ['👍'], blockedWords: ['Casino'] },
    })
    expect(await ok('GET', '/api/admin', { token })).toMatchObject({ settings: { approval: 'none' } })
  })

  it.each([
    [
      {},
      'nothing to change: give slowModeSeconds, newcomerLinkSeconds, newcomerMentionSeconds, newcomerReactionSeconds, blockedWords, reactions or approval',
    ],
    [{ approval: 'some' }, 'approval must be "none" or "newcomers" or "all"'],
    [{ slowModeSeconds: null }, 'slowModeSeconds must be a number'],
    [{ blockedWords: ['!'] }, 'blockedWords.0 must hold a letter or a digit'],
  ])('refuse %j', async (body, detail) => {
    expect(await fails(400, 'PATCH', '/api/admin', { ...asAdmin, body })).toMatchObject({ detail })
  })

  it('begin with the var APPROVAL, which a stored setting goes before', async () => {
    const env = { ...asAdmin.env, APPROVAL: 'newcomers' }
    const { room } = await roomFixture()
    expect(await ok('GET', '/api/admin', { ...asAdmin, env })).toMatchObject({
      settings: { approval: 'newcomers' },
    })
    expect(await ok('GET', room, { env })).toMatchObject({ approval: 'newcomers', ownSettings: [] })
    await changeSite({ approval: 'all' })
    expect(await ok('GET', '/api/admin', { ...asAdmin, env })).toMatchObject({
      settings: { approval: 'all' },
    })
    expect(await ok('GET', room, { env })).toMatchObject({ approval: 'all' })
    expect(await changeSite({ approval: null })).toEqual({ settings: unset })
    await fails(500, 'GET', room, { env: { APPROVAL: 'Newcomers' } })
  })
})

describe('a room', () => {
  it('shows the settings of the site as its own, and which it has set itself', async () => {
    const { room, owner } = await roomFixture()
    await changeSite({ slowModeSeconds: 7, newcomerLinkSeconds: 9, reactions: ['👍'], approval: 'all' })
    const ofSite = { slowModeSeconds: 7, newcomerLinkSeconds: 9, reactions: ['👍'], approval: 'all' }
    expect(await ok('GET', room)).toMatchObject({ ...ofSite, ownSettings: [] })
    const { chatrooms } = await ok<{ chatrooms: Chatroom[] }>(
      'GET',
      `/api/chatroom?name=${room.split('/').at(-1)}`,
    )
    expect(chatrooms).toMatchObject([{ ...ofSite, ownSettings: [] }])
    const own = { slowModeSeconds: 0, newcomerLinkSeconds: 0, reactions: [], approval: 'none' }
    const body = { ...own, blockedWords: [] }
    expect(await ok('PATCH', room, { token: owner.token, body })).toMatchObject({
      ...own,
      ownSettings: ['slowModeSeconds', 'newcomerLinkSeconds', 'blockedWords', 'reactions', 'approval'],
    })
    expect(await ok('GET', room)).toMatchObject(own)
    const back = {
      slowModeSeconds: null,
      newcomerLinkSeconds: null,
      blockedWords: null,
      reactions: null,
      approval: null,
    }
    expect(await ok('PATCH', room, { token: owner.token, body: back })).toMatchObject({
      ...ofSite,
      ownSettings: [],
    })
  })

  it('keeps what it has set itself when the site changes', async () => {
    const { room, owner } = await roomFixture({ slowModeSeconds: 20, blockedWords: ['poker'] })
    await changeSite({ slowModeSeconds: 7, blockedWords: ['casino'] })
    expect(await ok('GET', room)).toMatchObject({
      slowModeSeconds: 20,
      ownSettings: ['slowModeSeconds', 'blockedWords'],
    })
    expect(await ok('GET', `${room}/blocked-word`, { token: owner.token })).toEqual({
      blockedWords: ['poker'],
    })
    await ok('PATCH', room, { token: owner.token, body: { blockedWords: null } })
    expect(await ok('GET', `${room}/blocked-word`, { token: owner.token })).toEqual({
      blockedWords: ['casino'],
    })
    await ok('PATCH', room, { token: owner.token, body: { blockedWords: [] } })
    expect(await ok('GET', `${room}/blocked-word`, { token: owner.token })).toEqual({ blockedWords: [] })
  })
})

describe('a rule of the site', () => {
  const send = (room: string, userName: string, message: string) =>
    call('POST', `${room}/message`, { body: { userName, message } })
  const rules: [string, object, string, string, object][] = [
    ['a word', { blockedWords: ['casino'] }, 'the Cásino', 'blocked-word', { blockedWords: ['poker'] }],
    [
      'a link of a newcomer',
      { newcomerLinkSeconds: 3600 },
      'https://x.example',
      'link-too-soon',
      { newcomerLinkSeconds: 0 },
    ],
    ['slow mode', { slowModeSeconds: 9 }, 'again', 'slow-mode', { slowModeSeconds: 0 }],
    ['slow mode, long', { slowModeSeconds: 3600 }, 'again', 'slow-mode', { slowModeSeconds: 0 }],
  ]
  it.each(rules)('holds in each room at once: %s', async (_, settings, text, problem, own) => {
    const { room, owner, member, guest } = await roomFixture()
    await say(room, member.name, 'before')
    await changeSite(settings)
    if (problem.startsWith('slow')) expect([201, 429]).toContain((await send(room, member.name, 'x')).status)
    const refused = await send(room, member.name, text)
    expect((await refused.json<{ type: string }>()).type).toBe(`/problems/${problem}`)
    if (!problem.startsWith('slow')) expect((await send(room, guest.name, text)).status).toBe(403)
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: text } })
    await ok('PATCH', room, { token: owner.token, body: own })
    expect((await send(room, member.name, text)).status).toBe(201)
    await ok('PATCH', room, {
      token: owner.token,
      body: { blockedWords: null, newcomerLinkSeconds: null, slowModeSeconds: null },
    })
    expect((await send(room, member.name, text)).status).toBeGreaterThan(400)
    await resetSite()
    expect((await send(room, member.name, text)).status).toBe(201)
  })

  it('about reactions holds in each room that has none of its own', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'x')
    await changeSite({ reactions: ['🎉'] })
    const react = (emoji: string) =>
      call('PUT', `${room}/message/1/reaction/${encodeURIComponent(emoji)}`, {
        body: { userName: member.name },
      })
    expect((await react('👍')).status).toBe(403)
    expect((await react('🎉')).status).toBe(200)
    await ok('PATCH', room, { token: owner.token, body: { reactions: ['👍'] } })
    expect((await react('👍')).status).toBe(200)
  })

  it('costs a send no second round trip once the room is known, and few rows', async () => {
    const { room, member } = await roomFixture()
    await changeSite({ blockedWords: ['casino'] })
    for (const roundTrips of [2, 1, 1]) {
      const { db, cost } = counting()
      await ok('POST', `${room}/message`, { db, body: { userName: member.name, message: 'x' } })
      expect(cost).toMatchObject({ roundTrips, rowsWritten: 1 })
      if (roundTrips === 1) expect(cost.rowsRead).toBeLessThanOrEqual(16)
    }
  })
})
