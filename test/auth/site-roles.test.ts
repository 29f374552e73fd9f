import { describe, expect, it } from 'vitest'
import type { AuditList, Chatroom, NewUser, User, UserRole } from '../../src/contract'
import { call, fails, fresh, newRoom, newUser, type Options, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { person, sign, withSecret } from '../support/login'

const adminToken = 'the-admin-of-this-test'
const admin = { token: adminToken, env: { ADMIN_TOKEN: adminToken } }

const appoint = (id: number, role: UserRole, by: Options = admin): Promise<User> =>
  ok('PATCH', `/api/users/${id}`, { ...by, body: { role } })

const withRole = async (role: UserRole): Promise<NewUser> => {
  const user = await newUser()
  await appoint(user.id, role)
  return user
}

const auditOf = async (room: string): Promise<AuditList['entries']> =>
  (await ok<AuditList>('GET', `${room}/audit`, admin)).entries

describe('a role on the site', () => {
  it('is given and taken by an admin, and shown with the user', async () => {
    const { id } = await newUser()
    expect(await ok('GET', `/api/users/${id}`)).toMatchObject({ role: 'user', protected: false })
    expect(await appoint(id, 'moderator')).toMatchObject({ id, role: 'moderator', protected: true })
    expect(await ok('GET', `/api/users/${id}`)).toMatchObject({ role: 'moderator' })
    expect(await appoint(id, 'user')).toMatchObject({ role: 'user', protected: true })
    const body = { role: 'user', protected: false }
    expect(await ok('PATCH', `/api/users/${id}`, { ...admin, body })).toMatchObject({ protected: false })
  })

  it('is given by a user who is an admin, too', async () => {
    const [boss, other] = [await withRole('admin'), await newUser()]
    expect(await appoint(other.id, 'admin', { token: boss.token })).toMatchObject({ role: 'admin' })
    expect(await appoint(boss.id, 'user', { token: other.token })).toMatchObject({ role: 'user' })
    await fails(403, 'PATCH', `/api/users/${other.id}`, { token: boss.token, body: { role: 'user' } })
  })

  it('keeps its name protected, because anybody may rename or delete an open one', async () => {
    const { id, name, token } = await withRole('moderator')
    const room = `/chatroom/${(await newRoom()).name}`
    await fails(401, 'POST', `${room}/message`, { body: { userName: name, message: 'x' } })
    await fails(401, 'DELETE', `/api/users/${id}`)
    for (const by of [{ token }, admin]) {
      const options = { ...by, body: { protected: false } }
      expect(await fails(403, 'PATCH', `/api/users/${id}`, options)).toMatchObject({
        type: '/problems/always-protected',
      })
    }
  })

  it('takes a role that exists, and a user', async () => {
    const { id } = await newUser()
    await fails(400, 'PATCH', `/api/users/${id}`, { ...admin, body: { role: 'owner' } })
    await fails(400, 'PATCH', `/api/users/${id}`, { ...admin, body: { role: null } })
    await fails(404, 'PATCH', '/api/users/99999999', { ...admin, body: { role: 'admin' } })
  })
})

describe('nobody gains a role', () => {
  const roleOf = async (id: number): Promise<string> => (await ok<User>('GET', `/api/users/${id}`)).role

  it.each(['moderator', 'admin', 'siteModerator'])('by a body with "role": "%s"', async (role) => {
    const name = fresh('climber')
    const created = await ok<NewUser>('POST', '/api/users', { body: { name, role, siteRole: role } })
    expect(created.role).toBe('user')
    const { id, token } = created
    for (const by of [{}, { token }, { token: (await withRole('moderator')).token }]) {
      const { status } = await call('PATCH', `/api/users/${id}`, { ...by, body: { role } })
      expect(role === 'siteModerator' ? 400 : 'token' in by ? 403 : 401).toBe(status)
      await call('PATCH', `/api/users/${id}`, { ...by, body: { name, siteRole: role } })
      await call('PUT', `/api/users/${id}`, { ...by, body: { name, role, site_role: role } })
    }
    expect(await roleOf(id)).toBe('user')
  })

  it('for itself beside another change, of which nothing is done', async () => {
    const { id, token } = await newUser()
    const body = { name: fresh('renamed'), role: 'admin' }
    expect(await fails(403, 'PATCH', `/api/users/${id}`, { token, body })).toMatchObject({
      type: '/problems/not-allowed',
      detail:
        'Only an admin of this site may do this. Send ADMIN_TOKEN, or the token of a user whose role is "admin".',
    })
    expect(await ok('GET', `/api/users/${id}`)).not.toMatchObject({ name: body.name })
    await fails(401, 'PATCH', `/api/users/${id}`, { token: 'nobody', body })
  })

  it.each(['role', 'roles', 'site_role', 'siteRole'])(
    'by the claim "%s" of a login, without the setting',
    async (claim) => {
      const room = `/chatroom/${(await newRoom()).name}`
      const token = await sign({ ...person(), [claim]: 'admin' })
      for (const env of [withSecret, { ...withSecret, JWT_ROLE_CLAIM: '' }]) {
        await fails(403, 'PATCH', room, { token, env, body: { title: 'x' } })
        await fails(403, 'GET', `${room}/audit`, { token, env })
        expect(await ok('GET', '/api/users/me', { token, env })).toMatchObject({ role: 'user' })
      }
    },
  )

  it('by renaming to the name of an admin or an owner, also after those have gone', async () => {
    const { room, owner } = await roomFixture()
    const boss = await withRole('admin')
    for (const { id, name, token } of [owner, boss]) {
      const climber = await newUser()
      const rename = { token: climber.token, body: { name } }
      await fails(409, 'PATCH', `/api/users/${climber.id}`, rename)
      await fails(409, 'PATCH', `/api/users/${climber.id}`, { ...rename, body: { name: name.toUpperCase() } })
      await ok('DELETE', `/api/users/${id}`, { token })
      await ok('PATCH', `/api/users/${climber.id}`, rename)
      expect(await roleOf(climber.id)).toBe('user')
      await fails(403, 'PATCH', room, { token: climber.token, body: { title: 'mine' } })
      await fails(403, 'GET', `${room}/audit`, { token: climber.token })
    }
  })

  it('by a login whose user takes the name of a moderator', async () => {
    const { name } = await withRole('moderator')
    const token = await sign(person(name))
    const room = `/chatroom/${(await newRoom()).name}`
    await fails(403, 'GET', `${room}/audit`, { token, env: withSecret })
    expect(await ok('GET', '/api/users/me', { token, env: withSecret })).toMatchObject({
      name: `${name} 2`,
      role: 'user',
    })
  })
})

describe('a moderator of the site', () => {
  it('moderates every room by its own token, and the audit log names it', async () => {
    const { room, moderator, member, guest } = await roomFixture({ readers: 'members' })
    const { token, name: by } = await withRole('moderator')
    await say(room, member.name, 'spam')
    await ok('GET', `${room}/message`, { token })
    await ok('POST', `${room}/message`, { token, body: { message: 'please stop' } })
    await ok('DELETE', `${room}/message/1`, { token })
    await ok('PATCH', `${room}/member/${guest.name}`, { token, body: { role: 'member' } })
    await ok('PATCH', `${room}/member/${moderator.name}`, { token, body: { ban: {} } })
    expect(await auditOf(room)).toMatchObject([
      { action: 'ban', by, to: moderator.name },
      { action: 'makeMember', by, to: guest.name },
      { action: 'deleteMessage', by, to: member.name, seq: 1 },
      {},
      {},
    ])
  })

  it('does not rule the room of somebody', async () => {
    const { room, owner, member } = await roomFixture()
    const { token } = await withRole('moderator')
    for (const [method, path, body] of [
      ['PATCH', '', { title: 'mine' }],
      ['DELETE', '', undefined],
      ['PATCH', `/member/${member.name}`, { role: 'moderator' }],
      ['PATCH', `/member/${owner.name}`, { ban: {} }],
      ['PATCH', '', { owner: null }],
    ] as const)
      await fails(403, method, room + path, { token, ...(body && { body }) })
  })

  it('changes and deletes the rooms of the site, and gives none away', async () => {
    const { name } = await newRoom()
    const room = `/chatroom/${name}`
    const [{ token, name: by }, helper] = [await withRole('moderator'), await newUser()]
    expect(await ok('PATCH', room, { token, body: { title: 'Ours' } })).toMatchObject({ title: 'Ours' })
    await ok('PATCH', `${room}/member/${helper.name}`, { token, body: { role: 'moderator' } })
    await ok('PATCH', `${room}/member/${helper.name}`, { token, body: { role: 'member' } })
    for (const owner of [by, null]) await fails(403, 'PATCH', room, { token, body: { owner, title: 'x' } })
    expect(await ok('GET', room)).toMatchObject({ title: 'Ours', owner: null })
    expect(await auditOf(room)).toMatchObject([
      { action: 'makeMember', by, to: helper.name },
      { action: 'makeModerator', by, to: helper.name },
      { action: 'changeSettings', by },
    ])
    expect(await ok('DELETE', room, { token })).toEqual({ name, deleted: true })
  })

  it('may change a room whose owner was deleted, which is the site’s then', async () => {
    const { room, owner } = await roomFixture()
    const { token } = await withRole('moderator')
    await fails(403, 'PATCH', room, { token, body: { title: 'Ours' } })
    await ok('DELETE', `/api/users/${owner.id}`, { token: owner.token })
    await ok('PATCH', room, { token, body: { title: 'Ours' } })
  })

  it('is not kept out by owners, moderators, other moderators of the site, or rules for members', async () => {
    const { room, owner, moderator } = await roomFixture({ slowModeSeconds: 60, blockedWords: ['casino'] })
    const [one, other] = [await withRole('moderator'), await withRole('moderator')]
    for (const { token } of [owner, moderator, other])
      for (const body of [{ ban: {} }, { mute: {} }])
        await fails(403, 'PATCH', `${room}/member/${one.name}`, { token, body })
    // An admin's ban has no effect either while the role lasts.
    await ok('PATCH', `${room}/member/${one.name}`, { ...admin, body: { ban: {} } })
    for (const message of ['no casino here', 'at once'])
      await ok('POST', `${room}/message`, { token: one.token, body: { message } })
    await appoint(one.id, 'user')
    await fails(403, 'POST', `${room}/message`, { token: one.token, body: { message: 'x' } })
  })

  it('owns its own room, and is no admin', async () => {
    const { token, name: owner } = await withRole('moderator')
    const body = { name: fresh('room') }
    expect(await ok<Chatroom>('POST', '/api/chatroom', { token, body })).toMatchObject({ owner })
    await ok('PATCH', `/chatroom/${body.name}`, { token, body: { title: 'Mine' } })
    const { id } = await newUser()
    for (const request of [
      ['PATCH', { name: fresh('x') }],
      ['DELETE', undefined],
    ] as const)
      await fails(403, request[0], `/api/users/${id}`, { token, ...(request[1] && { body: request[1] }) })
    await fails(403, 'POST', `/api/users/${id}/token`, { token })
  })
})

describe('a user who is an admin', () => {
  it('does what ADMIN_TOKEN may, under its own name', async () => {
    const { room, owner } = await roomFixture({ readers: 'members' })
    const { token, name: by } = await withRole('admin')
    await ok('GET', `${room}/message`, { token })
    await ok('PATCH', `${room}/member/${owner.name}`, { token, body: { mute: {} } })
    expect(await ok('PATCH', room, { token, body: { owner: null } })).toMatchObject({ owner: null })
    expect(await auditOf(room)).toMatchObject([
      { action: 'changeSettings', by },
      { action: 'mute', by },
      {},
      {},
    ])
    await ok('DELETE', room, { token })
    const { id } = await newUser()
    await ok('POST', `/api/users/${id}/token`, { token })
    await ok('PATCH', `/api/users/${id}`, { token, body: { name: fresh('renamed'), protected: true } })
    await ok('DELETE', `/api/users/${id}`, { token })
  })
})

describe('with JWT_ROLE_CLAIM, a login', () => {
  const env = { ...withSecret, JWT_ROLE_CLAIM: 'app_metadata.roles' }
  const loginWith = (roles: unknown, claims = person()) => sign({ ...claims, app_metadata: { roles } })

  it.each([['moderator'], [['editor', 'moderator']]])(
    'that claims %j moderates, by name, at its first act',
    async (roles) => {
      const { room, member } = await roomFixture({ readers: 'members' })
      await say(room, member.name, 'spam')
      const claims = person()
      const token = await loginWith(roles, claims)
      await ok('DELETE', `${room}/message/1`, { token, env })
      expect((await auditOf(room))[0]).toMatchObject({ action: 'deleteMessage', by: claims.name })
      await ok('POST', `${room}/message`, { token, env, body: { message: 'deleted' } })
      await fails(403, 'PATCH', room, { token, env, body: { title: 'x' } })
      const later = await loginWith(undefined, claims)
      await fails(403, 'GET', `${room}/audit`, { token: later, env })
    },
  )

  it('that claims to be an admin is one, and its user keeps nothing of it', async () => {
    const { room } = await roomFixture({ readers: 'members' })
    const claims = person()
    const token = await loginWith(['admin', 'moderator'], claims)
    await ok('PATCH', room, { token, env, body: { owner: null } })
    const { id } = await newUser()
    expect(await appoint(id, 'moderator', { token, env })).toMatchObject({ role: 'moderator' })
    await ok('DELETE', `/api/users/${id}`, { token, env })
    const later = await loginWith('user', claims)
    await fails(403, 'GET', `${room}/message`, { token: later, env })
    await fails(403, 'PATCH', '/api/users/1', { token: later, env, body: { role: 'admin' } })
  })

  it('keeps the role that an admin has given its user, whatever it claims', async () => {
    const claims = person()
    const me = await ok<User>('GET', '/api/users/me', { token: await loginWith(undefined, claims), env })
    await appoint(me.id, 'admin')
    const room = `/chatroom/${(await newRoom()).name}`
    for (const roles of [undefined, 'moderator', 'nothing'])
      await ok('PATCH', room, { token: await loginWith(roles, claims), env, body: { owner: null } })
  })

  it.each([[true], [1], [{ admin: true }], ['Admin'], ['admin,moderator'], [['siteModerator']]])(
    'that claims %j has no role',
    async (roles) => {
      const room = `/chatroom/${(await newRoom()).name}`
      await fails(403, 'GET', `${room}/audit`, { token: await loginWith(roles), env })
    },
  )

  it('acts again after its user was deleted', async () => {
    const claims = person()
    const token = await loginWith('moderator', claims)
    const room = `/chatroom/${(await newRoom()).name}`
    await ok('PATCH', room, { token, env, body: { title: 'one' } })
    const { id } = await ok<User>('GET', '/api/users/me', { token, env })
    await ok('DELETE', `/api/users/${id}`, admin)
    await ok('PATCH', room, { token, env, body: { title: 'two' } })
    expect((await auditOf(room))[0]).toMatchObject({ action: 'changeSettings', by: claims.name })
  })
})
