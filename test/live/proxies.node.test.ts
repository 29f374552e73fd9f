import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, localServer } from '../support/node/server.ts'

// An event stream must reach the browser event by event, also through a proxy that buffers or compresses.

const server = await localServer()
const hasNginx = spawnSync('nginx', ['-v']).error === undefined
// `.ci/run` installs nginx and demands it.
const isRequired = process.env.BROWSER === 'required'
if (!hasNginx) console.log('The test through nginx is skipped: install nginx to run it.')

const post = async (path: string, body: object): Promise<void> => {
  const headers = { 'Content-Type': 'application/json' }
  const { ok, status } = await fetch(server.url + path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect([path, ok, status]).toEqual([path, true, status])
}

/** Listens to a room through a proxy, and reads until the stream has a text in it. */
const expectEvents = async (proxy: string, room: string): Promise<void> => {
  const stop = new AbortController()
  const headers = { 'Accept-Encoding': 'gzip', Accept: 'text/event-stream' }
  const answer = await fetch(`${proxy}/chatroom/${room}/live`, { headers, signal: stop.signal })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  let received = ''
  const decoder = new TextDecoder()
  const reader = answer.body?.getReader()
  const until = async (text: string) => {
    while (!received.includes(text)) {
      const { value, done } = (await reader?.read()) ?? { done: true }
      if (done) throw new Error(`the stream ended: ${received}`)
      received += decoder.decode(value, { stream: true })
    }
  }
  await until('event: hello')
  for (const message of ['one', 'two']) {
    await post(`/chatroom/${room}/message`, { userName: 'proxied', message })
    await until(`"message":"${message}"`)
  }
  stop.abort()
}

beforeAll(async () => {
  await server.start()
  await post('/api/users', { name: 'proxied' })
  for (const name of ['nginx', 'gzip']) await post('/api/chatroom', { name })
}, 60_000)
afterAll(server.remove)

describe.skipIf(!hasNginx && !isRequired)('nginx with its defaults', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parlour-nginx-'))
  let child: ChildProcess | undefined
  let url = ''

  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const config = join(folder, 'nginx.conf')
    writeFileSync(
      config,
      `daemon off; pid ${folder}/nginx.pid; error_log stderr;
      events {}
      http {
        access_log off; gzip on; gzip_types *; gzip_proxied any;
        client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
        uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
        server { listen 127.0.0.1:${port}; location / { proxy_pass ${server.url}; } }
      }`,
    )
    child = spawn('nginx', ['-c', config, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
    const isUp = () =>
      fetch(`${url}/api/hello`).then(
        ({ ok }) => ok,
        () => false,
      )
    while (!(await isUp())) if (child.exitCode !== null) throw new Error('nginx did not start')
  })
  afterAll(async () => {
    child?.kill('SIGTERM')
    if (child?.exitCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })

  it('delivers each event at once', () => expectEvents(url, 'nginx'))
})

describe('a development server that compresses', () => {
  let proxy: Server
  beforeAll(async () => {
    proxy = createServer((incoming, outgoing) => {
      const { method, url, headers } = incoming
      const upstream = request(server.url + url, { method, headers: { ...headers, host: 'localhost' } })
      upstream.on('response', (answer) => {
        // As the middleware `compression` does, which Vite's and webpack's servers have used.
        const isFixed = /(^|,)\s*no-transform\s*(,|$)/.test(answer.headers['cache-control'] ?? '')
        outgoing.writeHead(answer.statusCode ?? 502, {
          ...answer.headers,
          ...(!isFixed && { 'content-encoding': 'gzip' }),
        })
        if (isFixed) answer.pipe(outgoing)
        else answer.pipe(createGzip()).pipe(outgoing)
      })
      outgoing.on('close', () => upstream.destroy())
      upstream.on('error', () => outgoing.destroy())
      incoming.pipe(upstream)
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
  })
  afterAll(() => {
    proxy.close()
    proxy.closeAllConnections()
  })

  it('delivers each event at once', () =>
    expectEvents(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, 'gzip'))
})
