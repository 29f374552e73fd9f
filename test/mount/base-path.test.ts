import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { createParlour } from '../../src/server'
import { fresh } from '../support/api'
import { pixel } from '../support/files'

const parlour = createParlour({ basePath: '/chat' })

/** Asks a Worker that passes on all requests unchanged. */
const ask = async (method: string, path: string, body?: unknown, mounted = parlour) => {
  const context = createExecutionContext()
  const headers = { 'Content-Type': 'application/json' }
  const init = { method, headers, body: body === undefined ? null : JSON.stringify(body) }
  const response = await mounted.fetch(new Request(`https://site.example${path}`, init), env, context)
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

  it('takes files and gives them back below the path, and says where it takes none', async () => {
    const room = fresh('files')
    await ask('POST', '/chat/api/chatroom', { name: room })
    await ask('POST', '/chat/api/users', { name: `${room}-ann` })
    const upload = async (bindings: object) => {
      const context = createExecutionContext()
      const request = new Request(
        `https://site.example/chat/chatroom/${room}/file?name=pixel.png&userName=${room}-ann`,
        { method: 'POST', body: pixel, headers: { 'Content-Length': String(pixel.length) } },
      )
      const answer = await parlour.fetch(request, { ...env, ...bindings }, context)
      await waitOnExecutionContext(context)
      return { status: answer.status, body: await answer.json<{ id: string; url: string; type: string }>() }
    }
    const { status, body } = await upload({})
    expect([status, body.url]).toEqual([201, `https://site.example/chat/file/${body.id}/pixel.png`])
    const file = await ask('GET', new URL(body.url).pathname)
    expect([file.status, file.headers.get('Content-Type')]).toEqual([200, 'image/png'])
    expect((await ask('GET', '/chat/api/hello')).json().files).toEqual({ bytes: 10_485_760 })
    const none = await upload({ FILES: undefined })
    expect([none.status, none.body.type]).toEqual([404, '/chat/problems/files-not-enabled'])
  })

  it('answers 404 beside the path', async () => {
    for (const path of ['/api/hello', '/chatroom/lobby', '/chatter/api/hello'])
      expect((await ask('GET', path)).status, path).toBe(404)
  })

  it('leads the path without a slash to the pages', async () => {
    const answer = await ask('GET', '/chat?x=1')
    expect([answer.status, answer.headers.get('Location')]).toEqual([308, '/chat/?x=1'])
  })

  it('may have characters that a URL escapes', async () => {
    const paths = [
      ['/über mich/chat', '/%C3%BCber%20mich/chat'],
      ['/聊天/', '/%E8%81%8A%E5%A4%A9'],
    ] as const
    for (const [basePath, path] of paths) {
      const app = createParlour({ basePath })
      const name = fresh('ann')
      const user = await ask('POST', `${path}/api/users`, { name }, app)
      expect([user.status, user.headers.get('Location')]).toEqual([
        201,
        `${path}/api/users/${user.json().id}`,
      ])
      const wrong = await ask('GET', `${path}/api/users/0`, undefined, app)
      expect([wrong.status, wrong.json().type]).toEqual([400, `${path}/problems/invalid-request`])
      expect((await ask('GET', path, undefined, app)).headers.get('Location')).toBe(`${path}/`)
    }
  })

  it('is found in a request that escapes more of it than it must', async () => {
    expect((await ask('GET', '/%63hat/api/hello')).json()).toMatchObject({ name: 'parlour' })
  })
})

describe('the folder of the files', () => {
  it.each(['/chat', '/chat/', 'chat'])('may be written as %s', async (files) => {
    const asked: string[] = []
    const ASSETS = {
      fetch: async (input: Request) => {
        asked.push(new URL(input.url).pathname)
        return new Response('a file')
      },
    } as unknown as Fetcher
    const context = createExecutionContext()
    const request = new Request('https://site.example/talk/problems/banned.css')
    await createParlour({ basePath: '/talk', files }).fetch(request, { ...env, ASSETS }, context)
    expect(asked).toEqual(['/chat/problems/banned.css'])
  })
})
