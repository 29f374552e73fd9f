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
    ['/chatroom/x/users', '/chatroom/x/member'],
    ['/chatroom/x/user/danny', '/chatroom/x/member/danny'],
    ['/chatroom/x/participants', '/chatroom/x/member'],
    ['/participants', '/chatroom/<name>/member'],
    ['/chatroom/x/join', 'PUT /chatroom/x'],
    ['/api/rooms/x/join', 'PUT /chatroom/x'],
    ['/chatroom/x/leave', 'DELETE /chatroom/x/member/<userName>'],
    ['/chatroom/x/send', '/chatroom/x/message'],
    ['/chatroom/x/history', '/chatroom/x/message'],
    ['/chatroom/x/ws', '/chatroom/x/live'],
    ['/chatroom/x/websocket', '/chatroom/x/live'],
    ['/chatroom/x/stream', '/chatroom/x/live'],
    ['/chatroom/x/events', '/chatroom/x/live'],
    ['/ws', '/chatroom/<name>/live'],
    ['/chatroom/x/bans', '/chatroom/x/sanction'],
    ['/chatroom/x/mutes', '/chatroom/x/sanction'],
    ['/api/v1/users', '/api/users'],
    ['/v1/users/7', '/api/users/7'],
    ['/v1/chatroom/x/message', '/chatroom/x/message'],
    ['/api/v2/chatroom/x/messages', '/chatroom/x/message'],
    ['/me', '/api/users/me'],
    ['/api/me', '/api/users/me'],
    ['/api/version', '/api/hello'],
    ['/api/status', '/api/hello'],
    ['/api/ping', '/api/hello'],
    ['/health', '/api/hello'],
    ['/healthz', '/api/hello'],
    ['/swagger.json', '/openapi.json'],
    ['/openapi.yaml', '/openapi.json'],
    ['/swagger', '/docs'],
    ['/moderation', '/moderate'],
    ['/admins', '/admin'],
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

  it.each([
    ['/chatroom//message', '/chatroom/<name>/message'],
    ['/chatroom//message/7', '/chatroom/<name>/message/7'],
    ['/chatrooms//live', '/chatroom/<name>/live'],
  ])('%s is told that the name is missing', async (path, meant) => {
    expect(await fails(404, 'GET', path)).toMatchObject({
      detail: `There is nothing at ${path}. Did you mean ${meant}? The name of the chatroom is missing.`,
    })
  })

  it.each(['/api', '/v1', '/join', '/constructor', '/wp-login.php', '/api/chatroom/a/b/c/d', '/x'])(
    '%s leads to the list of paths',
    async (path) => {
      expect(await fails(404, 'GET', path)).toMatchObject({
        detail: `There is nothing at ${path}. The paths that exist are at /docs.`,
      })
    },
  )
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
