import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

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

/** Code that uses the installed package. Lines that must not compile are marked. */
const program = `
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
`

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
  writeFileSync(join(folder, 'page.ts'), program)
  const tsc = resolve('node_modules/.bin/tsc')
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
    '--types',
    '',
    'page.ts',
  ]
  for (const module of [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ])
    run(tsc, [...module, ...options], folder)
}

describe('the package of the client library', () => {
  it('packed, has the client with its types and nothing of the server', () => {
    const [packed] = JSON.parse(
      run('npm', ['pack', '--json', '--pack-destination', root], '.').replace(/^[^[]*/, ''),
    )
    expect(packed.files.map(({ path }: { path: string }) => path).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/types/client/client.d.ts',
      'dist/types/client/error.d.ts',
      'dist/types/client/types.d.ts',
      'dist/types/contract/index.d.ts',
      'package.json',
      'public/client.js',
      'public/client.js.map',
    ])
    expectClientIn(newFolder(join(root, packed.filename)))
  })

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
