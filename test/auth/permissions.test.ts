import { describe, expect, it } from 'vitest'
import { type Action, actions, can, type Role, roles } from '../../src/auth/permissions'
import type { Chatroom, Member } from '../../src/contract'
import { call, fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('who may do what', () => {
  const open = { readers: 'anyone', posters: 'anyone' } as const
  const members = ['read', 'report', 'join', 'post', 'withdraw']
  const table: Record<Role, readonly string[]> = {
    admin: actions,
    owner: actions,
    moderator: [...members, 'invite', 'moderate'],
    member: members,
    guest: members,
  }
  const pairs = roles.flatMap((role) => actions.map((action): [Role, Action] => [role, action]))

  it.each(pairs)('%s: %s', (role, action) => {
    expect(can(role, action, open)).toBe(table[role].includes(action))
  })

  it.each([
    [{ readers: 'anyone', posters: 'members' }, ['read', 'report', 'withdraw']],
    [{ readers: 'members', posters: 'anyone' }, ['withdraw']],
    [{ readers: 'members', posters: 'members' }, ['withdraw']],
  ] as const)('guests, where %j', (doors, may) => {
    expect(actions.filter((action) => can('guest', action, doors)).sort()).toEqual([...may].sort())
    for (const role of roles.filter((role) => role !== 'guest')) {
      expect(actions.filter((action) => can(role, action, doors))).toEqual(
        actions.filter((action) => can(role, action, open)),
      )
    }
  })
})

describe('settings', () => {
  it('are changed by the owner and the admin, and by nobody else', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    const body = { title: 'Class of 2026', topic: 'homework', slowModeSeconds: 10 }
    await fails(401, 'PATCH', room, { body })
    for (const { token } of [moderator, member]) {
      expect(await fails(403, 'PATCH', room, { body, token })).toMatchObject({ title: 'Not allowed' })
    }
    await fails(403, 'PATCH', room, { body, token: guest.token })
    expect(await ok('PATCH', room, { body, token: owner.token })).toMatchObject({
      ...body,
      owner: owner.name,
    })
    const env = { ADMIN_TOKEN: 'the-admin' }
    const asAdmin = { env, token: env.ADMIN_TOKEN }
    expect(await ok('PATCH', room, { ...asAdmin, body: { title: null } })).toMatchObject({
      title: null,
      topic: 'homework',
    })
    expect(await ok('GET', room)).toMatchObject({ title: null, topic: 'homework', slowModeSeconds: 10 })
  })

  it.each([
    [{}, 'nothing to change'],
    [{ slowModeSeconds: -1 }, 'slowModeSeconds must be 0 to 21600'],
    [{ slowModeSeconds: 21_601 }, 'slowModeSeconds must be 0 to 21600'],
    [{ slowModeSeconds: 1e20 }, 'slowModeSeconds must be 0 to 21600'],
    [{ slowModeSeconds: '1' }, 'slowModeSeconds must be a number'],
    [{ slowModeSeconds: 1.5 }, 'slowModeSeconds must be a whole number'],
    [{ readers: 'nobody' }, 'readers must be "anyone" or "members"'],
    [{ archived: 'yes' }, 'archived must be true or false'],
    [{ title: '' }, 'title must be 1 to 200 characters'],
    [{ blockedWords: 'x' }, 'blockedWords must be an array'],
    [{ blockedWords: ['x', '!'] }, 'blockedWords.1 must hold a letter or a digit'],
  ])('are not %j', async (body, detail) => {
    const { room, owner } = await roomFixture()
    expect(await fails(400, 'PATCH', room, { body, token: owner.token })).toMatchObject({ detail })
  })

  it('hand the room on, and then the owner is another', async () => {
    const { room, owner, member } = await roomFixture()
    const body = { owner: member.name }
    expect(await ok('PATCH', room, { body, token: owner.token })).toMatchObject(body)
    await fails(403, 'PATCH', room, { body: { owner: owner.name }, token: owner.token })
    await ok('PATCH', room, { body: { title: 'mine now' }, token: member.token })
    expect(await fails(404, 'PATCH', room, { body: { owner: 'nobody' }, token: member.token })).toMatchObject(
      {
        title: 'User not found',
      },
    )
  })

  it("of a room without an owner are the admin's alone", async () => {
    const { token } = await newUser()
    const { name } = await ok<Chatroom>('POST', '/api/chatroom', { body: { name: fresh('room') } })
    await fails(403, 'PATCH', `/chatroom/${name}`, { body: { title: 'x' }, token })
    const env = { ADMIN_TOKEN: 'the-admin' }
    await ok('DELETE', `/chatroom/${name}`, { env, token: env.ADMIN_TOKEN })
  })
})

describe('an open name', () => {
  it('has the power of a role only with its token', async () => {
    const { room, owner, moderator, guest } = await roomFixture({ readers: 'members', posters: 'members' })
    for (const { name } of [owner, moderator]) {
      await fails(401, 'PATCH', room, { body: { userName: name, title: 'x' } })
      await fails(401, 'PATCH', `${room}/member/${guest.name}`, { body: { userName: name, role: 'member' } })
    }
    // The moderator is a member too, and a name tag is enough for that; the owner has never joined.
    await say(room, moderator.name, 'as a member')
    await fails(403, 'POST', `${room}/message`, { body: { userName: owner.name, message: 'x' } })
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'as the owner' } })
  })
})

describe('a room for members', () => {
  it('is read and written by members, and joined by invitation', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture({
      readers: 'members',
      posters: 'members',
    })
    await say(room, member.name, 'among us')
    const reading = [
      `${room}/message`,
      `${room}/message/1`,
      `${room}/member`,
      `${room}/member/${member.name}`,
    ]
    for (const path of reading) {
      expect(await fails(403, 'GET', path)).toMatchObject({ type: '/problems/members-only' })
      await fails(403, 'GET', path, { token: guest.token })
      await ok('GET', path, { token: member.token })
      await ok('GET', `${path}?userName=${member.name}`)
      await ok('GET', path, { token: owner.token })
    }
    await fails(403, 'PUT', room, { body: { userName: guest.name } })
    await fails(403, 'POST', `${room}/message`, { body: { userName: guest.name, message: 'let me in' } })
    expect(await ok('GET', room), 'that it exists is public').toMatchObject({
      readers: 'members',
      memberCount: 2,
    })

    await fails(403, 'PATCH', `${room}/member/${guest.name}`, {
      body: { role: 'member' },
      token: member.token,
    })
    expect(
      await ok('PATCH', `${room}/member/${guest.name}`, { body: { role: 'member' }, token: moderator.token }),
    ).toMatchObject({ userName: guest.name, role: 'member' })
    await say(room, guest.name, 'thank you')
  })

  it('keeps its pages to its members: `next` says who reads', async () => {
    const { room, member } = await roomFixture({ readers: 'members' })
    for (let i = 0; i < 3; i++) await say(room, member.name, `message ${i}`)
    const { next } = await ok<{ next: string }>('GET', `${room}/message?limit=2&userName=${member.name}`)
    expect(await ok('GET', next)).toMatchObject({ messages: [{ seq: 1 }], next: null })
  })

  it('that only posts among members is read by anyone', async () => {
    const { room, member, guest } = await roomFixture({ posters: 'members' })
    await say(room, member.name, 'hear, hear')
    expect(await ok('GET', `${room}/message`)).toMatchObject({ messages: [{ message: 'hear, hear' }] })
    await fails(403, 'POST', `${room}/message`, { body: { userName: guest.name, message: 'x' } })
  })
})

describe('roles', () => {
  it('are shown, given by the owner, and not by moderators', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    await ok('PUT', room, { token: owner.token, body: {} })
    const { members } = await ok<{ members: Member[] }>('GET', `${room}/member`)
    expect(members.map(({ userName, role }) => [userName, role])).toEqual([
      [moderator.name, 'moderator'],
      [member.name, 'member'],
      [owner.name, 'owner'],
    ])
    const appoint = (userName: string, role: string, token: string, status: number) =>
      call('PATCH', `${room}/member/${userName}`, { body: { role }, token }).then((answer) =>
        expect(answer.status).toBe(status),
      )
    await appoint(member.name, 'moderator', moderator.token, 403)
    await appoint(moderator.name, 'member', moderator.token, 403)
    await appoint(guest.name, 'moderator', moderator.token, 403)
    await appoint(guest.name, 'member', moderator.token, 200)
    await appoint(member.name, 'moderator', owner.token, 200)
    await appoint(moderator.name, 'member', owner.token, 200)
    await appoint(moderator.name, 'owner', owner.token, 400)
    await appoint('nobody', 'member', owner.token, 404)
    expect(await ok('GET', `${room}/member/${moderator.name}`)).toMatchObject({ role: 'member' })
  })
})

describe('an archived room', () => {
  it('can be read, but nothing is added until it is opened again', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'last words')
    await ok('PATCH', room, { body: { archived: true }, token: owner.token })
    const body = { userName: member.name, message: 'one more' }
    expect(await fails(403, 'POST', `${room}/message`, { body })).toMatchObject({
      title: 'Chatroom archived',
    })
    await fails(403, 'PATCH', `${room}/message/1`, { body })
    await fails(403, 'PUT', room, { body: { userName: member.name } })
    await fails(403, 'POST', `${room}/message`, { token: owner.token, body: { message: 'x' } })
    expect(await ok('GET', `${room}/message`)).toMatchObject({ messages: [{ message: 'last words' }] })
    await ok('PATCH', room, { body: { archived: false }, token: owner.token })
    await say(room, member.name, 'one more')
  })
})

describe('slow mode', () => {
  it('lets a member wait, and not those who moderate', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture({ slowModeSeconds: 3600 })
    const headers = { 'Idempotency-Key': fresh('key') }
    await say(room, member.name, 'first', headers)
    await say(room, guest.name, 'another one')
    const body = { userName: member.name, message: 'second' }
    const refused = await call('POST', `${room}/message`, { body })
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(3500)
    expect(seconds).toBeLessThanOrEqual(3600)
    expect(await say(room, member.name, 'first', headers), 'a repeat is no second message').toMatchObject({
      seq: 1,
    })
    for (const { token } of [owner, moderator]) {
      for (const message of ['and', 'again'])
        await ok('POST', `${room}/message`, { token, body: { message } })
    }
    await ok('PATCH', room, { body: { slowModeSeconds: 0 }, token: owner.token })
    await say(room, member.name, 'second')
  })

  it('stores one of ten that come at once', async () => {
    const { room, member } = await roomFixture({ slowModeSeconds: 3600 })
    const body = { userName: member.name, message: 'now' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call('POST', `${room}/message`, { body })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(429)])
  })
})

describe('an owner', () => {
  it('who leaves stays the owner', async () => {
    const { room, owner } = await roomFixture()
    await ok('PUT', room, { token: owner.token, body: {} })
    await ok('DELETE', `${room}/member/${owner.name}`, { token: owner.token })
    expect(await ok('GET', room)).toMatchObject({ owner: owner.name })
    await ok('PATCH', room, { body: { title: 'still mine' }, token: owner.token })
  })

  it('who is deleted leaves the room to the admin', async () => {
    const { room, owner } = await roomFixture()
    await ok('DELETE', `/api/users/${owner.id}`, { token: owner.token })
    expect(await ok('GET', room)).toMatchObject({ owner: null })
    await newUser(owner.name)
    expect(await ok('GET', room)).toMatchObject({ owner: null })
  })

  it('deletes the room: the name is free, and nothing of it comes back under it', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'gone')
    const name = room.split('/').at(-1)
    expect(await ok('DELETE', room, { token: owner.token })).toEqual({ name, deleted: true })
    await fails(404, 'GET', `${room}/message`)
    await fails(404, 'DELETE', room, { token: owner.token })
    await ok('POST', '/api/chatroom', { body: { name } })
    expect(await ok('GET', `${room}/message`)).toEqual({ messages: [], next: null })
    expect(await ok('GET', room)).toMatchObject({ memberCount: 0, owner: null })
    expect(await say(room, member.name, 'a new start')).toMatchObject({ seq: 1 })
  })
})
