import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MessageList } from '../../src/contract/index.ts'
import { httpProxy, type Intercept, type ProxiedRequest } from '../support/node/http-proxy.ts'
import { localServer } from '../support/node/server.ts'

const instance = await localServer()
const folder = mkdtempSync(join(tmpdir(), 'parlour-replay-'))
const ends: (() => void)[] = []
let server: string

beforeAll(async () => {
  await instance.start()
  server = instance.url
}, 120_000)

afterAll(async () => {
  for (const end of ends) end()
  await instance.remove()
  rmSync(folder, { recursive: true })
})

const isSend = ({ method, path }: ProxiedRequest) => method === 'POST' && path.endsWith('/message')
const isRead = ({ path }: ProxiedRequest) => path.includes('/message?')
const isWrite = ({ method }: ProxiedRequest) => method !== 'GET'

/** Writes a small log with names of its own, to be replayed through a proxy. */
const replayFixture = async (room: string, intercept: Intercept = (_, forward) => forward()) => {
  const [joe, ann] = [`joe-${room}`, `ann-${room}`]
  const log = [
    `=== ${joe} [h]  has joined #ubuntu`,
    `[10:00] <${joe}> hi `,
    `[10:01] <${ann}>   grüße »${joe}«`,
    `[10:01]  * ${joe} waves`,
    `=== ${joe} is now known as ${joe}|away`,
    `[10:02] <${joe}|away> back`,
    `=== ${ann} [h]  has left #ubuntu []`,
  ]
  writeFileSync(join(folder, `${room}.log`), log.join('\n'))
  writeFileSync(join(folder, `${room}.annotation.txt`), '1 1 - \n1 2 - \n2 5 - \n')
  const proxy = await httpProxy(intercept, server)
  ends.push(proxy.close)

  /** Starts `npm run replay` from the folder of the log. */
  const start = (...more: string[]) => {
    const args = [`${room}.log`, '--url', proxy.url, '--room', room, '--journal', `${room}.jsonl`, ...more]
    const child = spawn(process.execPath, ['scripts/replay.ts', ...args], {
      env: { ...process.env, INIT_CWD: folder },
    })
    const closed = new Promise<number | null>((done) => child.on('close', done))
    const ended = Promise.all([text(child.stdout), text(child.stderr), closed]).then(
      ([stdout, stderr, code]) => ({ code, output: stdout + stderr }),
    )
    return { child, ended }
  }
  const replay = (...more: string[]) => start(...more).ended

  const history = async () => {
    const answer = await fetch(`${server}/chatroom/${room}/message`)
    const { messages } = (await answer.json()) as MessageList
    return messages.map(({ seq, userName, message, replyTo }) => [seq, userName, message, replyTo])
  }
  const expected = [
    [1, `${joe}|away`, 'hi ', null],
    [2, ann, `  grüße »${joe}«`, 1],
    [3, `${joe}|away`, '/me waves', null],
    [4, `${joe}|away`, 'back', 2],
  ]
  return { ...proxy, start, replay, history, expected, journal: join(folder, `${room}.jsonl`) }
}

describe('npm run replay', () => {
  it('repeats a request that a busy server refused, and stores it once', async () => {
    let busy = 1
    const { replay, history, expected, requests } = await replayFixture('busy', async (request, forward) =>
      isSend(request) && busy-- > 0
        ? new Response(null, { status: 503, headers: { 'Retry-After': '1' } })
        : forward(),
    )
    const { code, output } = await replay()
    expect(output).toContain('the server answered 503; next try in 1.0 s')
    expect(output).toContain('All 4 messages are stored')
    expect(code).toBe(0)
    const [first, again] = requests.filter(isSend)
    expect(again).toEqual(first)
    expect(await history()).toEqual(expected)
  })

  it('stores nothing twice when the first answer to each write is lost', async () => {
    const lost: string[] = []
    const { replay, history, expected, requests } = await replayFixture('lost', async (request, forward) => {
      const answer = await forward()
      const write = JSON.stringify(request)
      if (!isWrite(request) || lost.includes(write)) return answer
      lost.push(write)
      return undefined
    })
    const { code, output } = await replay()
    expect(output).toContain('All 4 messages are stored')
    expect(code).toBe(0)
    const keys = requests.filter(isSend).map(({ key }) => key)
    expect(keys).toEqual([1, 2, 3, 5].flatMap((line) => [`lost:${line}`, `lost:${line}`]))
    expect(await history()).toEqual(expected)
  })

  it('continues after a kill between a stored message and its answer', async () => {
    let running: ChildProcess | undefined
    const { start, replay, history, expected, requests } = await replayFixture(
      'killed',
      async (request, forward) => {
        const answer = await forward()
        if (request.key === 'killed:3' && running) {
          running.kill('SIGKILL')
          await once(running, 'exit')
          running = undefined
        }
        return answer
      },
    )
    const first = start()
    running = first.child
    expect((await first.ended).output).not.toContain('messages are stored')

    const { code, output } = await replay()
    expect(output).toContain('Continuing after 3 of 7 events.')
    expect(output).toContain('All 4 messages are stored')
    expect(code).toBe(0)
    const keys = requests.filter(isSend).map(({ key }) => key)
    expect(keys).toEqual(['killed:1', 'killed:2', 'killed:3', 'killed:3', 'killed:5'])
    expect(await history()).toEqual(expected)

    const before = requests.length
    expect((await replay()).code).toBe(0)
    expect(requests.slice(before).filter(isWrite)).toEqual([])
  })

  it('fails if a message comes back changed, and names it', async () => {
    const { replay } = await replayFixture('altered', async (request, forward) => {
      const answer = await forward()
      if (!isRead(request)) return answer
      const body = (await answer.text()).replace('grüße', 'gruße')
      return new Response(body, { headers: { 'Content-Type': 'application/json' } })
    })
    const { code, output } = await replay()
    expect(output).toContain(
      'seq 2 has another text: altered:2\n  - "  grüße »joe-altered«"\n  + "  gruße »joe-altered«"',
    )
    expect(output).not.toContain('messages are stored')
    expect(code).toBe(1)
  })

  it('fails if a message was edited later, and names it', async () => {
    const { replay, requests } = await replayFixture('changed')
    expect((await replay()).code).toBe(0)
    const edit = await fetch(`${server}/chatroom/changed/message/2`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userName: 'ann-changed', message: 'gone' }),
    })
    expect(edit.status).toBe(200)
    const before = requests.length
    const { code, output } = await replay('--check-only')
    expect(output).toContain('seq 2 has another text: changed:2')
    expect(code).toBe(1)
    expect(requests.slice(before).filter(isWrite)).toEqual([])
  })

  it('leaves no journal if it could not begin', async () => {
    const { replay, journal } = await replayFixture(
      'refused',
      async () => new Response(null, { status: 401 }),
    )
    const { code, output } = await replay()
    expect(output).toContain('GET /chatroom/refused was answered with 401')
    expect(code).toBe(1)
    expect(existsSync(journal)).toBe(false)
  })
})
