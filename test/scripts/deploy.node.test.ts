import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeCloudflare } from '../support/node/cloudflare.ts'

const script = resolve('scripts/deploy.ts')

let project: string
let cloudflare: Awaited<ReturnType<typeof fakeCloudflare>>

const write = (name: string, content: string) => writeFileSync(join(project, name), content)

/** `npm run deploy` in `project`, as in CI: no terminal, and without a login. */
const deploy = async (env: NodeJS.ProcessEnv, args: string[] = []) => {
  const home = { HOME: project, USERPROFILE: project, XDG_CONFIG_HOME: project, APPDATA: project }
  const loggedOut = {
    CLOUDFLARE_API_TOKEN: undefined,
    CLOUDFLARE_API_KEY: undefined,
    CLOUDFLARE_ENV: undefined,
  }
  const child = spawn(process.execPath, [script, ...args], {
    cwd: project,
    env: { ...process.env, ...home, ...loggedOut, CLOUDFLARE_API_BASE_URL: cloudflare.url, ...env },
  })
  child.stdin.end()
  const closed = new Promise<number | null>((done) => child.on('close', done))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code, output: stdout + stderr }
}
const loggedIn = { CLOUDFLARE_API_TOKEN: 'token', CLOUDFLARE_ACCOUNT_ID: 'account' }

beforeEach(async () => {
  cloudflare = await fakeCloudflare()
  project = mkdtempSync(join(tmpdir(), 'parlour-deploy-'))
  mkdirSync(join(project, 'migrations'))
  write('migrations/0000_first.sql', 'CREATE TABLE first (id INTEGER PRIMARY KEY);')
  write('migrations/0001_second.sql', 'ALTER TABLE first ADD COLUMN name TEXT;')
  write('worker.ts', "export default { fetch: () => new Response('hello') }")
  write(
    'wrangler.toml',
    `name = "parlour"
    main = "worker.ts"
    compatibility_date = "2026-10-23"
    [[d1_databases]]
    binding = "DB"
    database_name = "parlour"`,
  )
})

afterEach(() => {
  cloudflare.close()
  rmSync(project, { recursive: true, force: true, maxRetries: 5 })
})

describe('npm run deploy', () => {
  it('creates the database, migrates it, uploads the Worker, and later applies new migrations only', async () => {
    const first = await deploy(loggedIn)
    expect(first.code, first.output).toBe(0)
    expect(cloudflare.changes.splice(0)).toEqual([
      'create parlour',
      'apply 0000_first.sql',
      'apply 0001_second.sql',
      'upload',
    ])

    const second = await deploy(loggedIn)
    expect(second.code, second.output).toBe(0)
    expect(cloudflare.changes.splice(0)).toEqual(['upload'])

    write('migrations/0002_third.sql', 'CREATE TABLE third (id INTEGER PRIMARY KEY);')
    write(
      'migrations/0003_broken.sql',
      'CREATE TABLE fourth (id INTEGER PRIMARY KEY); ALTER TABLE nowhere ADD COLUMN x;',
    )
    const third = await deploy(loggedIn)
    expect(third.code).not.toBe(0)
    expect(third.output).toContain('no such table: nowhere')
    expect(cloudflare.changes, 'nothing of the broken one, and no upload').toEqual(['apply 0002_third.sql'])
  })

  it('changes nothing and explains how to log in', async () => {
    const { code, output } = await deploy({})
    expect(code).not.toBe(0)
    expect(output).toContain('npm run wrangler -- login')
    expect(cloudflare.changes).toEqual([])
  })

  it('refuses arguments, which would reach only one of its steps', async () => {
    expect(await deploy(loggedIn, ['--dry-run'])).toMatchObject({ code: 1 })
    expect(cloudflare.changes).toEqual([])
  })
})
