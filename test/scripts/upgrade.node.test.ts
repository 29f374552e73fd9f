import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loggedIn, newProject } from '../support/node/project.ts'

let project: Awaited<ReturnType<typeof newProject>>

const gitIn = (folder: string, ...args: string[]): string =>
  execFileSync(
    'git',
    ['-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'core.autocrlf=false', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
const git = (...args: string[]): string => gitIn(project.folder, ...args)

/** Makes the project a clone of a repository that has a newer version. */
const publish = (change: () => void): void => {
  const { folder, write } = project
  write('.gitignore', 'settings.toml\nwrangler.settings.jsonc\n.dev.vars\n.wrangler\norigin.git\n.config\n')
  git('init', '--quiet', '--initial-branch=main')
  git('add', '-A')
  git('commit', '--quiet', '-m', 'one')
  const origin = join(folder, 'origin.git')
  gitIn(folder, 'clone', '--quiet', '--bare', folder, origin)
  git('remote', 'add', 'origin', origin)
  change()
  git('add', '-A')
  git('commit', '--quiet', '-m', 'two')
  git('push', '--quiet', '--set-upstream', 'origin', 'main')
  git('reset', '--quiet', '--hard', 'HEAD~1')
}

const newVersion = (): void => {
  const { read, write } = project
  write('package.json', '{"version":"1.1.0"}')
  write('migrations/0002_third.sql', 'CREATE TABLE third (id INTEGER PRIMARY KEY);')
  write(
    'wrangler.toml',
    `${read('wrangler.toml').replace('ROOMS = "anyone"', 'ROOMS = "site"').replace('ALLOWED_ORIGINS = "*"\n', '')}# How many rooms.\n# A second line.\nROOMS_PER_DAY = 100\n`,
  )
}

beforeEach(async () => {
  project = await newProject()
})
afterEach(() => project.remove())

describe('npm run upgrade -- --dry-run', { timeout: 300_000 }, () => {
  it('lists the migrations and settings that an upgrade would bring, and changes nothing', async () => {
    const { run, write, cloudflare } = project
    publish(newVersion)
    write('settings.toml', 'ROOMS = "admin"\nALLOWED_ORIGINS = "https://example.org"\n')
    const head = git('rev-parse', 'HEAD')
    const { code, output } = await run('upgrade', ['--dry-run'])
    expect(code, output).toBe(0)
    expect(output).toBe(`Version 1.0.0 becomes 1.1.0: 1 commit. CHANGELOG.md lists what is new.

Migrations that this folder does not have yet:
  0002_third.sql

Settings:
  ROOMS: the default "anyone" becomes "site". You keep "admin".
  ALLOWED_ORIGINS is gone. Remove it from settings.toml before you deploy.
  ROOMS_PER_DAY = 100 (new)
      How many rooms.
      A second line.

Your database on Cloudflare could not be asked: it is not there yet, or wrangler is not logged in.
Nothing was changed.
`)
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain')]).toEqual([head, ''])
    expect(cloudflare.changes).toEqual([])
  })

  it('says that the deployment makes a bucket for files, unless the owner wants none', async () => {
    const { run, read, write } = project
    publish(() =>
      write(
        'wrangler.toml',
        `${read('wrangler.toml')}[[r2_buckets]]\nbinding = "FILES"\nbucket_name = "parlour-files"\n`,
      ),
    )
    expect((await run('upgrade', ['--dry-run'])).output).toContain('makes the R2 bucket "parlour-files"')
    write('settings.toml', 'name = "club"\n')
    expect((await run('upgrade', ['--dry-run'])).output).toContain('makes the R2 bucket "club-files"')
    write('settings.toml', 'bucket_name = ""\n')
    const { code, output } = await run('upgrade', ['--dry-run'])
    expect([code, output]).toEqual([0, expect.not.stringContaining('bucket "')])
  })

  it('compares with the deployed database', async () => {
    const { run, cloudflare } = project
    publish(newVersion)
    await run('deploy', [], loggedIn)
    cloudflare.changes.splice(0)
    project.write('migrations/0001_second.sql', '-- mine\n')
    const { code, output } = await run('upgrade', ['--dry-run'], loggedIn)
    expect(code, output).toBe(0)
    expect(output).toContain('Migrations that your database would get:\n  0002_third.sql\n\n')
    expect(output).toContain(' M migrations/0001_second.sql')
    expect(cloudflare.changes).toEqual([])
  })

  it('says that there is nothing new, and that a folder without a repository can not be upgraded', async () => {
    const alone = await project.run('upgrade', ['--dry-run'])
    expect([alone.code, alone.output]).toEqual([1, expect.stringContaining('follows no repository')])
    publish(newVersion)
    git('merge', '--quiet', '--ff-only', '@{upstream}')
    const { output } = await project.run('upgrade', ['--dry-run'])
    expect(output).toContain('You have the newest version, 1.1.0.')
    expect(output).toContain('does not have yet:\n  none\n\nSettings:\n  none\n')
  })
})

describe('git pull', { timeout: 300_000 }, () => {
  it('meets no conflict after setup, whatever an upgrade changes in wrangler.toml', async () => {
    publish(newVersion)
    await project.run('setup', ['--yes'])
    expect(git('status', '--porcelain')).toBe('')
    git('pull', '--quiet', '--ff-only')
    const { code, output } = await project.run('deploy', [], loggedIn)
    expect(code, output).toBe(0)
    expect(project.cloudflare.uploaded).toContainEqual({ name: 'ROOMS', type: 'plain_text', text: 'site' })
    expect(project.cloudflare.uploaded).toContainEqual({ name: 'ROOMS_PER_DAY', type: 'json', json: 100 })
  })
})
