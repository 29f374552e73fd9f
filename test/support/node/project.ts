import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { fakeCloudflare } from './cloudflare.ts'

/** Prepares a small project in a new folder, and an account at a fake Cloudflare. */
export const newProject = async () => {
  const cloudflare = await fakeCloudflare()
  const folder = mkdtempSync(join(tmpdir(), 'parlour-project-'))
  const write = (name: string, content: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  for (const name of ['settings.example.toml', '.dev.vars.example']) copyFileSync(name, join(folder, name))
  write('package.json', '{"version":"1.0.0"}')
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
database_name = "parlour"
[vars]
# New names.
IDENTITY = "open"
ROOMS = "anyone"
ALLOWED_ORIGINS = "*"
`,
  )

  /** Runs a script of ours there, as in CI: no terminal, and logged in only by `env`. */
  const run = async (script: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) => {
    const home = { HOME: folder, USERPROFILE: folder, XDG_CONFIG_HOME: folder, APPDATA: folder }
    const loggedOut = {
      CLOUDFLARE_API_TOKEN: undefined,
      CLOUDFLARE_API_KEY: undefined,
      CLOUDFLARE_ENV: undefined,
    }
    const child = spawn(process.execPath, [resolve(`scripts/${script}.ts`), ...args], {
      cwd: folder,
      env: { ...process.env, ...home, ...loggedOut, CLOUDFLARE_API_BASE_URL: cloudflare.url, ...env },
    })
    child.stdin.end()
    const closed = new Promise<number | null>((done) => child.on('close', done))
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    return { code, output: stdout + stderr }
  }

  return {
    folder,
    cloudflare,
    write,
    run,
    read: (name: string): string => readFileSync(join(folder, name), 'utf8'),
    has: (name: string): boolean => existsSync(join(folder, name)),
    remove: (): void => {
      cloudflare.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** The environment of somebody who is logged in. */
export const loggedIn = { CLOUDFLARE_API_TOKEN: 'token', CLOUDFLARE_ACCOUNT_ID: 'account' }
