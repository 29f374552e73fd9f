import { describe, expect, it } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { fails, fresh, newUser, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('room settings', () => {
  it('are changed by the owner and the admin, and refused to everybody else', async () => {
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
    [
      {},
      'nothing to change: give title, topic, readers, posters, slowModeSeconds, archived, newcomerLinkSeconds, newcomerMentionSeconds, newcomerReactionSeconds, reactions, approval, retentionDays, blockedWords or owner',
    ],
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
  ])('refuse %j', async (body, detail) => {
    const { room, owner } = await roomFixture()
    expect(await fails(400, 'PATCH', room, { body, token: owner.token })).toMatchObject({ detail })
  })

  it('change the owner, who then has its rights instead of the old one', async () => {
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

  it('are given back to the site by the admin only', async () => {
    const { room, owner } = await roomFixture()
    const body = { owner: null }
    const env = { ADMIN_TOKEN: 'the-admin' }
    expect((await fails(403, 'PATCH', room, { body, token: owner.token })).detail).toContain('Only an admin')
    expect(await ok('GET', room)).toMatchObject({ owner: owner.name })
    await ok('PATCH', room, { body: { topic: 'Homework' }, token: env.ADMIN_TOKEN, env })
    expect(await ok('GET', room)).toMatchObject({ owner: owner.name })
    expect(await ok('PATCH', room, { body, token: env.ADMIN_TOKEN, env })).toMatchObject(body)
    await fails(403, 'PATCH', room, { body: { topic: 'x' }, token: owner.token })
  })

  it('of a room without an owner are changed by the admin only', async () => {
    const { token } = await newUser()
    const { name } = await ok<Chatroom>('POST', '/api/chatroom', { body: { name: fresh('room') } })
    await fails(403, 'PATCH', `/chatroom/${name}`, { body: { title: 'x' }, token })
    const env = { ADMIN_TOKEN: 'the-admin' }
    await ok('DELETE', `/chatroom/${name}`, { env, token: env.ADMIN_TOKEN })
  })
})
