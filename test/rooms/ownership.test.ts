import { describe, expect, it } from 'vitest'
import { fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { person, sign, withSecret } from '../support/login'

describe('a room owner', () => {
  it('stays the owner after leaving', async () => {
    const { room, owner } = await roomFixture()
    await ok('PUT', room, { token: owner.token, body: {} })
    await ok('DELETE', `${room}/member/${owner.name}`, { token: owner.token })
    expect(await ok('GET', room)).toMatchObject({ owner: owner.name })
    await ok('PATCH', room, { body: { title: 'still mine' }, token: owner.token })
  })

  it('is null after the user is deleted, also when the name is taken again', async () => {
    const { room, owner } = await roomFixture()
    await ok('DELETE', `/api/users/${owner.id}`, { token: owner.token })
    expect(await ok('GET', room)).toMatchObject({ owner: null })
    await newUser(owner.name)
    expect(await ok('GET', room)).toMatchObject({ owner: null })
  })

  it('can delete the room, whose name then starts an empty room', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'gone')
    const name = room.split('/').at(-1)
    expect(await ok('DELETE', room, { token: owner.token })).toEqual({ name, deleted: true })
    await fails(404, 'GET', `${room}/message`)
    await fails(404, 'DELETE', room, { token: owner.token })
    await ok('POST', '/api/chatroom', { body: { name } })
    expect(await ok('GET', `${room}/message`)).toEqual({ messages: [], quoted: [], next: null })
    expect(await ok('GET', room)).toMatchObject({ memberCount: 0, owner: null })
    expect(await say(room, member.name, 'a new start')).toMatchObject({ seq: 1 })
  })
})

describe('a room that is created with "owner": null', () => {
  it('is owned by nobody, also when a token or a login is sent', async () => {
    const { token, name } = await newUser()
    const logged = { token: await sign(person()), env: withSecret }
    for (const sender of [{}, { token }, logged]) {
      const body = { name: fresh('room'), owner: null }
      expect(await ok('POST', '/api/chatroom', { ...sender, body })).toMatchObject({ owner: null })
      expect(await ok('GET', `/chatroom/${body.name}`)).toMatchObject({ owner: null })
      await fails(sender === logged || 'token' in sender ? 403 : 401, 'PATCH', `/chatroom/${body.name}`, {
        ...sender,
        body: { title: 'mine' },
      })
    }
    const body = { name: fresh('room') }
    expect(await ok('POST', '/api/chatroom', { token, body })).toMatchObject({ owner: name })
  })

  it('gives the room to nobody else, and takes only a token that exists', async () => {
    const { name } = await newUser()
    const body = { name: fresh('room'), owner: name }
    expect(await ok('POST', '/api/chatroom', { body })).toMatchObject({ owner: null })
    await fails(401, 'POST', '/api/chatroom', { token: 'nobody', body: { name: fresh('room'), owner: null } })
  })
})
