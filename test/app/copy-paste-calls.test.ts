import { describe, expect, it } from 'vitest'
import { call, fails } from '../support/api'

describe('the calls that people copy from a course', () => {
  it('work as they stand, in their order', async () => {
    const user = await call('POST', '/api/user', { body: { name: 'danny' } })
    expect(user.status).toBe(201)
    expect(await user.json()).toMatchObject({
      id: 1,
      name: 'danny',
      protected: false,
      token: expect.any(String),
    })

    const room = await call('POST', '/api/chatroom', { body: { name: 'class-channel' } })
    expect(room.status).toBe(201)
    expect(room.headers.get('location')).toBe('/chatroom/class-channel')

    const joined = await call('PUT', '/chatroom/class-channel', { body: { userName: 'danny' } })
    expect(joined.status).toBe(200)
    expect(await joined.json()).toMatchObject({
      chatroom: 'class-channel',
      userName: 'danny',
      role: 'member',
    })

    const body = { userName: 'danny', message: 'hello!' }
    const sent = await call('POST', '/chatroom/class-channel/message', { body })
    expect(sent.status).toBe(201)
    expect(await sent.json()).toMatchObject({ seq: 1, chatroom: 'class-channel', ...body })
  })

  it('name the missing field', async () => {
    const path = '/chatroom/anything/message'
    expect(await fails(400, 'POST', path, { body: { userName: 'danny' } })).toMatchObject({
      detail: 'missing message',
      errors: [{ path: 'message', message: 'missing message' }],
    })
    expect(await fails(400, 'POST', path, { body: { message: 'hello!' } })).toMatchObject({
      detail: 'missing userName',
    })
    expect(await fails(400, 'POST', path)).toMatchObject({ detail: 'missing userName, missing message' })
  })

  it('name the user or room that does not exist', async () => {
    const body = { userName: 'danny', message: 'hello!' }
    expect(await fails(404, 'POST', '/chatroom/nowhere/message', { body })).toMatchObject({
      type: '/problems/chatroom-not-found',
      title: 'Chatroom not found',
    })
    expect(await fails(404, 'GET', '/api/users/4711')).toMatchObject({ title: 'User not found' })
    expect(await fails(400, 'GET', '/api/users/danny')).toMatchObject({
      detail: 'id must be a positive integer',
    })
  })

  it('say which methods a path has', async () => {
    const response = await call('PUT', '/api/users', { body: { name: 'danny' } })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
  })
})
