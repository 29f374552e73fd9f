import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// A folder that has the project's files and a database of its own.
const folder = mkdtempSync(join(tmpdir(), 'parlour-start-'))
let server: ChildProcess | undefined

/** Runs `npm start`'s script there, on a free port, until it says where it listens. */
const start = async (): Promise<string> => {
  const child = spawn(process.execPath, [resolve('scripts/start.ts'), '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  server = child
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /Ready on (http:\S+)/.exec(line) ?? []
    if (!url) continue
    // Whatever it says from here on has to go somewhere, or it would stop at a full pipe.
    child.stdout.resume()
    return url
  }
  throw new Error('npm start ended without serving')
}

const stop = async (): Promise<void> => {
  if (!server || server.exitCode !== null) return
  server.kill('SIGTERM')
  await once(server, 'exit')
}

beforeAll(() => {
  copyFileSync('wrangler.toml', join(folder, 'wrangler.toml'))
  for (const name of ['src', 'public', 'migrations', 'node_modules'])
    symlinkSync(resolve(name), join(folder, name), 'junction')
})

afterAll(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const send = (url: string, method: string, body: unknown, headers = {}) =>
  fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

describe('npm start', () => {
  it('serves from an empty folder, and keeps the data when it is started again', async () => {
    const url = await start()
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
    await stop()

    const again = await start()
    const history = await fetch(`${again}/chatroom/class-channel/message`)
    expect(await history.json()).toMatchObject({
      messages: [{ seq: 1, userName: 'danny', message: 'hello!' }],
    })
    await stop()
  })

  it('serves the page and all it links to; a wrong method there is answered like everywhere', async () => {
    const url = await start()
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
    await stop()
  })

  it('limits who comes over the network, and not who sits there', async () => {
    const url = await start()
    await send(`${url}/api/user`, 'POST', { name: 'erin' })
    await send(`${url}/api/chatroom`, 'POST', { name: 'busy' })
    // Twice what a name may write and one: they may fall into two windows.
    const burst = (headers = {}) =>
      Promise.all(
        Array.from({ length: 41 }, () =>
          send(`${url}/chatroom/busy/message`, 'POST', { userName: 'erin', message: 'x' }, headers),
        ),
      )
    expect(new Set((await burst()).map(({ status }) => status))).toEqual(new Set([201]))
    // What Cloudflare would set; `wrangler dev` leaves it as it is.
    const answers = await burst({ 'CF-Connecting-IP': '203.0.113.7' })
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]))
  })
})
