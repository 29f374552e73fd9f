import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url } = server

afterEach(server.stop)
afterAll(server.remove)

const send = (url: string, method: string, body: unknown, headers = {}) =>
  fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

// The first start builds the assets and the database, which takes long on a busy machine.
describe('npm start', { timeout: 300_000 }, () => {
  it('serves from an empty folder, and keeps the data after a restart', async () => {
    await server.start()
    const statuses = []
    for (const [method, path, body] of [
      ['POST', '/api/user', { name: 'danny' }],
      ['POST', '/api/chatroom', { name: 'class-channel' }],
      ['PUT', '/chatroom/class-channel', { userName: 'danny' }],
      ['POST', '/chatroom/class-channel/message', { userName: 'danny', message: 'hello!' }],
    ] as const) {
      statuses.push((await send(url + path, method, body)).status)
    }
    expect(statuses).toEqual([201, 201, 200, 201])
    await server.stop()

    await server.start()
    const history = await fetch(`${url}/chatroom/class-channel/message`)
    expect(await history.json()).toMatchObject({
      messages: [{ seq: 1, userName: 'danny', message: 'hello!' }],
    })
  })

  it('serves the landing page and its links, and answers 405 to a wrong method there', async () => {
    await server.start()
    const page = await fetch(url)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    for (const [, path] of (await page.text()).matchAll(/(?:href|src)="(\/[^"]+)"/g)) {
      const { status } = await fetch(url + path)
      expect([path, status]).toEqual([path, 200])
    }
    // public/_headers is for what the Worker doesn't see.
    expect(Object.fromEntries((await fetch(`${url}/style.css`)).headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
    const refused = await send(url, 'POST', {})
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  it('reads the owner’s settings, and keeps the data', async () => {
    await server.start()
    await send(`${url}/api/user`, 'POST', { name: 'before' })
    await server.stop()
    const settings = join(server.folder, 'settings.toml')
    writeFileSync(settings, 'ROOMS = "admin"\nIDENTITY = "protected"\n')
    try {
      await server.start()
      expect(await (await fetch(`${url}/api/hello`)).json()).toMatchObject({ identity: 'protected' })
      expect((await send(`${url}/api/chatroom`, 'POST', { name: 'mine' })).status).toBe(401)
      expect((await send(`${url}/api/user`, 'POST', { name: 'before' })).status).toBe(409)
      await server.stop()
    } finally {
      rmSync(settings)
    }
  })

  it('limits requests from the network, but not from this machine', async () => {
    await server.start()
    await send(`${url}/api/user`, 'POST', { name: 'erin' })
    await send(`${url}/api/chatroom`, 'POST', { name: 'busy' })
    // Twice the limit of a name plus one, because the requests may fall into two windows.
    const burst = (headers = {}) =>
      Promise.all(
        Array.from({ length: 41 }, () =>
          send(`${url}/chatroom/busy/message`, 'POST', { userName: 'erin', message: 'x' }, headers),
        ),
      )
    expect(new Set((await burst()).map(({ status }) => status))).toEqual(new Set([201]))
    // Cloudflare sets this header in production. `wrangler dev` passes it on.
    const answers = await burst({ 'CF-Connecting-IP': '203.0.113.7' })
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]))
  })
})
