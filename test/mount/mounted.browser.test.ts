import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildServer } from '../../scripts/package.ts'
import { parlour } from '../../src/client/client.ts'
import { chatIn } from '../support/browser/chat.ts'
import { it as inBrowser } from '../support/browser/fixtures.ts'
import { fresh } from '../support/browser/names.ts'
import { freePort } from '../support/node/server.ts'

const require = createRequire(import.meta.url)
const wrangler = join(dirname(require.resolve('wrangler/package.json')), 'bin/wrangler.js')
const isWindows = process.platform === 'win32'

/** The example, as somebody has it who has installed the package and Hono. */
const folder = mkdtempSync(join(tmpdir(), 'parlour-mounted-'))
const port = await freePort()
const site = `http://localhost:${port}`
const url = `${site}/chat`
let child: ChildProcess | undefined

const start = (...args: string[]) =>
  spawn(process.execPath, [wrangler, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: !isWindows,
    env: {
      ...process.env,
      CI: 'true',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
  })

beforeAll(async () => {
  cpSync('examples/mounted', folder, { recursive: true })
  const installed = join(folder, 'node_modules/parlour')
  mkdirSync(join(installed, 'dist'), { recursive: true })
  await buildServer(join(installed, 'dist/server.js'))
  for (const name of ['package.json', 'public', 'migrations'])
    symlinkSync(resolve(name), join(installed, name), 'junction')
  symlinkSync(resolve('node_modules/hono'), join(folder, 'node_modules/hono'), 'junction')
  const migrated = start('d1', 'migrations', 'apply', 'DB', '--local')
  migrated.stdout.resume()
  expect(await once(migrated, 'exit')).toEqual([0, null])
  const server = start('dev', '--port', String(port), '--ip', 'localhost')
  child = server
  for await (const line of createInterface({ input: server.stdout }))
    if (line.includes('Ready on http:')) break
  server.stdout.resume()
}, 300_000)

afterAll(async () => {
  if (child?.pid !== undefined && child.exitCode === null) {
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const send = (method: string, path: string, body?: unknown) =>
  fetch(url + path, {
    method,
    redirect: 'manual',
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })

describe('the API, mounted at /chat in another Worker,', () => {
  it('has its path in Location, next and Link', async () => {
    const name = fresh('person')
    const user = await send('POST', '/api/users', { name })
    const { id } = await user.json()
    expect([user.status, user.headers.get('location')]).toEqual([201, `/chat/api/users/${id}`])
    await send('POST', '/api/users', { name: fresh('person') })
    const page = await send('GET', '/api/users?limit=1')
    const { next } = await page.json()
    expect(next).toMatch(new RegExp(`^${url}/api/users\\?limit=1&cursor=`))
    expect(page.headers.get('link')).toBe(`<${next}>; rel="next"`)
    expect((await fetch(next)).status).toBe(200)
    const room = fresh('room')
    const made = await send('POST', '/api/chatroom', { name: room })
    expect(made.headers.get('location')).toBe(`/chat/chatroom/${room}`)
    const sent = await send('POST', `/chatroom/${room}/message`, { userName: name, message: 'hello!' })
    expect(sent.headers.get('location')).toBe(`/chat/chatroom/${room}/message/1`)
  })

  it('has it in problems, which lead to their pages', async () => {
    const problem = await (await send('GET', '/chatroom/no-such-room')).json()
    expect(problem).toMatchObject({
      type: '/chat/problems/chatroom-not-found',
      detail:
        'There is no chatroom "no-such-room" yet. Create it: POST /chat/api/chatroom {"name":"no-such-room"}',
    })
    expect((await fetch(site + problem.type)).status).toBe(200)
    const unknown = await send('GET', '/api/hallo')
    expect(await unknown.json()).toMatchObject({
      detail: 'There is nothing at /chat/api/hallo. Did you mean /chat/api/hello?',
    })
    const refused = await send('DELETE', '/api/hello')
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    const head = await send('HEAD', '/chatroom/no-such-room')
    expect([head.status, await head.text()]).toEqual([404, ''])
  })

  it('has it in the OpenAPI document', async () => {
    const text = await (await send('GET', '/openapi.json')).text()
    const { servers, paths } = JSON.parse(text)
    expect(servers).toEqual([{ url: '/chat' }])
    expect(Object.keys(paths)).toContain('/chatroom/{name}')
    expect(text).not.toContain('"/problems/name-taken"')
    expect(text).toContain('"/chat/problems/name-taken"')
  })

  it('serves its pages, whose links and files are all there', async () => {
    await send('POST', '/api/chatroom', { name: 'class-channel' })
    for (const path of [
      '/',
      '/docs',
      '/admin',
      '/problems',
      '/problems/banned',
      '/chatroom/class-channel/archive',
    ]) {
      const page = await send('GET', path)
      expect([path, page.status]).toEqual([path, 200])
      expect(page.headers.get('content-security-policy')).toContain("style-src 'self'")
      const html = await page.text()
      for (const [, link = ''] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
        const target = new URL(link.replaceAll('&amp;', '&'), url + path)
        expect(target.href).toMatch(new RegExp(`^${url}/`))
        expect([target.href, (await fetch(target)).status]).toEqual([target.href, 200])
      }
    }
  })

  it('redirects paths that end otherwise', async () => {
    const redirects = { '': '/chat/', '/docs/': '/chat/docs', '/moderate?room=a': '/chat/admin?room=a' }
    for (const [path, location] of Object.entries(redirects)) {
      const { status, headers } = await send('GET', path)
      expect([path, status, headers.get('location')]).toEqual([path, 308, location])
    }
  })

  it('lets pages of other origins load the element, and keep its parts', async () => {
    const script = await send('GET', '/parlour.js')
    expect(script.headers.get('access-control-allow-origin')).toBe('*')
    const [, part = ''] = /\.(\/parlour\/en-\w+\.js)/.exec(await script.text()) ?? []
    expect((await send('GET', part)).headers.get('cache-control')).toContain('immutable')
    expect((await send('GET', '/parlour/en-00000000.js')).status).toBe(404)
  })

  it('leaves everything else to the Worker', async () => {
    expect(await (await fetch(site)).text()).toContain('A Worker with a chatroom')
    expect((await fetch(`${site}/api/hello`)).status).toBe(404)
    expect((await fetch(`${site}/chatter`)).status).toBe(404)
  })

  it('sends what is new live to the client library', async () => {
    const client = parlour(url)
    const room = client.room(fresh('live'))
    await room.create()
    await client.signIn({ name: fresh('erin') })
    const texts: (string | null)[] = []
    const subscription = room.subscribe((event) => {
      if (event.type === 'message') texts.push(event.message)
    })
    await expect.poll(() => subscription.connection.state).toBe('live')
    await room.send('hello!').done
    await expect.poll(() => texts).toEqual(['hello!'])
    subscription.close()
    for await (const { message } of room.history()) expect(message).toBe('hello!')
    await expect(client.signIn({ token: 'wrong' })).rejects.toMatchObject({
      type: '/chat/problems/invalid-token',
    })
  })

  it('sweeps by the handler of the cron trigger', async () => {
    expect((await fetch(`${site}/cdn-cgi/local/scheduled`)).status).toBe(200)
  })

  inBrowser('finds its server from the script of a page', async ({ browser, onTestFinished }) => {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(site)
    const chat = chatIn(page)
    await chat.say('hello from the page')
    await chat.name(fresh('danny'))
    await chat.message('hello from the page').waitFor()
    await page.goto(`${url}/`)
    await chat.message('hello from the page').waitFor()
    expect(await page.locator('#tag').innerText()).toContain(`${url}/parlour.js`)
    await page.goto(`${url}/docs`)
    await page.getByText('/api/hello').first().waitFor()
    await page.goto(`${url}/admin`)
    await page.getByRole('heading').first().waitFor()
  })
})
