import { describe, expect, it } from 'vitest'
import type { NewUser, SiteAuditList, User } from '../../src/contract'
import { call, fails, fresh, newUser, type Options, ok, say } from '../support/api'
import { costOf } from '../support/cost'
import { roomFixture } from '../support/fixtures'
import { person, sign, withSecret } from '../support/login'
import { resetSite } from '../support/site'

const adminToken = 'the-admin-of-this-test'
const admin = { token: adminToken, env: { ADMIN_TOKEN: adminToken } }

type Entries = SiteAuditList['entries']
const auditOf = async (query = '', by: Options = admin): Promise<Entries> =>
  (await ok<SiteAuditList>('GET', `/api/admin/audit${query}`, by)).entries

const withRole = async (role: 'moderator' | 'admin'): Promise<NewUser> => {
  const user = await newUser()
  await ok('PATCH', `/api/users/${user.id}`, { ...admin, body: { role } })
  return user
}

describe('the audit log of the site', () => {
  it('has what is done in all rooms and on the whole site, the newest first, page by page', async () => {
    const fixtures = [await roomFixture(), await roomFixture()]
    for (const { room, owner, member } of fixtures)
      await ok('PATCH', `${room}/member/${member.name}`, { token: owner.token, body: { ban: {} } })
    const helper = await withRole('moderator')
    const seen: Entries = []
    let next: string | null = '/api/admin/audit?limit=2'
    while (next && seen.length < 5) {
      const page: SiteAuditList = await ok('GET', next, admin)
      seen.push(...page.entries)
      next = page.next
    }
    const nameOf = (room = '') => room.split('/').at(-1)
    const [first, second] = fixtures
    expect(seen.slice(0, 3)).toMatchObject([
      { chatroom: null, action: 'changeRole', by: null, to: helper.name, role: 'moderator' },
      { chatroom: nameOf(second?.room), action: 'ban', by: second?.owner.name, to: second?.member.name },
      { chatroom: nameOf(first?.room), action: 'ban', by: first?.owner.name },
    ])
    expect(new Set(seen.map(({ chatroom, id }) => `${chatroom} ${id}`)).size).toBe(seen.length)
  })

  it('can be read by room and by user, also page by page', async () => {
    const { room, owner, moderator, member } = await roomFixture()
    const name = room.split('/').at(-1)
    for (const body of [{ mute: {} }, { mute: null }])
      await ok('PATCH', `${room}/member/${member.name}`, { token: moderator.token, body })
    await ok('PATCH', room, { token: owner.token, body: { title: 'x' } })
    const actions = (entries: Entries) => entries.map(({ action }) => action)
    expect(actions(await auditOf(`?chatroom=${name}`))).toEqual([
      'changeSettings',
      'liftMute',
      'mute',
      'makeModerator',
    ])
    expect(actions(await auditOf(`?by=${moderator.name}`))).toEqual(['liftMute', 'mute'])
    for (const filter of [`chatroom=${name}`, `by=${owner.name}`]) {
      const page = await ok<SiteAuditList>('GET', `/api/admin/audit?limit=1&${filter}`, admin)
      const onward = await ok<SiteAuditList>('GET', page.next ?? '', admin)
      expect(actions([...page.entries, ...onward.entries])).toEqual(
        actions(await auditOf(`?${filter}`)).slice(0, 2),
      )
    }
    expect(await auditOf('?chatroom=nowhere-at-all')).toEqual([])
    expect(await auditOf('?by=nobody-at-all')).toEqual([])
    await fails(400, 'GET', `/api/admin/audit?chatroom=${name}&by=${owner.name}`, admin)
    await fails(400, 'GET', '/api/admin/audit?cursor=1', admin)
  })

  it('names site moderators and admins who act in a room', async () => {
    const { room, owner, member } = await roomFixture()
    const [helper, boss] = [await withRole('moderator'), await withRole('admin')]
    await say(room, member.name, 'spam')
    await ok('DELETE', `${room}/message/1`, { token: helper.token })
    await ok('PATCH', `${room}/member/${owner.name}`, { token: boss.token, body: { ban: {} } })
    expect((await auditOf()).slice(0, 2)).toMatchObject([
      { action: 'ban', by: boss.name, to: owner.name },
      { action: 'deleteMessage', by: helper.name, to: member.name },
    ])
    expect(await ok('GET', `${room}/audit`, { token: helper.token })).toMatchObject({
      entries: [{ by: boss.name }, { by: helper.name }, {}],
    })
  })

  it('tells what an admin did with somebody else, and nothing that users do with themselves', async () => {
    const boss = await withRole('admin')
    const person = await newUser()
    const path = `/api/users/${person.id}`
    const before = (await auditOf()).length
    await ok('PATCH', path, { token: person.token, body: { protected: true } })
    const { token } = await ok<NewUser>('POST', `${path}/token`, { token: person.token })
    await ok('PATCH', path, { token, body: { name: fresh('renamed') } })
    expect(await auditOf()).toHaveLength(before)
    const name = fresh('by-boss')
    await ok('PATCH', path, { token: boss.token, body: { name, role: 'moderator' } })
    await ok('PATCH', path, { token: boss.token, body: { name, role: 'moderator' } })
    await ok('POST', `${path}/token`, { token: boss.token })
    await ok('DELETE', `${path}/token`, admin)
    await ok('DELETE', path, { token: boss.token })
    expect((await auditOf()).slice(0, 5)).toMatchObject([
      { action: 'deleteUser', by: boss.name, to: null },
      { action: 'revokeToken', by: null },
      { action: 'replaceToken', by: boss.name },
      { action: 'changeUser', by: boss.name, settings: ['name'] },
      { action: 'changeRole', by: boss.name, role: 'moderator' },
    ])
    expect(await auditOf()).toHaveLength(before + 5)
  })

  it('names a login that claims a role, at its first act', async () => {
    const env = { ...withSecret, JWT_ROLE_CLAIM: 'role' }
    const claims = person()
    const token = await sign({ ...claims, role: 'admin' })
    const { id, name: to } = await newUser()
    await ok<User>('PATCH', `/api/users/${id}`, { token, env, body: { role: 'moderator' } })
    expect((await auditOf())[0]).toMatchObject({ action: 'changeRole', by: claims.name, to })
    expect((await auditOf('', { token, env }))[0]).toMatchObject({ by: claims.name })
  })

  it('names who changed the settings of the site, and which, if they were others', async () => {
    const boss = await withRole('admin')
    const change = (body: object, by: Options = { token: boss.token }) =>
      ok('PATCH', '/api/admin', { ...by, body })
    await change({ slowModeSeconds: 5, reactions: ['👍'] })
    await change({ blockedWords: ['casino'] }, admin)
    const after = await auditOf()
    expect(after.slice(0, 2)).toMatchObject([
      { action: 'changeSettings', chatroom: null, by: null, settings: ['blockedWords'] },
      { action: 'changeSettings', chatroom: null, by: boss.name, settings: ['slowModeSeconds', 'reactions'] },
    ])
    await change({ slowModeSeconds: 5, reactions: ['👍'], blockedWords: ['casino'] })
    const helper = await withRole('moderator')
    await fails(403, 'PATCH', '/api/admin', { token: helper.token, body: { slowModeSeconds: 9 } })
    expect((await auditOf()).slice(1)).toEqual(after)
    await resetSite()
    const env = { ...withSecret, JWT_ROLE_CLAIM: 'role' }
    const claims = person()
    await change({ approval: 'all' }, { token: await sign({ ...claims, role: 'admin' }), env })
    expect((await auditOf())[0]).toMatchObject({ by: claims.name, settings: ['approval'] })
    await resetSite()
  })

  it('keeps the name of a deleted room, whose own log nobody can read any more', async () => {
    const { room, owner } = await roomFixture()
    const deleted = room.split('/').at(-1)
    await ok('DELETE', room, { token: owner.token })
    expect((await auditOf()).slice(0, 2)).toMatchObject([
      { action: 'deleteChatroom', chatroom: null, by: owner.name, deleted },
      { action: 'makeModerator', chatroom: null },
    ])
  })

  it('records no act that is refused', async () => {
    const { room, member } = await roomFixture()
    const helper = await withRole('moderator')
    const before = await auditOf()
    const { id } = await newUser()
    for (const [method, path, body] of [
      ['PATCH', `/api/users/${id}`, { role: 'admin' }],
      ['PATCH', `/api/users/${id}`, { name: fresh('x') }],
      ['DELETE', `/api/users/${id}`, undefined],
      ['POST', `/api/users/${id}/token`, undefined],
      ['DELETE', room, undefined],
    ] as const)
      for (const { token } of [helper, member]) {
        const { status } = await call(method, path, { token, ...(body && { body }) })
        expect([method, path, status]).toEqual([method, path, 403])
      }
    const taken = { ...admin, body: { name: member.name, role: 'admin' } }
    await fails(409, 'PATCH', `/api/users/${id}`, taken)
    expect(await auditOf()).toEqual(before)
  })

  it('is for admins', async () => {
    const { owner } = await roomFixture()
    const [helper, boss] = [await withRole('moderator'), await withRole('admin')]
    await fails(401, 'GET', '/api/admin/audit')
    await fails(401, 'GET', '/api/admin/audit', { token: 'nobody' })
    const refused = [owner.token, helper.token]
    for (const token of refused) await fails(403, 'GET', '/api/admin/audit', { token })
    await fails(403, 'GET', '/api/admin/audit', { token: await sign(person()), env: withSecret })
    await ok('GET', '/api/admin/audit', { token: boss.token })
  })

  it('costs one round trip, and a page its rows', async () => {
    const boss = await withRole('admin')
    const headers = { Authorization: `Bearer ${boss.token}` }
    for (const query of ['', `?by=${boss.name}`]) {
      const cost = await costOf('GET', `/api/admin/audit${query}`, undefined, headers)
      expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
      expect(cost.rowsRead).toBeLessThanOrEqual(5 * 51)
    }
  })
})
