import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { AuditList, MemberState, SanctionList } from '../../src/contract'
import { fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

/** Bans or mutes a user in a room, or lifts the sanction. */
const sanction = (room: string, who: string, token: string, body: object) =>
  ok<MemberState>('PATCH', `${room}/member/${encodeURIComponent(who)}`, { body, token })

const ban = { ban: { reason: 'spam' } }
const mute = { mute: { seconds: 3600, reason: 'too loud' } }

describe('a ban', () => {
  it('takes the member out and keeps it out, with a token or without, until it is lifted', async () => {
    const { room, moderator, member } = await roomFixture()
    await say(room, member.name, 'before')
    expect(await sanction(room, member.name, moderator.token, ban)).toEqual({
      chatroom: room.split('/').at(-1),
      userName: member.name,
      role: 'guest',
      joinedAt: null,
      ban: { until: null, reason: 'spam' },
      mute: null,
    })
    expect(await ok('GET', room)).toMatchObject({ memberCount: 1 })
    for (const who of [{ body: { userName: member.name } }, { body: {}, token: member.token }]) {
      const body = { ...who.body, message: 'after', reason: 'revenge' }
      for (const [method, path] of [
        ['PUT', room],
        ['POST', `${room}/message`],
        ['PATCH', `${room}/message/1`],
        ['POST', `${room}/message/1/report`],
      ] as const) {
        expect(await fails(403, method, path, { ...who, body })).toMatchObject({ title: 'Banned' })
      }
    }
    await fails(403, 'GET', `${room}/message`, { token: member.token })
    // Users may delete their own messages.
    await ok('DELETE', `${room}/message/1`, { token: member.token })

    expect(await sanction(room, member.name, moderator.token, { ban: null })).toMatchObject({ ban: null })
    await say(room, member.name, 'back again')
  })

  it('does not end by another name, another spelling, or a new user of the name', async () => {
    const { room, moderator } = await roomFixture()
    const { id, name } = await newUser(fresh('Mallory'))
    await sanction(room, name, moderator.token, ban)
    const body = (userName: string) => ({ body: { userName, message: 'me again' } })
    for (const spelling of [name.toUpperCase(), name.replace('o', '0'), name.replace('l', '1'), ` ${name} `])
      await fails(403, 'POST', `${room}/message`, body(spelling))

    const alias = fresh('innocent')
    await ok('PUT', `/api/users/${id}`, { body: { name: alias } })
    await fails(403, 'POST', `${room}/message`, body(alias))
    await fails(409, 'POST', '/api/users', { body: { name } })
    const other = await newUser()
    await fails(409, 'PUT', `/api/users/${other.id}`, { body: { name } })
    // The banned user itself may have its old name again.
    await ok('PUT', `/api/users/${id}`, { body: { name } })
    await ok('PUT', `/api/users/${id}`, { body: { name: alias } })

    await ok('DELETE', `/api/users/${id}`)
    for (const taken of [name, alias]) await fails(409, 'POST', '/api/users', { body: { name: taken } })
    await sanction(room, alias, moderator.token, { ban: null })
    for (const free of [name, alias]) await newUser(free)
    await ok('POST', `${room}/message`, body(alias))
  })

  it('holds for the name of a deleted user, is listed, and can be lifted', async () => {
    const { room, owner } = await roomFixture()
    const { id, name } = await newUser()
    await sanction(room, name, owner.token, ban)
    await ok('DELETE', `/api/users/${id}`)
    const list = () => ok<SanctionList>('GET', `${room}/sanction`, { token: owner.token })
    const [{ userName } = { userName: '' }] = (await list()).sanctions
    expect(await sanction(room, userName, owner.token, { ban: null })).toMatchObject({ ban: null })
    expect((await list()).sanctions).toEqual([])
    await newUser(name)
    await say(room, name, 'a new start')
    await fails(404, 'PATCH', `${room}/member/nobody`, { body: { ban: null }, token: owner.token })
  })

  it('ends by itself', async () => {
    const { room, moderator, member } = await roomFixture()
    await sanction(room, member.name, moderator.token, { ban: { seconds: 3600 } })
    await fails(403, 'PUT', room, { token: member.token, body: {} })
    await env.DB.prepare('update sanctions set until = until - 3600001').run()
    await say(room, member.name, 'it is over')
    expect(await ok('GET', `${room}/sanction`, { token: moderator.token })).toEqual({
      sanctions: [],
      next: null,
    })
  })

  it('applies to lower roles, and is given by moderators only', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    const refused = (who: string, token: string) =>
      fails(403, 'PATCH', `${room}/member/${who}`, { body: ban, token })
    await refused(owner.name, moderator.token)
    await refused(moderator.name, moderator.token)
    await refused(owner.name, owner.token)
    await refused(guest.name, member.token)
    await refused(member.name, guest.token)
    await fails(404, 'PATCH', `${room}/member/nobody`, { body: ban, token: owner.token })
    expect(await ok('GET', `${room}/sanction`, { token: owner.token })).toMatchObject({ sanctions: [] })
    await sanction(room, moderator.name, owner.token, ban)
    expect(await fails(403, 'GET', `${room}/audit`, { token: moderator.token })).toMatchObject({
      title: 'Banned',
    })
  })

  it('does not outlive becoming the owner', async () => {
    const { room, owner, member } = await roomFixture()
    await sanction(room, member.name, owner.token, ban)
    await ok('PATCH', room, { body: { owner: member.name }, token: owner.token })
    await ok('PATCH', room, { body: { title: 'mine now' }, token: member.token })
  })

  it.each([
    {},
    { ban: {}, mute: {} },
    { ban: { seconds: 0 } },
    { ban: { seconds: 1.5 } },
    { ban: { reason: '' } },
    { ban: true },
  ])('is not asked for by %j', async (body) => {
    const { room, owner, member } = await roomFixture()
    await fails(400, 'PATCH', `${room}/member/${member.name}`, { body, token: owner.token })
  })
})

describe('a mute', () => {
  it('lets the member read and leave, but not send', async () => {
    const { room, moderator, member } = await roomFixture({ readers: 'members' })
    await say(room, member.name, 'loud')
    const { mute: given } = await sanction(room, member.name, moderator.token, mute)
    expect(given).toMatchObject({ reason: 'too loud' })
    expect(given?.until).toMatch(/^\d{4}-.*Z$/)
    const body = { message: 'LOUDER' }
    expect(await fails(403, 'POST', `${room}/message`, { body, token: member.token })).toMatchObject({
      title: 'Muted',
    })
    await fails(403, 'PATCH', `${room}/message/1`, { body, token: member.token })
    await ok('GET', `${room}/message`, { token: member.token })
    await sanction(room, member.name, moderator.token, { mute: null })
    await ok('POST', `${room}/message`, { body, token: member.token })
  })
})

describe('bans and mutes', () => {
  it('are listed page by page for moderators', async () => {
    const { room, owner, member } = await roomFixture()
    const names = [member.name]
    for (let i = 0; i < 3; i++) names.push((await newUser()).name)
    for (const name of names) for (const body of [ban, mute]) await sanction(room, name, owner.token, body)
    const seen: string[] = []
    let next: string | null = `${room}/sanction?limit=3`
    while (next) {
      const page: SanctionList = await ok<SanctionList>('GET', next, { token: owner.token })
      seen.push(...page.sanctions.map(({ userName, kind }) => `${kind} ${userName}`))
      next = page.next
    }
    expect(seen).toEqual(names.flatMap((name) => [`ban ${name}`, `mute ${name}`]))
    await fails(401, 'GET', `${room}/sanction`)
    await fails(403, 'GET', `${room}/sanction`, { token: member.token })
  })
})

describe('removing a member', () => {
  it('is done by moderators, and then the member may join again', async () => {
    const { room, moderator, member, guest } = await roomFixture()
    await fails(403, 'DELETE', `${room}/member/${member.name}`, { token: guest.token })
    await fails(403, 'DELETE', `${room}/member/${moderator.name}`, { token: member.token })
    await ok('DELETE', `${room}/member/${member.name}`, { token: moderator.token })
    await fails(404, 'GET', `${room}/member/${member.name}`)
    await fails(404, 'DELETE', `${room}/member/${member.name}`, { token: moderator.token })
    await say(room, member.name, 'here I am')
  })
})

describe('the audit log', () => {
  it('lists actions with user and target, newest first, page by page', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    const admin = { env: { ADMIN_TOKEN: 'the-admin' }, token: 'the-admin' }
    await say(room, member.name, 'rude')
    await ok('DELETE', `${room}/message/1`, { token: moderator.token })
    await sanction(room, member.name, moderator.token, mute)
    await sanction(room, member.name, moderator.token, { mute: null })
    await sanction(room, member.name, moderator.token, { mute: null })
    await sanction(room, guest.name, owner.token, ban)
    await sanction(room, guest.name, owner.token, { ban: null })
    await ok('DELETE', `${room}/member/${member.name}`, { token: owner.token })
    await ok('PATCH', `${room}/member/${member.name}`, { token: moderator.token, body: { role: 'member' } })
    await ok('PATCH', room, { ...admin, body: { title: 'Calm', slowModeSeconds: 5 } })
    await ok('PATCH', room, { ...admin, body: { owner: member.name } })
    const refused = { token: guest.token, body: { title: 'x' } }
    await fails(403, 'PATCH', room, refused)

    const entries: [string, string | null, string | null][] = []
    const details: object[] = []
    let next: string | null = `${room}/audit?limit=4`
    while (next) {
      const page: AuditList = await ok<AuditList>('GET', next, { token: moderator.token })
      for (const { id, createdAt, action, by, to, ...detail } of page.entries) {
        entries.push([action, by, to])
        details.push(detail)
      }
      next = page.next
    }
    expect(entries).toEqual([
      ['changeSettings', null, member.name],
      ['changeSettings', null, null],
      ['makeMember', moderator.name, member.name],
      ['remove', owner.name, member.name],
      ['liftBan', owner.name, guest.name],
      ['ban', owner.name, guest.name],
      ['liftMute', moderator.name, member.name],
      ['mute', moderator.name, member.name],
      ['deleteMessage', moderator.name, member.name],
      ['makeModerator', owner.name, moderator.name],
    ])
    expect(details[0]).toEqual({ settings: ['owner'] })
    expect(details[1]).toEqual({ settings: ['title', 'slowModeSeconds'] })
    expect(details[5]).toEqual({ until: null, reason: 'spam' })
    expect(details[8]).toEqual({ seq: 1 })
  })
})
