import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatFile, Message } from '../../src/contract/index.ts'
import { fixture } from '../support/node/pictures.ts'
import { localServer } from '../support/node/server.ts'

const token = 'the-admin-of-this-test'
const source = await localServer({ ADMIN_TOKEN: token })
const target = await localServer({ ADMIN_TOKEN: token })
const folder = mkdtempSync(join(tmpdir(), 'parlour-files-'))
const file = join(folder, 'all.ndjson')
const files = join(folder, 'all.files')

beforeAll(() => Promise.all([source.start(), target.start()]))
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all([source.remove(), target.remove()])
})

const run = async (script: 'export' | 'import', ...args: string[]) => {
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args])
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { output: stdout + stderr, code }
}
const exportAll = (...more: string[]) =>
  run('export', '--url', source.url, '--token', token, '--output', file, ...more)
const importAll = (url: string, ...more: string[]) =>
  run('import', file, '--url', url, '--token', token, ...more)

const post = async <Answer>(path: string, body: unknown, bearer?: string): Promise<Answer> => {
  const isBytes = body instanceof Uint8Array
  const response = await fetch(source.url + path, {
    method: path.includes('?patch') ? 'PATCH' : 'POST',
    headers: {
      ...(!isBytes && { 'Content-Type': 'application/json' }),
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
    },
    body: isBytes ? Uint8Array.from(body) : JSON.stringify(body),
  })
  expect(response.ok, `${path}: ${await response.clone().text()}`).toBe(true)
  return (await response.json()) as Answer
}

/** Sends a picture, and returns its file. */
const sendPicture = async (room: string, name: string, bearer: string): Promise<ChatFile> => {
  const uploaded = await post<ChatFile>(`/chatroom/${room}/file?name=${name}`, fixture('photo.png'), bearer)
  const { files } = await post<Message>(`/chatroom/${room}/message`, { files: [uploaded.id] }, bearer)
  return files[0] as ChatFile
}

describe('files of an export', () => {
  let owner: { token: string; id: number }
  let open: ChatFile
  let closed: ChatFile

  beforeAll(async () => {
    owner = await post('/api/users', { name: 'anna', protected: true })
    for (const name of ['open', 'closed']) await post('/api/chatroom', { name }, owner.token)
    await post('/chatroom/closed?patch', { readers: 'members' }, owner.token)
    open = await sendPicture('open', 'a%20photo.PNG', owner.token)
    closed = await sendPicture('closed', 'secret.png', owner.token)
  })

  const contents = () =>
    Object.fromEntries(
      readdirSync(files).map((name) => [name, new Uint8Array(readFileSync(join(files, name)))] as const),
    )
  const read = async (url: string, { id, name }: ChatFile) => {
    const headers = { Authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/file/${id}/${encodeURIComponent(name)}`, { headers })
    return [response.status, new Uint8Array(await response.arrayBuffer())] as const
  }

  it('come into the folder beside it, once, and only those that are not there', async () => {
    const all = await exportAll()
    expect([all.code, all.output]).toEqual([0, expect.stringContaining(': 2, of which 0 were')])
    const written = contents()
    expect(Object.keys(written).sort()).toEqual([`${open.id}.png`, `${closed.id}.png`].sort())
    expect(written[`${open.id}.png`]).toEqual((await read(source.url, open))[1])

    rmSync(join(files, `${open.id}.png`))
    writeFileSync(join(files, `${closed.id}.png`), 'cut off')
    const again = await exportAll('--files')
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('of which 0 were there before')])
    expect(contents()).toEqual(written)
    expect((await exportAll('--files')).output).toContain('of which 2 were there before')
  })

  it('of a room for members are read by its owner, over the links of its messages', async () => {
    const path = join(folder, 'closed.ndjson')
    const room = await run(
      'export',
      '--url',
      source.url,
      '--token',
      owner.token,
      '--room',
      'closed',
      '--output',
      path,
    )
    expect([room.code, room.output]).toEqual([0, expect.stringContaining(': 1, of which 0')])
    expect(readdirSync(join(folder, 'closed.files'))).toEqual([`${closed.id}.png`])
  })

  it('are the same on an empty server, after an interruption too, and are there once', async () => {
    const [one, other] = [join(files, `${open.id}.png`), join(folder, 'elsewhere.png')]
    writeFileSync(other, readFileSync(one))
    rmSync(one)
    const first = await importAll(target.url)
    expect([first.code, first.output]).toEqual([
      0,
      expect.stringContaining('nobody can read them: 1 of 2, such as a photo.PNG'),
    ])
    writeFileSync(one, readFileSync(other))
    const second = await importAll(target.url)
    expect([second.code, second.output]).toEqual([0, expect.stringContaining('of which 1 were there before')])
    for (const each of [open, closed])
      expect(await read(target.url, each)).toEqual(await read(source.url, each))
    expect((await importAll(target.url)).output).toContain('of which 2 were there before')
  })

  it('come with new ids beside the rooms that were exported', async () => {
    const { code, output } = await importAll(source.url, '--rename')
    expect([code, output]).toEqual([0, expect.stringContaining('Files on the server: 2, of which 0')])
    const message = (await (await fetch(`${source.url}/chatroom/open-2/message/1`)).json()) as Message
    const [copy] = message.files as [ChatFile]
    expect(copy.id).not.toBe(open.id)
    expect((await read(source.url, copy))[1]).toEqual((await read(source.url, open))[1])
  })

  it('that are damaged are named, and the others are stored', async () => {
    const damaged = join(folder, 'damaged.ndjson')
    const { length } = readFileSync(join(files, `${open.id}.png`))
    writeFileSync(damaged, readFileSync(file))
    await run('export', '--url', source.url, '--token', token, '--output', damaged, '--files')
    writeFileSync(join(folder, 'damaged.files', `${open.id}.png`), Buffer.alloc(length))
    writeFileSync(damaged, `${readFileSync(file, 'utf8')}\n`)
    const { output } = await run('import', damaged, '--url', source.url, '--token', token, '--rename')
    expect(output).toContain('a photo.PNG: 400 File damaged')
    expect(output).toContain('Files on the server: 1, of which 0')
  })

  it('are left out with --no-files', async () => {
    const path = join(folder, 'without.ndjson')
    const { code } = await run(
      'export',
      '--url',
      source.url,
      '--token',
      token,
      '--output',
      path,
      '--no-files',
    )
    expect([code, readdirSync(folder).includes('without.files')]).toEqual([0, false])
    expect(readFileSync(path, 'utf8')).toContain(open.id)
  })
})
