import { describe, expect, it } from 'vitest'
import { fails, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('an archived room', () => {
  it('can be read, and refuses messages and joins until it is opened again', async () => {
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
