import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { createParlour } from '../../src/server'
import { fresh } from '../support/api'

const parlour = createParlour({ basePath: '/chat' })

/** Asks a Worker that passes on all requests unchanged. */
const ask = async (method: string, path: string, body?: unknown) => {
  const context = createExecutionContext()
  const headers = { 'Content-Type': 'application/json' }
  const init = { method, headers, body: body === undefined ? null : JSON.stringify(body) }
  const response = await parlour.fetch(new Request(`https://site.example${path}`, init), env, context)
  const text = await response.text()
  await waitOnExecutionContext(context)
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
}

describe('an API with a base path of its own', () => {
  it('answers below the path, and names it in Location, next, Link and the types of problems', async () => {
    const room = fresh('base')
    expect((await ask('GET', '/chat/api/hello')).json()).toMatchObject({ name: 'parlour' })
    const user = await ask('POST', '/chat/api/users', { name: fresh('ann') })
    expect([user.status, user.headers.get('Location')]).toEqual([201, `/chat/api/users/${user.json().id}`])
    const made = await ask('POST', '/chat/api/chatroom', { name: room })
    expect(made.headers.get('Location')).toBe(`/chat/chatroom/${room}`)
    for (const message of ['one', 'two'])
      await ask('POST', `/chat/chatroom/${room}/message`, { userName: user.json().name, message })
    const page = await ask('GET', `/chat/chatroom/${room}/message?limit=1`)
    const { messages, next } = page.json()
    expect(messages).toMatchObject([{ message: 'two' }])
    expect(next).toMatch(new RegExp(`^https://site\\.example/chat/chatroom/${room}/message\\?`))
    expect(page.headers.get('Link')).toBe(`<${next}>; rel="next"`)
    const { pathname, search } = new URL(next)
    expect((await ask('GET', pathname + search)).json().messages).toMatchObject([{ message: 'one' }])
    const missing = await ask('GET', `/chat/chatroom/${fresh('none')}`)
    expect([missing.status, missing.json().type]).toEqual([404, '/chat/problems/chatroom-not-found'])
    const wrong = await ask('DELETE', '/chat/api/users')
    expect([wrong.status, wrong.headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS'])
  })

  it('answers 404 beside the path', async () => {
    for (const path of ['/api/hello', '/chatroom/lobby', '/chatter/api/hello'])
      expect((await ask('GET', path)).status, path).toBe(404)
  })

  it('leads the path without a slash to the pages', async () => {
    const answer = await ask('GET', '/chat?x=1')
    expect([answer.status, answer.headers.get('Location')]).toEqual([308, '/chat/?x=1'])
  })
})
