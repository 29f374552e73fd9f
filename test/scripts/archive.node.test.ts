import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { ask } from '../support/node/poster.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url } = server
const run = promisify(execFile)
/** `npm run archive`. */
const archive = (...args: string[]) => run(process.execPath, ['scripts/archive.ts', '--url', url, ...args])

beforeAll(async () => {
  await server.start()
  await ask(`${url}/api/users`, 'POST', { name: 'ann' })
  await ask(`${url}/api/chatroom`, 'POST', { name: 'lobby' })
})
afterAll(server.remove)

it('saves a room as files that lead to one another', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parlour-archive-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const send = (body: object) => ask(`${url}/chatroom/lobby/message`, 'POST', { userName: 'ann', ...body })
  for (let i = 1; i <= 101; i++)
    await send({ message: `text ${i} href="?page=7"`, ...(i > 1 && { replyTo: 1 }) })
  await writeFile(join(directory, 'page-9.html'), 'a page that has gone')
  const { stdout } = await archive('lobby', '--output', directory)
  expect(stdout).toBe(`Saved 2 pages in ${directory}. Begin with index.html.\n`)
  expect((await readdir(directory)).sort()).toEqual([
    'archive.css',
    'index.html',
    'page-1.html',
    'page-2.html',
    'style.css',
  ])
  const page = (name: string) => readFile(join(directory, name), 'utf8')
  const newest = await page('page-2.html')
  expect(newest).toContain('<link rel="prev" href="page-1.html">')
  expect(newest).toContain('<a href="page-1.html#message-1">')
  expect(newest).toContain('text 101 href=&quot;?page=7&quot;')
  expect(newest).toContain('<link rel="stylesheet" href="archive.css">')
  expect(await page('index.html')).toBe(newest)
  expect(await page('page-1.html')).toContain('<link rel="next" href="page-2.html">')
})

it('saves the files of a room for members beside the pages, without a signature, and goes on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parlour-archive-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const {
    body: { token },
  } = await ask<{ token: string }>(`${url}/api/users`, 'POST', { name: 'mo', protected: true })
  const asked = (path: string, method: string, body: object | string) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(typeof body === 'object' && { 'Content-Type': 'application/json' }),
      },
      body: typeof body === 'object' ? JSON.stringify(body) : body,
    }).then((answer) => answer.json() as Promise<{ id: string }>)
  await asked('/api/chatroom', 'POST', { name: 'members' })
  await asked('/chatroom/members', 'PATCH', { readers: 'members', posters: 'members' })
  const names = ['a plan.txt', 'page.html']
  const sent = []
  for (const name of names)
    sent.push(await asked(`/chatroom/members/file?name=${encodeURIComponent(name)}`, 'POST', name))
  await asked('/chatroom/members/message', 'POST', { message: 'see', files: sent.map(({ id }) => id) })
  const save = () => archive('members', '--output', directory, '--token', token)
  await save()
  const kept = [`${sent[0]?.id}.txt`, `${sent[1]?.id}.html.txt`]
  const [plan = ''] = kept.map((name) => join(directory, 'files', name))
  expect((await readdir(join(directory, 'files'))).sort()).toEqual(kept.toSorted())
  expect(await readFile(plan, 'utf8')).toBe('a plan.txt')
  for (const page of ['index.html', 'page-1.html']) {
    const html = await readFile(join(directory, page), 'utf8')
    for (const name of kept) expect(html).toContain(`<a href="files/${name}">`)
    expect(html).not.toContain('signature=')
  }
  // A file that is there is not downloaded again, and one that is missing is.
  await writeFile(plan, 'the one that was there')
  await rm(join(directory, 'files', kept[1] ?? ''))
  await save()
  expect(await readFile(plan, 'utf8')).toBe('the one that was there')
  expect((await readdir(join(directory, 'files'))).sort()).toEqual(kept.toSorted())
  await asked('/chatroom/members/message/1', 'DELETE', {})
  await save()
  expect(await readdir(join(directory, 'files'))).toEqual([])
})

it('says what is wrong, and makes no folder then', async () => {
  const folder = join(tmpdir(), `parlour-archive-${crypto.randomUUID()}`)
  await expect(archive('no-such-room', '--output', folder)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('404 Chatroom not found: There is no chatroom "no-such-room"'),
  })
  expect(existsSync(folder)).toBe(false)
  await expect(archive()).rejects.toMatchObject({
    code: 2,
    stdout: expect.stringContaining('npm run archive'),
  })
})
