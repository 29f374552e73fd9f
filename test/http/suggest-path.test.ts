import { describe, expect, it } from 'vitest'
import { isTypo } from '../../src/http/suggest-path'
import { call, fails } from '../support/api'

describe('a path that does not exist', () => {
  it.each([
    ['/chatrooms/lobby', '/chatroom/lobby'],
    ['/api/chatroom/lobby', '/chatroom/lobby'],
    ['/api/chatrooms/lobby', '/chatroom/lobby'],
    ['/Chatroom/Lobby', '/chatroom/Lobby'],
    ['/room/lobby', '/chatroom/lobby'],
    ['/chatroom', '/api/chatroom'],
    ['/chatrooms', '/api/chatroom'],
    ['/api/rooms', '/api/chatroom'],
    ['/api/Chatrooms/', '/api/chatroom'],
    ['/api/messages', '/chatroom/<name>/message'],
    ['/messages/7', '/chatroom/<name>/message/7'],
    ['/members', '/chatroom/<name>/member'],
    ['/chatroom/lobby/messages', '/chatroom/lobby/message'],
    ['/chatroom/lobby/Message', '/chatroom/lobby/message'],
    ['/chatroom/lobby/mesage', '/chatroom/lobby/message'],
    ['/chatroom/lobby/members/danny', '/chatroom/lobby/member/danny'],
    ['/chatroom/lobby/messages/1/report', '/chatroom/lobby/message/1/report'],
    ['/api/chatroom/lobby/messages', '/chatroom/lobby/message'],
    ['/chatroom//lobby/message', '/chatroom/lobby/message'],
    ['/chatroom/lobby/live/', '/chatroom/lobby/live'],
    ['/users', '/api/users'],
    ['/user/1', '/api/users/1'],
    ['/API/User', '/api/users'],
    ['/api/usres', '/api/users'],
    ['/api//users', '/api/users'],
    ['//api/users', '/api/users'],
    ['/api/users/', '/api/users'],
    ['/api/users/1/tokens', '/api/users/1/token'],
    ['/users/me', '/api/users/me'],
    ['/hello', '/api/hello'],
    ['/api/health', '/api/hello'],
    ['/Docs', '/docs'],
    ['/api/docs', '/docs'],
    ['/openapi', '/openapi.json'],
    ['/chatroom/x/member/教室/', '/chatroom/x/member/教室'],
  ])('%s leads to %s', async (path, meant) => {
    for (const method of ['GET', 'POST']) {
      expect(await fails(404, method, path)).toMatchObject({
        type: '/problems/not-found',
        detail: `There is nothing at ${path}. Did you mean ${meant}?`,
      })
    }
  })

  it.each(['/wp-login.php', '/api/chatroom/a/b/c/d', '/x'])('%s leads to the list of paths', async (path) => {
    expect(await fails(404, 'GET', path)).toMatchObject({
      detail: `There is nothing at ${path}. The paths that exist are at /docs.`,
    })
  })
})

it('the path that is suggested exists', async () => {
  const { detail } = await fails(404, 'GET', '/api/User/')
  expect((await call('GET', detail.slice(detail.indexOf('mean ') + 5, -1))).status).toBe(200)
})

it.each([
  ['message', 'mesage', true],
  ['message', 'messsage', true],
  ['message', 'massage', true],
  ['message', 'emssage', true],
  ['message', 'messag', true],
  ['message', 'message', true],
  ['message', 'member', false],
  ['users', 'uesr', false],
])('%s and %s differ by a typing mistake: %s', (a, b, is) => {
  expect([isTypo(a, b), isTypo(b, a)]).toEqual([is, is])
})
