import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { pages, snippetsOf } from '../support/node/snippets.ts'

const root = mkdtempSync(join(tmpdir(), 'parlour-package-'))
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))

const run = (command: string, args: string[], cwd: string): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    // Settings of the npm that runs the tests are not this one's.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  })

const bin = (name: string): string => resolve('node_modules/.bin', name)

/** Code that uses the installed package. Lines that must not compile are marked. */
const programs = {
  'page.ts': `
import { parlour, ParlourError, type Message, type RoomEvent } from 'parlour/client'
const chat = parlour('https://chat.example')
chat.room('lobby').subscribe((event: RoomEvent) => {
  if (event.type === 'message') {
    const seq: number = event.seq
    const text: string | null = event.message
    // @ts-expect-error: there is no such field.
    console.log(seq, text, event.color)
  }
})
const send = async (): Promise<Message> => chat.room('lobby').send('hello!').done
// @ts-expect-error: a number is no text.
chat.room('lobby').send(7)
try { await send() } catch (error) { if (error instanceof ParlourError) console.log(error.type, error.problem?.detail) }
`,
  'element.ts': `
import { parlour, ParlourRoom } from 'parlour/element'
import { ParlourRoom as SameClass } from 'parlour/element/class'
const element = document.createElement('parlour-room')
element.client = parlour('https://chat.example')
element.strings = { send: 'Go' }
// @ts-expect-error: there is no such text.
element.strings = { sned: 'Go' }
// @ts-expect-error: a URL is no client.
element.client = 'https://chat.example'
class Own extends SameClass { connectedCallback() { this.strings = { send: 'Go' } } }
customElements.define('own-room', Own)
const { ParlourCount } = await import('parlour/count')
const count: HTMLElement = document.createElement('parlour-count')
console.log(count instanceof ParlourCount)
const found: InstanceType<typeof ParlourRoom> | null = document.querySelector('parlour-room')
`,
  'server.ts': `
import { Hono } from 'hono'
import { hc } from 'hono/client'
import { type App, createParlour, Hub, Meter, scheduled } from 'parlour/server'
const client = hc<App>('https://chat.example')
const answer = await client.chatroom[':name'].message.$get({ param: { name: 'lobby' }, query: { limit: '10' } })
const { messages } = await answer.json()
const text: string | null | undefined = messages[0]?.message
await client.api.users.$post({ json: { name: 'danny' } })
// @ts-expect-error: a number is no name.
await client.api.users.$post({ json: { name: 7 } })
// @ts-expect-error: there is no such route.
client.api.nothing.$get()
const site = new Hono().get('/', (c) => c.text(text ?? '')).route('/chat', createParlour({ files: '/chat' }))
const mounted = hc<typeof site>('https://site.example')
const { version } = await (await mounted.chat.api.hello.$get()).json()
export { Hub, Meter, version }
export default { fetch: site.fetch, scheduled }
`,
  'react.tsx': `
import { createRef } from 'react'
import { ParlourRoom, type ParlourRoomElement } from 'parlour/react'
import { parlour } from 'parlour/client'
const ref = createRef<ParlourRoomElement>()
export const rooms = [
  <ParlourRoom key="a" ref={ref} server="https://chat.example" name="lobby" theme="dark" className="chat" strings={{ send: 'Go' }} client={parlour('https://chat.example')} onparlour-unread={({ detail }) => console.log(detail.unread.toFixed())} />,
  <parlour-room key="b" name="lobby" theme="light" ref={ref} style={{ blockSize: '20rem' }}><noscript>Read</noscript></parlour-room>,
 <a key="e" href="/post"><parlour-count name="post" number className="count">Talk</parlour-count></a>,
  // @ts-expect-error: a name is a text.
  <parlour-count key="f" name={7} />,
  // @ts-expect-error: there is no such theme.
  <ParlourRoom key="c" theme="blue" />,
  // @ts-expect-error: there is no such theme.
  <parlour-room key="d" theme="blue" />,
]
`,
}

/** A folder of somebody who has installed the package. */
const newFolder = (specifier: string): string => {
  const folder = mkdtempSync(join(root, 'page-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', specifier], folder)
  return folder
}

const expectClientIn = (folder: string): void => {
  const others = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(others).toEqual(['parlour'])
  writeFileSync(
    join(folder, 'run.js'),
    "import { parlour } from 'parlour/client'; console.log(parlour('https://chat.example/').url)",
  )
  expect(run(process.execPath, ['run.js'], folder).trim()).toBe('https://chat.example')
  const classes =
    "import 'parlour/element'; import 'parlour/element/class'; import 'parlour/count'; console.log(typeof HTMLElement)"
  writeFileSync(join(folder, 'server.js'), classes)
  expect(run(process.execPath, ['server.js'], folder).trim()).toBe('undefined')
  // The site has these packages of its own.
  mkdirSync(join(folder, 'node_modules/@types'))
  for (const name of ['hono', '@types/react', 'csstype'])
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name), 'junction')
  // The recipes have files of other tools.
  const snippets = pages()
    .filter((path) => !path.startsWith('docs/recipes/'))
    .flatMap(snippetsOf)
    .filter(({ language }) => language === 'jsx')
  const files = {
    ...programs,
    ...Object.fromEntries(snippets.map(({ code }, index) => [`snippet-${index}.tsx`, code])),
  }
  expect(snippets.length).toBeGreaterThan(2)
  for (const [name, program] of Object.entries(files)) writeFileSync(join(folder, name), program)
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
    '--jsx',
    'react-jsx',
    '--types',
    '',
    ...Object.keys(files),
  ]
  for (const module of [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ])
    run(bin('tsc'), [...module, ...options], folder)
}

describe('the package of the client library', () => {
  it('packed, has an entry for each use, with types, and no dependency', () => {
    const [packed] = JSON.parse(
      run('npm', ['pack', '--json', '--pack-destination', root], '.').replace(/^[^[]*/, ''),
    )
    const names = packed.files.map(({ path }: { path: string }) => path)
    for (const name of [
      'public/index.html',
      'public/parlour.js',
      'public/openapi.json',
      'migrations/0000_first.sql',
    ])
      expect(names).toContain(name)
    const isMany = /^(dist\/client\/parts|public|migrations)\//
    expect(names.filter((path: string) => !isMany.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/client/class.js',
      'dist/client/client.js',
      'dist/client/count.js',
      'dist/client/custom-elements.json',
      'dist/client/element.js',
      'dist/client/react.js',
      'dist/server.js',
      'dist/types/client/client.d.ts',
      'dist/types/client/element/element-events.d.ts',
      'dist/types/client/element/translations.d.ts',
      'dist/types/client/error.d.ts',
      'dist/types/client/package/class.d.ts',
      'dist/types/client/package/count.d.ts',
      'dist/types/client/package/element.d.ts',
      'dist/types/client/package/react.d.ts',
      'dist/types/client/package/room-element.d.ts',
      'dist/types/client/package/svelte.d.ts',
      'dist/types/client/package/vue.d.ts',
      'dist/types/client/types.d.ts',
      'dist/types/contract/index.d.ts',
      'dist/types/server.d.ts',
      'package.json',
    ])
    const tarball = join(root, packed.filename)
    expectClientIn(newFolder(tarball))
    // Two tools that find what bundlers, Node or TypeScript would not: each ends with an error if it finds anything.
    expect(run(bin('publint'), [tarball, '--strict'], '.')).toContain('All good!')
    expect(run(bin('attw'), [tarball, '--profile', 'esm-only'], '.')).toContain('parlour/element/class')
  }, 300_000)

  it('installed from the repository, is built on the way and brings no dependency along', () => {
    const repository = join(root, 'repository')
    const tracked = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], '.')
    for (const path of tracked.split('\0').filter(Boolean)) cpSync(path, join(repository, path))
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=test', '-c', 'user.email=test@parlour.example', ...args], repository)
    git('init', '--quiet')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'The working tree')
    expectClientIn(newFolder(`git+${pathToFileURL(repository)}`))
    expect(JSON.parse(readFileSync('package.json', 'utf8')).dependencies).toBeUndefined()
  }, 600_000)
})
