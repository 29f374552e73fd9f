import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

/** A line that is longer than a pipe holds, and two that are short. */
const pieces = [
  `{"type":"parlour"}\n{"text":"${'x'.repeat(200_000)}\u2028"}\n`,
  '{"seq":2}\n',
  '{"type":"end"}\n',
]
const folder = mkdtempSync(join(tmpdir(), 'parlour-export-'))
const file = join(folder, 'out.ndjson')

/** The server's answers in place of pieces, by the number of the request. */
let failing: Record<number, { status: number; text: string }> = {}
let asked: string[] = []

const server = createServer((request, response) => {
  asked.push(`${request.url} ${request.headers.authorization}`)
  const fails = failing[asked.length]
  const at = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? 0)
  if (fails)
    return response.writeHead(fails.status, { 'Content-Type': 'application/x-ndjson' }).end(fails.text)
  const link = at < pieces.length - 1 && {
    Link: `<http://elsewhere/api/export?cursor=${at + 1}>; rel="next"`,
  }
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8', ...link })
  return response.end(pieces[at])
})
let url: string
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  failing = {}
  asked = []
  rmSync(file, { force: true })
  rmSync(`${file}.next`, { force: true })
})

const run = async (...args: string[]) => {
  const child = spawn(process.execPath, ['scripts/export.ts', '--url', url, ...args], {
    env: { ...process.env, ADMIN_TOKEN: '', INIT_CWD: folder },
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { stdout, stderr, code }
}

describe('npm run export', () => {
  it('writes all pieces to the standard output, and nothing else', async () => {
    const { stdout, stderr, code } = await run('--token', '-a token')
    expect([code, stdout, stderr]).toEqual([0, pieces.join(''), '4 lines. The export is complete.\n'])
    expect(asked).toEqual(
      ['', '?cursor=1', '?cursor=2'].map((query) => `/api/export${query} Bearer -a token`),
    )
  })

  it.each([
    ['--room', 'a b', '/chatroom/a%20b/export'],
    ['--user', '7', '/api/users/7/export'],
  ])('%s %s asks for %s', async (option, value, path) => {
    await run('--token', 't', option, value)
    expect(asked[0]).toBe(`${path} Bearer t`)
  })

  it('repeats a request that was not answered, or was cut off', async () => {
    failing = { 1: { status: 503, text: '' }, 3: { status: 200, text: '{"se' } }
    const { code, stdout } = await run('--token', 't')
    expect([code, stdout]).toEqual([0, pieces.join('')])
    expect(asked).toHaveLength(5)
  })

  it('goes on in a file where it was interrupted, with whole pieces only', async () => {
    failing = { 2: { status: 404, text: 'gone' } }
    const first = await run('--token', 't', '--output', 'out.ndjson')
    expect(first.code).toBe(1)
    expect(first.stderr).toContain(`2 lines are in ${file}. Run the same command again to go on.`)
    appendFileSync(file, '{"half":')
    asked = []
    failing = {}
    const other = await run('--token', 't', '--output', 'out.ndjson', '--room', 'x')
    expect([other.code, asked]).toEqual([1, []])
    expect(other.stderr).toContain(`holds a part of ${url}/api/export`)
    expect((await run('--token', 't', '--output', 'out.ndjson')).code).toBe(0)
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['/api/export?cursor=1', '/api/export?cursor=2'])
    expect(readFileSync(file, 'utf8')).toBe(pieces.join(''))
    expect(existsSync(`${file}.next`)).toBe(false)
  })

  it('overwrites no file', async () => {
    writeFileSync(file, 'mine')
    const { code, stderr } = await run('--token', 't', '--output', 'out.ndjson')
    expect([code, stderr]).toEqual([1, `${file} exists. Remove it, or give another --output.\n`])
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  it.each([
    [['--room', 'x', '--user', '1', '--token', 't'], 'Give --room or --user, not both.'],
    [['--user', 'anna', '--token', 't'], '--user anna is not the id of a user.'],
    [[], 'An export needs a token: give --token, or set ADMIN_TOKEN.'],
  ])('refuses %j', async (args, why) => {
    expect(await run(...args)).toEqual({ stdout: '', stderr: `${why}\n`, code: 1 })
  })

  it('tells what the server refuses', async () => {
    failing = { 1: { status: 403, text: 'no' } }
    const { code, stderr } = await run('--token', 't')
    expect([code, stderr]).toEqual([1, '403 "no"\n'])
  })
})
