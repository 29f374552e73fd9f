import { describe, expect, it } from 'vitest'
import { call, fails, fresh, newRoom, newUser, ok } from '../support/api'

// Mistakes that beginners make, and what they are told. Others are in bodies.test.ts and suggest-path.test.ts.

/** Sends the call that a detail ends with. */
const sendCallOf = (detail: string) => {
  const [, method = '', path = '', body = ''] = /(POST) (\S+) (\{.*\})$/.exec(detail) ?? []
  return ok(method, path, { body })
}

describe('what does not exist yet', () => {
  it('is a chatroom: the problem has the call that creates it', async () => {
    for (const name of [fresh('lobby'), '教室', 'it.is-a_room']) {
      const path = `/chatroom/${encodeURIComponent(name)}`
      const { detail } = await fails(404, 'GET', path)
      expect(detail).toBe(
        `There is no chatroom "${name}" yet. Create it: POST /api/chatroom {"name":"${name}"}`,
      )
      expect((await fails(404, 'GET', `${path}/message`)).detail).toBe(detail)
      await sendCallOf(detail)
      await ok('GET', path)
    }
  })

  it('is a user: the problem has the call that creates it', async () => {
    const { name: room } = await newRoom()
    const userName = fresh('danny')
    const body = { userName, message: 'hello!' }
    const { detail } = await fails(404, 'POST', `/chatroom/${room}/message`, { body })
    expect(detail).toBe(
      `There is no user "${userName}" yet. Create it: POST /api/users {"name":"${userName}"}`,
    )
    await sendCallOf(detail)
    await ok('POST', `/chatroom/${room}/message`, { body })
  })

  it('is a user with an id: the problem says how to find users', async () => {
    expect((await fails(404, 'GET', '/api/users/4711')).detail).toBe(
      'There is no user with the id 4711. Find a user by name: GET /api/users?name=danny',
    )
  })
})

describe('a name that is taken', () => {
  it('names the user that it looks like', async () => {
    const { name } = await newUser(fresh('gabriel'))
    const alike = name.replace('l', '1')
    expect((await fails(409, 'POST', '/api/users', { body: { name: alike } })).detail).toBe(
      `The name "${alike}" looks like "${name}", which is taken. Choose another name. If it is yours already, go on without creating it.`,
    )
    expect((await fails(409, 'POST', '/api/users', { body: { name } })).detail).toBe(
      `The name "${name}" is taken. Choose another name. If it is yours already, go on without creating it.`,
    )
    const other = await newUser()
    const renamed = { body: { name: name.toUpperCase() } }
    expect((await fails(409, 'PATCH', `/api/users/${other.id}`, renamed)).detail).toContain(
      `looks like "${name}"`,
    )
  })

  it('names the chatroom that it looks like', async () => {
    const { name } = await newRoom(fresh('Lobby'))
    const alike = name.toLowerCase()
    expect((await fails(409, 'POST', '/api/chatroom', { body: { name: alike } })).detail).toContain(
      `"${alike}" looks like "${name}", which is taken`,
    )
  })
})

describe('a name with a character that is not allowed', () => {
  it('says which one in words', async () => {
    const { detail } = await fails(400, 'POST', '/api/chatroom', { body: { name: 'class channel' } })
    expect(detail).toContain('a space')
    expect(detail).not.toContain('U+0020')
    const path = `/chatroom/${encodeURIComponent('class channel')}`
    expect((await fails(400, 'GET', path)).detail).toContain('a space')
  })
})

describe('a PATCH that changes nothing', () => {
  it('lists the fields that exist', async () => {
    const { id } = await newUser()
    const { detail } = await fails(400, 'PATCH', `/api/users/${id}`, { body: { nickname: 'x' } })
    for (const field of ['name', 'protected']) expect(detail).toContain(field)
    expect(detail).toContain('Rename "nickname" to "name".')
    const { token } = await newUser()
    const { name } = await ok<{ name: string }>('POST', '/api/chatroom', {
      token,
      body: { name: fresh('r') },
    })
    const settings = await fails(400, 'PATCH', `/chatroom/${name}`, { token, body: { slowmodeSeconds: 3 } })
    for (const field of ['title', 'topic', 'readers', 'slowModeSeconds', 'archived', 'owner'])
      expect(settings.detail).toContain(field)
    expect(settings.detail).toContain('Rename "slowmodeSeconds" to "slowModeSeconds".')
  })
})

it('a wrong method is told the right ones', async () => {
  const answer = await call('POST', '/chatroom/lobby')
  expect(await answer.json()).toMatchObject({
    detail: 'POST is not allowed at /chatroom/lobby. Allowed: GET, HEAD, PUT, PATCH, DELETE, OPTIONS.',
  })
})
