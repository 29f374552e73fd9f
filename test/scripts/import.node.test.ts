import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ask } from '../support/node/poster.ts'
import { localServer } from '../support/node/server.ts'

// One token in 64 begins with a dash.
const token = '-the-admin-of-this-test'
const server = await localServer({ ADMIN_TOKEN: token })
const { url } = server
const folder = mkdtempSync(join(tmpdir(), 'parlour-import-'))
const at = '2026-01-01T00:00:00.000Z'

beforeAll(server.start)
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server.remove()
})

/** Runs `npm run import`. `until` kills it at the first line that has a text in it. */
const run = async (args: string[], until?: string) => {
  const child = spawn(process.execPath, ['scripts/import.ts', '--url', url, '--token', token, ...args])
  onTestFinished(() => void child.kill())
  const ended = Promise.all([text(child.stderr), once(child, 'exit')])
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (until !== undefined && line.includes(until)) child.kill('SIGKILL')
  }
  const [errors, [code]] = await ended
  return { lines, errors, code }
}

/** Writes a file with a room of `count` messages. */
const fileOf = (name: string, count: number, { cut = false } = {}): string => {
  const lines = [
    { type: 'parlour', version: 1, scope: 'site' },
    { type: 'user', id: 1, name: `${name}-anna`, createdAt: at, protected: true },
    { type: 'room', id: 1, name, createdAt: at },
    ...Array.from({ length: count }, (_, index) => ({
      type: 'message',
      room: 1,
      seq: index + 1,
      author: 1,
      text: `message ${index + 1}`,
      createdAt: at,
    })),
  ]
  const path = join(folder, `${name}.ndjson`)
  const end = cut ? [] : [{ type: 'end', lines: lines.length }]
  writeFileSync(path, [...lines, ...end].map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}

describe('npm run import', () => {
  it('refuses a file that was cut off, and one with a wrong line, before anything is stored', async () => {
    const cut = await run([fileOf('cut', 3, { cut: true })])
    expect(cut.code).toBe(1)
    expect(cut.errors).toContain('line 6: the file ends here')
    const path = join(folder, 'wrong.ndjson')
    writeFileSync(path, `{"type":"parlour","version":1,"scope":"site"}\n{"type":"user","id":1}\n`)
    const wrong = await run([path])
    expect(wrong.errors).toContain('line 2: missing name, missing createdAt.')
    writeFileSync(path, `{"type":"parlour","version":1,"scope":"site"}\n"${'x'.repeat(2 ** 21)}"\n`)
    expect((await run([path])).errors).toMatch(/^line 2: has \d+ bytes/)
    expect((await ask(`${url}/api/import?import=x`, 'GET', undefined)).status).toBe(401)
  })

  it('goes on after it was killed, after the server was killed, and stores nothing twice', async () => {
    const file = fileOf('talk', 2600)
    expect((await run([file, '--dry-run'])).lines.at(-1)).toContain('nothing was stored')
    const killed = await run([file], 'importing')
    expect(killed.code).not.toBe(0)
    await server.kill()
    await server.start()
    const done = await run([file])
    expect(done.lines.join('\n')).toContain('Continuing after')
    expect(done.lines.at(-1)).toBe('Done: 2,604 lines are stored.')
    const page = await ask<{ messages: { seq: number; message: string }[] }>(
      `${url}/chatroom/talk/message?limit=1`,
      'GET',
      undefined,
    )
    expect(page.body.messages).toMatchObject([{ seq: 2600, message: 'message 2600' }])
    expect((await run([file])).lines).toEqual(['The lines of this file are imported already.'])
  })

  it('asks about names that are taken, and renames newcomers', async () => {
    const file = fileOf('taken', 1)
    await ask(`${url}/api/chatroom`, 'POST', { name: 'taken' })
    const refused = await run([file])
    expect(refused.code).toBe(1)
    expect(refused.errors).toContain('line 3: the name of the chatroom taken is taken')
    expect(refused.errors).toContain('Nothing was stored.')
    const renamed = await run([file, '--rename'])
    expect(renamed.lines).toContain('taken is now taken-2 (chatroom)')
  })
})
