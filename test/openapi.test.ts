import { testClient } from 'hono/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { App } from '../src/app'
import { app } from '../src/app'
import type { Chatroom, Message } from '../src/contract'
import { call, fresh, newUser, ok, roomWithUser, say } from './support/api'
import { documentedSuccesses, seen } from './support/contract'

describe('the OpenAPI document', () => {
  it('names every success, and each of them happens', async () => {
    const { room, userName } = await roomWithUser()
    const { id } = await ok<{ id: number }>('POST', '/api/users', { body: { name: fresh('user') } })
    await say(room, userName, 'hello')
    await call('GET', '/')
    const { id: holder, token } = await newUser()
    await ok('GET', '/api/users/me', { token })
    for (const path of [
      '/openapi.json',
      '/api/hello',
      '/api/users',
      `/api/users/${id}`,
      '/api/chatroom',
      room,
    ]) {
      await ok('GET', path)
    }
    for (const path of ['/member', `/member/${userName}`, '/message', '/message/1'])
      await ok('GET', room + path)
    const etag = (await call('GET', `${room}/message`)).headers.get('etag') ?? ''
    await call('GET', `${room}/message`, { headers: { 'If-None-Match': etag } })
    await ok('PUT', room, { body: { userName } })
    await ok('POST', `${room}/ticket`, { body: { userName } })
    await (await call('GET', `${room}/live`)).body?.cancel()
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'hello!' } })
    await ok('DELETE', `${room}/message/1?userName=${userName}`)
    await ok('DELETE', `${room}/member/${userName}`)
    for (const method of ['PUT', 'PATCH'])
      await ok(method, `/api/users/${id}`, { body: { name: fresh('user') } })
    await ok('DELETE', `/api/users/${id}`)
    const owned = await ok<Chatroom>('POST', '/api/chatroom', { body: { name: fresh('room') }, token })
    await ok('PATCH', `/chatroom/${owned.name}/member/${userName}`, { body: { role: 'moderator' }, token })
    await ok('PATCH', `/chatroom/${owned.name}`, { body: { title: 'Ours' }, token })
    const ours = `/chatroom/${owned.name}`
    await ok('POST', `${ours}/message`, { body: { message: 'spam' }, token })
    await ok('POST', `${ours}/message/1/report`, { body: { reason: 'spam' }, token })
    for (const path of ['/report', '/report/1', '/sanction', '/audit', '/blocked-word'])
      await ok('GET', ours + path, { token })
    await ok('PATCH', `${ours}/report/1`, { body: { resolved: true }, token })
    const span = 'from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z'
    await ok('DELETE', `${ours}/message?author=${userName}&${span}`, { token })
    await ok('DELETE', ours, { token })
    const renewed = await ok<{ token: string }>('POST', `/api/users/${holder}/token`, { token })
    await ok('DELETE', `/api/users/${holder}/token`, {
      headers: { Authorization: `Bearer ${renewed.token}` },
    })
    expect(documentedSuccesses().filter((operation) => !seen.has(operation))).toEqual([])
  })
})

describe("Hono's client", () => {
  it('knows the types of requests and answers', async () => {
    const client = testClient<App>(app)
    const send = client.chatroom[':name'].message.$post
    expectTypeOf<Awaited<ReturnType<Awaited<ReturnType<typeof send>>['json']>>>().toEqualTypeOf<Message>()
    expectTypeOf(send)
      .parameter(0)
      .toHaveProperty('json')
      .toEqualTypeOf<{ userName?: string | undefined; message: string }>()
  })
})
