import { describe, expect, it } from 'vitest'
import { fails, newRoom, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('an archived room', () => {
  it('can be read, and refuses messages and new members until it is opened again', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'last words')
    await ok('PATCH', room, { body: { archived: true }, token: owner.token })
    const body = { userName: member.name, message: 'one more' }
    expect(await fails(403, 'POST', `${room}/message`, { body })).toMatchObject({
      title: 'Chatroom archived',
    })
    await fails(403, 'PATCH', `${room}/message/1`, { body })
    const [guest, other] = [await newUser(), await newUser()]
    await ok('PUT', `/chatroom/${(await newRoom()).name}`, { token: other.token, body: {} })
    for (const { name, token } of [guest, other]) {
      await fails(403, 'PUT', room, { body: { userName: name } })
      await fails(403, 'PUT', room, { token, body: {} })
    }
    for (let time = 0; time < 2; time++) {
      const again = { chatroom: room.slice(10), userName: member.name }
      expect(await ok('PUT', room, { body: { userName: member.name } })).toMatchObject(again)
      expect(await ok('PUT', room, { token: member.token, body: {} })).toMatchObject(again)
    }
    await fails(403, 'POST', `${room}/message`, { token: owner.token, body: { message: 'x' } })
    expect(await ok('GET', `${room}/message`)).toMatchObject({ messages: [{ message: 'last words' }] })
    await ok('PATCH', room, { body: { archived: false }, token: owner.token })
    await say(room, member.name, 'one more')
  })

  it('takes no new members from its owner and moderators, but changes of roles', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    await ok('PATCH', room, { body: { archived: true }, token: owner.token })
    const before = await ok('GET', `${room}/audit`, { token: owner.token })
    for (const [token, role] of [
      [owner.token, 'member'],
      [owner.token, 'moderator'],
      [moderator.token, 'member'],
    ] as const)
      expect(
        await fails(403, 'PATCH', `${room}/member/${guest.name}`, { token, body: { role } }),
      ).toMatchObject({ title: 'Chatroom archived' })
    await fails(404, 'GET', `${room}/member/${guest.name}`)
    expect(await ok('GET', `${room}/audit`, { token: owner.token })).toEqual(before)
    const change = (name: string, role: string) =>
      ok('PATCH', `${room}/member/${name}`, { token: owner.token, body: { role } })
    expect(await change(moderator.name, 'member')).toMatchObject({ role: 'member' })
    expect(await change(member.name, 'moderator')).toMatchObject({ role: 'moderator' })
  })
})
