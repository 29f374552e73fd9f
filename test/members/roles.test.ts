import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/contract'
import { call, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('roles', () => {
  it('are listed, and given by the owner but not by moderators', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    await ok('PUT', room, { token: owner.token, body: {} })
    const { members } = await ok<{ members: Member[] }>('GET', `${room}/member`)
    expect(members.map(({ userName, role }) => [userName, role])).toEqual([
      [moderator.name, 'moderator'],
      [member.name, 'member'],
      [owner.name, 'owner'],
    ])
    const setRole = (userName: string, role: string, token: string, status: number) =>
      call('PATCH', `${room}/member/${userName}`, { body: { role }, token }).then((answer) =>
        expect(answer.status).toBe(status),
      )
    await setRole(member.name, 'moderator', moderator.token, 403)
    await setRole(moderator.name, 'member', moderator.token, 403)
    await setRole(guest.name, 'moderator', moderator.token, 403)
    await setRole(guest.name, 'member', moderator.token, 200)
    await setRole(member.name, 'moderator', owner.token, 200)
    await setRole(moderator.name, 'member', owner.token, 200)
    await setRole(moderator.name, 'owner', owner.token, 400)
    await setRole('nobody', 'member', owner.token, 404)
    expect(await ok('GET', `${room}/member/${moderator.name}`)).toMatchObject({ role: 'member' })
  })
})
