import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { MemberState, MessageList, NewUser, SiteAuditList, SiteBan } from '../../src/contract'
import { MAX_DELETED, MAX_SEARCHED } from '../../src/messages/delete-recent'
import { call, fails, fresh, newUser, ok, say } from '../support/api'
import { grow } from '../support/cost'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'
import { person, sign, withSecret } from '../support/login'

const adminToken = 'the-admin-of-this-test'
const admin = { token: adminToken, env: { ADMIN_TOKEN: adminToken } }

const withRole = async (role: 'moderator' | 'admin'): Promise<NewUser> => {
  const user = await newUser()
  await ok('PATCH', `/api/users/${user.id}`, { ...admin, body: { role } })
  return user
}
const banOnSite = (id: number, body: object = {}, by: object = admin): Promise<SiteBan> =>
  ok('PUT', `/api/users/${id}/ban`, { ...by, body })
const lift = (id: number) => ok('DELETE', `/api/users/${id}/ban`, admin)
const textsOf = async (room: string): Promise<(string | null)[]> =>
  (await ok<MessageList>('GET', `${room}/message?limit=100`)).messages.map(({ message }) => message)

describe('a ban from the whole site', () => {
  it('holds in all rooms, also in the own one, until it is lifted', async () => {
    const fixtures = [await roomFixture(), await roomFixture()]
    const { id, name, token } = await newUser()
    const own = `/chatroom/${fresh('own')}`
    await ok('POST', '/api/chatroom', { token, body: { name: own.split('/').at(-1) } })
    await ok('PUT', fixtures[0]?.room ?? '', { token, body: {} })
    expect(await banOnSite(id, { reason: 'spam' })).toMatchObject({
      userId: id,
      userName: name,
      kind: 'ban',
      until: null,
      reason: 'spam',
    })
    for (const room of [...fixtures.map(({ room }) => room), own])
      for (const who of [{ token }, {}])
        for (const [method, path] of [
          ['PUT', ''],
          ['POST', '/message'],
        ] as const) {
          const body = { ...('token' in who ? {} : { userName: name }), message: 'x' }
          expect(await fails(403, method, room + path, { ...who, body })).toMatchObject({
            type: '/problems/banned',
            detail: 'You are banned from this site. Ask an admin or a moderator of the site.',
          })
        }
    await fails(403, 'GET', `${own}/message`, { token })
    await fails(403, 'PATCH', own, { token, body: { title: 'x' } })
    await fails(403, 'POST', '/api/chatroom', { token, body: { name: fresh('another') } })
    await fails(403, 'PATCH', `/api/users/${id}`, { token, body: { name: fresh('rude') } })
    expect(await lift(id)).toEqual({ id, lifted: true })
    await ok('PATCH', own, { token, body: { title: 'x' } })
    for (const { room } of fixtures) await say(room, name, 'back')
  })

  it('holds for the login, and the name stays taken, also after the user is deleted', async () => {
    const { room } = await roomFixture()
    const claims = person()
    const by = { token: await sign(claims), env: withSecret }
    const { id } = await ok<NewUser>('GET', '/api/users/me', by)
    const spammer = await newUser()
    for (const banned of [id, spammer.id]) await banOnSite(banned)
    await fails(403, 'POST', `${room}/message`, { ...by, body: { message: 'x' } })
    await ok('DELETE', `/api/users/${id}`, by)
    await ok('DELETE', `/api/users/${spammer.id}`, { token: spammer.token })
    await fails(403, 'POST', `${room}/message`, { ...by, body: { message: 'again' } })
    await fails(409, 'POST', '/api/users', { body: { name: spammer.name.toUpperCase() } })
    for (const banned of [id, spammer.id]) await lift(banned)
    await ok('POST', `${room}/message`, { ...by, body: { message: 'back' } })
    await newUser(spammer.name)
  })

  it('ends by itself', async () => {
    const { room } = await roomFixture()
    const { id, name } = await newUser()
    await banOnSite(id, { seconds: 3600 })
    await fails(403, 'POST', `${room}/message`, { body: { userName: name, message: 'x' } })
    await env.DB.prepare('update users set banned_until = banned_until - 3600001 where id = ?').bind(id).run()
    await say(room, name, 'it is over')
  })

  it('is given to a user that was deleted not long ago, and to nobody else', async () => {
    const { id, name, token } = await newUser()
    await ok('DELETE', `/api/users/${id}`, { token })
    expect(await banOnSite(id)).toMatchObject({ userName: name })
    await fails(409, 'POST', '/api/users', { body: { name } })
    await fails(404, 'PUT', '/api/users/99999999/ban', { ...admin, body: {} })
    await fails(404, 'DELETE', '/api/users/99999999/ban', admin)
  })

  it('is given, lifted and listed by admins and moderators of the site, to nobody with a role', async () => {
    const { owner, moderator, member } = await roomFixture()
    const [helper, boss] = [await withRole('moderator'), await withRole('admin')]
    const path = `/api/users/${member.id}/ban`
    for (const request of [{}, { token: 'nobody' }]) await fails(401, 'PUT', path, { ...request, body: {} })
    for (const { token } of [owner, moderator, member]) {
      await fails(403, 'PUT', path, { token, body: {} })
      await fails(403, 'DELETE', path, { token })
      await fails(403, 'GET', '/api/admin/ban', { token })
    }
    for (const by of [admin, { token: helper.token }, { token: boss.token }])
      for (const { id } of [helper, boss]) {
        expect(await fails(403, 'PUT', `/api/users/${id}/ban`, { ...by, body: {} })).toMatchObject({
          detail: expect.stringContaining('{"role":"user"}'),
        })
      }
    await banOnSite(member.id, {}, { token: helper.token })
    const { bans } = await ok<{ bans: SiteBan[] }>('GET', '/api/admin/ban?limit=100', { token: helper.token })
    expect(bans.map(({ userId }) => userId)).toContain(member.id)
    await ok('DELETE', path, { token: helper.token })
    const { entries } = await ok<SiteAuditList>('GET', '/api/admin/audit', admin)
    expect(entries.slice(0, 2)).toMatchObject([
      { chatroom: null, action: 'liftBan', by: helper.name, to: member.name },
      { chatroom: null, action: 'ban', by: helper.name, to: member.name, until: null },
    ])
  })

  it('disconnects the user in all rooms', async () => {
    const [first, second] = [await roomFixture(), await roomFixture()]
    const { id, name } = await newUser()
    const listeners = [
      await listen(first.room, { userName: name }),
      await listen(second.room, { userName: name }),
    ]
    await banOnSite(id)
    for (const listener of listeners)
      await vi.waitFor(() => expect(listener.closed?.code).toBe(4003), { timeout: 10_000 })
  })

  it('deletes what the user has written last in all of its rooms', async () => {
    const [first, second] = [await roomFixture(), await roomFixture()]
    const { id, name } = await newUser()
    const listener = await listen(first.room, { after: 0 })
    for (const { room, moderator } of [first, second]) {
      await say(room, name, 'spam')
      await ok('PATCH', `${room}/member/${name}`, { token: moderator.token, body: { mute: {} } })
    }
    await say(first.room, first.member.name, 'kept')
    await ok('PATCH', `${second.room}/member/${name}`, { token: second.moderator.token, body: { ban: {} } })
    expect(await banOnSite(id, { deleteMessagesSeconds: 604_800 })).toMatchObject({
      deletedMessages: { count: 2, left: 0 },
    })
    expect(await textsOf(first.room)).toEqual([null, 'kept'])
    expect(await textsOf(second.room)).toEqual([null])
    expect((await listener.entries(3))[2]).toMatchObject({ type: 'delete', target: 1 })
  })
})

describe('a ban in a room', () => {
  const banIn = (room: string, name: string, token: string, seconds: number) =>
    ok<MemberState>('PATCH', `${room}/member/${name}`, {
      token,
      body: { ban: { deleteMessagesSeconds: seconds } },
    })

  it('deletes what was written in the last seconds, with its pin, reactions and mentions', async () => {
    const { room, moderator, member, guest } = await roomFixture()
    for (const text of ['old', 'spam', `@${moderator.name} spam`]) await say(room, member.name, text)
    await env.DB.prepare("update messages set created_at = created_at - 7200000 where text = 'old'").run()
    await say(room, guest.name, 'kept')
    await ok('PUT', `${room}/pin/2`, { token: moderator.token })
    await ok('PUT', `${room}/message/2/reaction/🎉`, { body: { userName: guest.name } })
    const listener = await listen(room, { after: 5 })
    expect(await banIn(room, member.name, moderator.token, 3600)).toMatchObject({
      deletedMessages: { count: 2, left: 0 },
    })
    expect(await textsOf(room)).toEqual(['old', null, null, 'kept'])
    expect(await listener.entries(7)).toMatchObject([
      { type: 'delete', seq: 6, target: 2 },
      { type: 'delete', seq: 7, target: 3 },
    ])
    expect(await ok('GET', room)).toMatchObject({ pinned: [] })
    expect(await ok('GET', '/api/users/me/mention', { token: moderator.token })).toMatchObject({
      messages: [],
    })
    const [entry] = (await ok<SiteAuditList>('GET', `${room}/audit`, { token: moderator.token })).entries
    expect(entry).toMatchObject({ action: 'ban', deleteMessagesSeconds: 3600 })
  })

  it('deletes in pieces, and says how many messages are left', async () => {
    const { room, moderator, member } = await roomFixture()
    await say(room, member.name, 'spam')
    await env.DB.prepare(
      `with recursive n(i) as (select 2 union all select i + 1 from n where i < ${MAX_DELETED + 3})
        insert into messages (room_id, seq, author_id, text, created_at)
        select room_id, i, author_id, text, created_at from messages, n where author_id = ? and seq = 1`,
    )
      .bind(member.id)
      .run()
    expect(await banIn(room, member.name, moderator.token, 3600)).toMatchObject({
      deletedMessages: { count: MAX_DELETED, left: 3 },
    })
    expect(await banIn(room, member.name, moderator.token, 3600)).toMatchObject({
      deletedMessages: { count: 3, left: 0 },
    })
  })

  it('reads a bounded number of messages, however many are as recent', async () => {
    const costs = []
    for (const size of [MAX_SEARCHED, 20 * MAX_SEARCHED]) {
      const { room, moderator, member } = await roomFixture()
      await say(room, member.name, 'old')
      await grow({ room }, size, Date.now())
      await say(room, member.name, 'spam')
      const { db, cost } = counting()
      const body = { ban: { deleteMessagesSeconds: 604_800 } }
      expect(
        await ok('PATCH', `${room}/member/${member.name}`, { db, token: moderator.token, body }),
      ).toMatchObject({ deletedMessages: { count: 1, left: 0 } })
      costs.push(cost.rowsRead)
    }
    const [few = 0, many = 0] = costs
    // The search for the first message of the time takes some steps more.
    expect(many).toBeLessThanOrEqual(few + 500)
    expect(few).toBeLessThanOrEqual(8 * MAX_SEARCHED)
  })

  it('deletes the messages of an author that was deleted, by one of them', async () => {
    const { room, moderator } = await roomFixture()
    const { id, name, token } = await newUser()
    for (const text of ['one', 'two']) await say(room, name, text)
    await ok('DELETE', `/api/users/${id}`, { token })
    const body = { authorOf: 2, kind: 'ban', deleteMessagesSeconds: 60 }
    const answer = await ok('POST', `${room}/sanction`, { token: moderator.token, body })
    expect(answer).toMatchObject({ userName: name, deletedMessages: { count: 2, left: 0 } })
    expect(await textsOf(room)).toEqual([null, null])
    const mute = { ...body, kind: 'mute' }
    await fails(400, 'POST', `${room}/sanction`, { token: moderator.token, body: mute })
  })

  it('deletes nothing where the ban is refused', async () => {
    const { room, owner, moderator } = await roomFixture()
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'mine' } })
    const body = { ban: { deleteMessagesSeconds: 3600 } }
    await fails(403, 'PATCH', `${room}/member/${owner.name}`, { token: moderator.token, body })
    expect(await textsOf(room)).toEqual(['mine'])
  })

  it('leaves no message behind that is sent at the same time', async () => {
    const { room, moderator, member } = await roomFixture()
    const sends = Array.from({ length: 8 }, (_, n) =>
      call('POST', `${room}/message`, { body: { userName: member.name, message: `spam ${n}` } }),
    )
    const [answers] = await Promise.all([Promise.all(sends), banIn(room, member.name, moderator.token, 3600)])
    for (const { status } of answers) expect([201, 403]).toContain(status)
    expect(new Set(await textsOf(room)).size).toBeLessThanOrEqual(1)
    expect((await textsOf(room)).filter((text) => text !== null)).toEqual([])
  })

  it.each([-1, 604_801, '60', 1.5])('takes no deleteMessagesSeconds of %j', async (deleteMessagesSeconds) => {
    const { room, moderator, member } = await roomFixture()
    const body = { ban: { deleteMessagesSeconds } }
    await fails(400, 'PATCH', `${room}/member/${member.name}`, { token: moderator.token, body })
  })
})
