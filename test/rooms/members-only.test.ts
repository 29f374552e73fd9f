import { describe, expect, it } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { fails, type Options, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('a room for members', () => {
  it('is read and written by members only, and joined by invitation', async () => {
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
    expect(await ok('GET', room), 'the room itself is public').toMatchObject({
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

  it('shows its pins to those who may read it', async () => {
    const { room, owner, member, guest } = await roomFixture()
    await say(room, member.name, 'the password is on page 12')
    await ok('PUT', `${room}/pin/1`, { token: owner.token })
    await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
    const pinnedFor = async (path: string, options: Options = {}) =>
      (await ok<Chatroom>('GET', path, options)).pinned
    expect(await pinnedFor(room, { token: member.token })).toEqual([1])
    expect(await pinnedFor(`${room}?userName=${member.name}`)).toEqual([1])
    expect(await pinnedFor(room)).toEqual([])
    expect(await pinnedFor(room, { token: guest.token })).toEqual([])
    expect(await pinnedFor(room, { token: 'dead' })).toEqual([])
    const byName = `/api/chatroom?name=${room.split('/').at(-1)}`
    expect(await ok('GET', byName, { token: guest.token })).toMatchObject({ chatrooms: [{ pinned: [] }] })
  })

  it('repeats the reading member in `next`', async () => {
    const { room, member } = await roomFixture({ readers: 'members' })
    for (let i = 0; i < 3; i++) await say(room, member.name, `message ${i}`)
    const { next } = await ok<{ next: string }>('GET', `${room}/message?limit=2&userName=${member.name}`)
    expect(await ok('GET', next)).toMatchObject({ messages: [{ seq: 1 }], next: null })
  })

  it('with members as posters only can be read by anyone', async () => {
    const { room, member, guest } = await roomFixture({ posters: 'members' })
    await say(room, member.name, 'hear, hear')
    expect(await ok('GET', `${room}/message`)).toMatchObject({ messages: [{ message: 'hear, hear' }] })
    await fails(403, 'POST', `${room}/message`, { body: { userName: guest.name, message: 'x' } })
  })
})
