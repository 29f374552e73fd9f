import { describe, expect, it } from 'vitest'
import type { NewUser } from '../../src/contract'
import { fails, fresh, newRoom, newUser, ok, roomWithUser, say } from '../support/api'

describe('with IDENTITY = "protected"', () => {
  const env = { IDENTITY: 'protected' as const }

  it('new names are protected, and nothing is written without a token but new users', async () => {
    const { name: room } = await newRoom()
    const user = await ok<NewUser>('POST', '/api/users', { env, body: { name: fresh('user') } })
    expect(user.protected).toBe(true)
    const open = await newUser()
    const body = { userName: open.name, message: 'x' }
    await fails(401, 'POST', `/chatroom/${room}/message`, { env, body })
    await fails(401, 'POST', '/api/chatroom', { env, body: { name: fresh('room') } })
    await fails(401, 'DELETE', `/api/users/${open.id}`, { env })
    await ok('POST', `/chatroom/${room}/message`, { env, token: open.token, body })
    await ok('GET', `/chatroom/${room}/message`, { env })
  })
})

describe('a site for protected names', () => {
  it('asks for a token, not for a name', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello')
    const env = { IDENTITY: 'protected' } as const
    const writes: [string, string, object | undefined][] = [
      ['POST', `${room}/message`, { message: 'x' }],
      ['PATCH', `${room}/message/1`, { message: 'x' }],
      ['DELETE', `${room}/message/1`, undefined],
      ['POST', `${room}/message/1/report`, { reason: 'x' }],
      ['PUT', room, {}],
      ['POST', `${room}/ticket`, {}],
    ]
    for (const [method, path, body] of writes) {
      const { type } = await fails(401, method, path, { env, ...(body && { body }) })
      expect(type).toBe('/problems/token-required')
    }
    const { detail } = await fails(400, 'POST', `${room}/message`, { env, body: {} })
    expect(detail).toBe('missing message')
  })
})
