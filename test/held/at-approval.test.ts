import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { HeldMessage, Message } from '../../src/contract'
import { call, fails, ok, say } from '../support/api'
import { counting } from '../support/database'
import { approving, hold, post, texts, waiting } from '../support/held'
import { runSweep } from '../support/sweep'

describe('before a message is held', () => {
  it('blocked words, links and slow mode refuse it', async () => {
    const { room, owner, newcomer } = await approving()
    await ok('PATCH', room, {
      token: owner.token,
      body: { blockedWords: ['casino'], newcomerLinkSeconds: 60, slowModeSeconds: 60 },
    })
    expect((await post(room, newcomer, 'the casino')).status).toBe(403)
    expect((await post(room, newcomer, 'https://x.example')).status).toBe(403)
    await hold(room, newcomer)
    expect((await post(room, newcomer, 'too soon')).status).toBe(429)
  })

  it('slow mode does not count an edit that waits', async () => {
    const { room, owner, moderator, newcomer } = await approving()
    const first = await hold(room, newcomer)
    const { seq } = await ok<Message>('PUT', `${room}/held/${first}`, { token: moderator.token })
    await ok('PATCH', room, { token: owner.token, body: { approval: 'all', slowModeSeconds: 300 } })
    await env.DB.prepare('update messages set created_at = created_at - 400000').run()
    const edit = await call('PATCH', `${room}/message/${seq}`, {
      token: newcomer.token,
      body: { message: 'hello?' },
    })
    expect(edit.status).toBe(202)
    await hold(room, newcomer, 'second')
    expect((await post(room, newcomer, 'third')).status).toBe(429)
  })

  it('the bound for one author refuses it', async () => {
    const { room, newcomer } = await approving()
    for (let i = 0; i < 20; i++) await hold(room, newcomer, `${i}`)
    const refused = await post(room, newcomer, 'one more')
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ type: '/problems/too-many-held' })
    await hold((await approving()).room, newcomer)
  })
})

describe('at the approval', () => {
  it.each([
    ['ban', 'not-approvable'],
    ['mute', 'not-approvable'],
  ])('a %s of the author stops it', async (kind, problem) => {
    const { room, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    const path = `${room}/member/${newcomer.name}`
    await ok('PATCH', path, { token: moderator.token, body: { [kind]: {} } })
    const refused = await fails(409, 'PUT', `${room}/held/${id}`, { token: moderator.token })
    expect(refused).toMatchObject({ type: `/problems/${problem}` })
    expect(await texts(room)).toEqual([])
    await ok('PATCH', path, { token: moderator.token, body: { [kind]: null } })
    await ok('PUT', `${room}/held/${id}`, { token: moderator.token })
  })

  it('an archived room, a deleted author and a room that was made again stop it', async () => {
    const { room, owner, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    await ok('PATCH', room, { token: owner.token, body: { archived: true } })
    await fails(403, 'PUT', `${room}/held/${id}`, { token: moderator.token })
    await ok('PATCH', room, { token: owner.token, body: { archived: false } })
    await ok('DELETE', `/api/users/${newcomer.id}`, { token: newcomer.token })
    await fails(404, 'PUT', `${room}/held/${id}`, { token: moderator.token })
    expect(await waiting(room, moderator)).toEqual([])
    const other = await approving()
    const lost = await hold(other.room, other.newcomer)
    await ok('DELETE', other.room, { token: other.owner.token })
    const name = other.room.split('/').at(-1)
    await ok('POST', '/api/chatroom', { token: owner.token, body: { name } })
    await fails(404, 'PUT', `${other.room}/held/${lost}`, { token: owner.token })
  })

  it('an author who may not post any more stops it', async () => {
    const { room, owner, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    await ok('PATCH', room, { token: owner.token, body: { posters: 'members' } })
    await fails(409, 'PUT', `${room}/held/${id}`, { token: moderator.token })
  })

  it('mentions and the reply are as in any message', async () => {
    const { room, owner, member, moderator, newcomer } = await approving()
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'first' } })
    const id = await hold(room, newcomer, `@${member.name} hi`, {}, { replyTo: 1 })
    expect((await post(room, newcomer, 'x', {}, { replyTo: 9 })).status).toBe(404)
    expect(await ok('PUT', `${room}/held/${id}`, { token: moderator.token })).toMatchObject({
      replyTo: 1,
      mentions: [member.name],
    })
    expect(await ok('GET', '/api/users/me/mention', { token: member.token })).toMatchObject({
      messages: [{ seq: 2 }],
    })
  })
})

it('a held message expires after 30 days', async () => {
  const { room, moderator, newcomer } = await approving()
  const id = await hold(room, newcomer)
  const old = Date.now() - 30 * 24 * 3_600_000 - 1
  await env.DB.prepare('update held set created_at = ? where id = ?').bind(old, id).run()
  expect(await waiting(room, moderator)).toEqual([])
  await fails(404, 'GET', `${room}/held/${id}`, { token: newcomer.token })
  await fails(404, 'PUT', `${room}/held/${id}`, { token: moderator.token })
  await runSweep()
  expect(await env.DB.prepare('select id from held where id = ?').bind(id).first()).toBeNull()
})

it('a list of held messages leads on', async () => {
  const { room, moderator, newcomer } = await approving()
  const ids = [await hold(room, newcomer), await hold(room, newcomer), await hold(room, newcomer)]
  type Page = { held: HeldMessage[]; next: string }
  const first = await ok<Page>('GET', `${room}/held?limit=2`, { token: moderator.token })
  const second = await ok<Page>('GET', first.next, { token: moderator.token })
  expect([...first.held, ...second.held].map(({ id }) => id)).toEqual(ids.toReversed())
  expect(second.next).toBeNull()
})

it('a send of an approved author is one round trip and one row', async () => {
  const { room, moderator, newcomer } = await approving()
  await ok('PUT', `${room}/held/${await hold(room, newcomer)}`, { token: moderator.token })
  await say(room, newcomer.name, 'x', { Authorization: `Bearer ${newcomer.token}` })
  const { db, cost } = counting()
  await ok('POST', `${room}/message`, { db, token: newcomer.token, body: { message: 'x' } })
  expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
})
