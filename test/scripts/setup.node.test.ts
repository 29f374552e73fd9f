import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loggedIn, newProject } from '../support/node/project.ts'

let project: Awaited<ReturnType<typeof newProject>>

beforeEach(async () => {
  project = await newProject()
})
afterEach(() => project.remove())

const localToken = (): string | undefined => project.read('.dev.vars').match(/^ADMIN_TOKEN=(.*)$/m)?.[1]

describe('npm run setup', { timeout: 300_000 }, () => {
  it('writes settings for a public site and makes a strong token, here and at Cloudflare', async () => {
    const { folder, cloudflare, run, read } = project
    const { code, output } = await run('setup', ['--yes'], loggedIn)
    expect(code, output).toBe(0)
    expect(read('settings.toml')).toMatch(/^IDENTITY = "protected"$/m)
    expect(read('settings.toml')).toMatch(/^ROOMS = "site"$/m)
    expect(read('settings.toml')).toMatch(/^# ALLOWED_ORIGINS = /m)
    expect(Buffer.from(localToken() ?? '', 'base64url')).toHaveLength(32)
    expect(read('.dev.vars')).toContain('# JWT_SECRET=')
    if (process.platform !== 'win32') expect(statSync(join(folder, '.dev.vars')).mode & 0o777).toBe(0o600)
    expect(cloudflare.secrets).toEqual(new Map([['ADMIN_TOKEN', localToken()]]))
    expect(output).not.toContain(localToken())
  })

  it('keeps what is set, here and at Cloudflare', async () => {
    const { cloudflare, run, read, write } = project
    await run('deploy', [], loggedIn)
    cloudflare.secrets.set('ADMIN_TOKEN', 'that of before')
    cloudflare.changes.splice(0)
    const settings = '# my own\nROOMS = "admin" # strict\n'
    write('settings.toml', settings)
    write('.dev.vars', 'OTHER=x\nADMIN_TOKEN="mine"\n')
    const { code, output } = await run('setup', ['--yes'], loggedIn)
    expect(code, output).toBe(0)
    expect(read('settings.toml')).toBe(settings)
    expect(read('.dev.vars')).toBe('OTHER=x\nADMIN_TOKEN="mine"\n')
    expect([cloudflare.changes, cloudflare.secrets.get('ADMIN_TOKEN')]).toEqual([[], 'that of before'])
  })

  it('makes a key for Web Push where that is on, and keeps it', async () => {
    const { cloudflare, run, read, write } = project
    write('wrangler.toml', `${read('wrangler.toml')}VAPID_SUBJECT = ""\n`)
    write('settings.toml', 'VAPID_SUBJECT = "mailto:me@example.org"\n')
    const first = await run('setup', ['--yes'], loggedIn)
    expect(first.code, first.output).toBe(0)
    const keys = () => read('.dev.vars').match(/(?<=^VAPID_PRIVATE_KEY=).*$/m)?.[0] ?? ''
    const key = keys()
    expect(Buffer.from(key, 'base64url')).toHaveLength(32)
    expect(cloudflare.secrets.get('VAPID_PRIVATE_KEY')).toBe(key)
    const { output } = await run('setup', ['--yes'], loggedIn)
    expect(output).toContain('VAPID_PRIVATE_KEY is set on Cloudflare already')
    expect(keys()).toBe(key)
  })

  it('keeps the bucket for files that the Worker has by its name, and none', async () => {
    const { run, read, write, has } = project
    write(
      'wrangler.toml',
      `${read('wrangler.toml')}[[r2_buckets]]\nbinding = "FILES"\nbucket_name = "parlour-files"\n`,
    )
    for (const settings of ['name = "club"\nROOMS = "site"\n', 'bucket_name = ""\n']) {
      write('settings.toml', settings)
      const { code, output } = await run('setup', ['--yes'], loggedIn)
      expect(code, output).toBe(0)
      expect(read('settings.toml')).toBe(settings)
      const bucket = settings.includes('club') ? '"bucket_name": "club-files"' : '"r2_buckets": []'
      expect([has('wrangler.settings.jsonc'), read('wrangler.settings.jsonc')]).toEqual([
        true,
        expect.stringContaining(bucket),
      ])
    }
  })

  it('works without a login and without a terminal, and says what is left to do', async () => {
    const { code, output } = await project.run('setup')
    expect(code, output).toBe(0)
    expect(project.has('settings.toml')).toBe(true)
    expect(localToken()).toHaveLength(43)
    expect(output).toContain('npm run wrangler -- login')
    expect(project.cloudflare.changes).toEqual([])
  })

  it('changes nothing if a setting of before is wrong', async () => {
    project.write('settings.toml', 'ROOMS = "Site"\n')
    expect(await project.run('setup', ['--yes'])).toEqual({
      code: 1,
      output: 'settings.toml:1: ROOMS must be "anyone", "site" or "admin", not "Site".\n',
    })
    expect(project.has('.dev.vars')).toBe(false)
  })

  it('refuses arguments that it does not know', async () => {
    expect(await project.run('setup', ['--no'])).toMatchObject({ code: 2 })
  })
})
