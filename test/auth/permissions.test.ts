import { describe, expect, it } from 'vitest'
import { type Action, actions, can, outranks } from '../../src/auth/permissions'
import { type Role, roles } from '../../src/contract'
import { fails, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('permissions', () => {
  const owned = { readers: 'anyone', posters: 'anyone', isOwned: true } as const
  const ofSite = { ...owned, isOwned: false }
  const members = ['read', 'report', 'join', 'post', 'withdraw']
  const moderators = [...members, 'invite', 'moderate', 'export']
  /** The acts that a role may do in a room with an owner, and in a room of the site. */
  const table: Record<Role, [readonly string[], readonly string[]]> = {
    admin: [actions, actions],
    siteModerator: [moderators, actions],
    owner: [actions, actions],
    moderator: [moderators, moderators],
    member: [members, members],
    guest: [members, members],
  }
  const pairs = roles.flatMap((role) => actions.map((action): [Role, Action] => [role, action]))

  it.each(pairs)('%s: %s', (role, action) => {
    const [ofOwner, inRoomOfSite] = table[role]
    expect(can(role, action, owned)).toBe(ofOwner.includes(action))
    expect(can(role, action, ofSite)).toBe(inRoomOfSite.includes(action))
  })

  it.each([
    [{ readers: 'anyone', posters: 'members' }, ['read', 'report', 'withdraw']],
    [{ readers: 'members', posters: 'anyone' }, ['withdraw']],
    [{ readers: 'members', posters: 'members' }, ['withdraw']],
  ] as const)('of guests in a room with %j', (settings, allowed) => {
    for (const open of [owned, ofSite]) {
      const access = { ...open, ...settings }
      expect(actions.filter((action) => can('guest', action, access)).sort()).toEqual([...allowed].sort())
      for (const role of roles.filter((role) => role !== 'guest')) {
        expect(actions.filter((action) => can(role, action, access))).toEqual(
          actions.filter((action) => can(role, action, open)),
        )
      }
    }
  })

  const lower: Record<Role, readonly Role[]> = {
    admin: roles,
    siteModerator: ['moderator', 'member', 'guest'],
    owner: ['moderator', 'member', 'guest'],
    moderator: ['member', 'guest'],
    member: [],
    guest: [],
  }

  it.each(roles)('%s bans, mutes and removes those below', (role) => {
    expect(roles.filter((other) => outranks(role, other))).toEqual(lower[role])
  })
})

describe('an open name', () => {
  it('has the rights of its role only with its token', async () => {
    const { room, owner, moderator, guest } = await roomFixture({ readers: 'members', posters: 'members' })
    for (const { name } of [owner, moderator]) {
      await fails(401, 'PATCH', room, { body: { userName: name, title: 'x' } })
      await fails(401, 'PATCH', `${room}/member/${guest.name}`, { body: { userName: name, role: 'member' } })
    }
    // The moderator is also a member, and members may post by name. The owner has not joined.
    await say(room, moderator.name, 'as a member')
    await fails(403, 'POST', `${room}/message`, { body: { userName: owner.name, message: 'x' } })
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'as the owner' } })
  })
})

describe('a guest who may not act', () => {
  const acts: [string, string, object | undefined][] = [
    ['PATCH', '', { title: 'h' }],
    ['DELETE', '', undefined],
    ['PATCH', '/member/nobody', { role: 'member' }],
    ['PATCH', '/member/nobody', { role: 'moderator' }],
    ['PATCH', '/member/nobody', { ban: {} }],
    ['POST', '/sanction', { authorOf: 1, kind: 'ban' }],
    ['GET', '/sanction', undefined],
    ['GET', '/report', undefined],
    ['PATCH', '/report/1', { resolved: true }],
    ['GET', '/audit', undefined],
    ['GET', '/blocked-word', undefined],
    ['DELETE', '/message?authorOf=1', undefined],
  ]
  const ofMembers: typeof acts = [
    ['PUT', '', {}],
    ['POST', '/message', { message: 'x' }],
    ['GET', '/message', undefined],
    ['POST', '/message/1/report', { reason: 'x' }],
  ]

  it.each(acts)('hears of a role, also in a public room: %s %s %j', async (method, path, body) => {
    for (const settings of [{}, { readers: 'members' }]) {
      const { room, guest } = await roomFixture(settings)
      const options = { token: guest.token, ...(body && { body }) }
      expect(await fails(403, method, room + path, options)).toMatchObject({ type: '/problems/not-allowed' })
    }
  })

  it.each(ofMembers)('hears of an invitation where that helps: %s %s %j', async (method, path, body) => {
    const { room, guest } = await roomFixture({ readers: 'members' })
    const options = { token: guest.token, ...(body && { body }) }
    expect(await fails(403, method, room + path, options)).toMatchObject({ type: '/problems/members-only' })
  })
})
