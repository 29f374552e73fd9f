import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { r2Refusals } from '../support/node/cloudflare.ts'
import { loggedIn, newProject } from '../support/node/project.ts'

let project: Awaited<ReturnType<typeof newProject>>

beforeEach(async () => {
  project = await newProject()
})
afterEach(() => project.remove())

// Each deploy starts wrangler several times, which takes long on a busy machine.
describe('npm run deploy', { timeout: 300_000 }, () => {
  it('creates the database, migrates it, uploads the Worker, and later applies new migrations only', async () => {
    const { run, write, cloudflare } = project
    const first = await run('deploy', [], loggedIn)
    expect(first.code, first.output).toBe(0)
    expect(cloudflare.changes.splice(0)).toEqual([
      'create parlour',
      'apply 0000_first.sql',
      'apply 0001_second.sql',
      'upload',
    ])

    const second = await run('deploy', [], loggedIn)
    expect(second.code, second.output).toBe(0)
    expect(cloudflare.changes.splice(0)).toEqual(['upload'])

    write('migrations/0002_third.sql', 'CREATE TABLE third (id INTEGER PRIMARY KEY);')
    write(
      'migrations/0003_broken.sql',
      'CREATE TABLE fourth (id INTEGER PRIMARY KEY); ALTER TABLE nowhere ADD COLUMN x;',
    )
    const third = await run('deploy', [], loggedIn)
    expect(third.code).not.toBe(0)
    expect(third.output).toContain('no such table: nowhere')
    expect(cloudflare.changes, 'nothing of the broken one, and no upload').toEqual(['apply 0002_third.sql'])
  })

  it('changes nothing and explains how to log in', async () => {
    const { code, output } = await project.run('deploy')
    expect(code).not.toBe(0)
    expect(output).toContain('npm run wrangler -- login')
    expect(project.cloudflare.changes).toEqual([])
  })

  it('refuses arguments, which would reach only one of its steps', async () => {
    expect(await project.run('deploy', ['--dry-run'], loggedIn)).toMatchObject({ code: 1 })
    expect(project.cloudflare.changes).toEqual([])
  })

  it('uploads the owner’s settings, and lists before what is still a prototype’s', async () => {
    const { run, write, cloudflare } = project
    write(
      'settings.toml',
      'database_name = "club"\nROOMS = "site"\nALLOWED_ORIGINS = "https://example.org"\n',
    )
    const { code, output } = await run('deploy', [], loggedIn)
    expect(code, output).toBe(0)
    expect(cloudflare.changes[0]).toBe('create club')
    expect(cloudflare.changes.at(-1)).toBe('upload')
    const vars = cloudflare.uploaded.filter(({ type }) => type === 'plain_text')
    expect(Object.fromEntries(vars.map(({ name, text }) => [name, text]))).toEqual({
      IDENTITY: 'open',
      ROOMS: 'site',
      ALLOWED_ORIGINS: 'https://example.org',
    })
    const [before = '', after] = output.split('Still as in a prototype')
    expect(before).not.toContain('Uploaded')
    expect(after).toMatch(/IDENTITY = "protected".*There is no ADMIN_TOKEN.*Robots can make users.*Uploaded/s)
    expect(after).not.toMatch(/Set ROOMS|Set ALLOWED_ORIGINS/)
  })

  it('changes nothing if a setting is wrong, and names its line', async () => {
    project.write('settings.toml', '# mine\nROOMS = "Site"\n')
    const { code, output } = await project.run('deploy', [], loggedIn)
    expect([code, output]).toEqual([
      1,
      'settings.toml:2: ROOMS must be "anyone", "site" or "admin", not "Site".\n',
    ])
    expect(project.cloudflare.changes).toEqual([])
  })

  describe('with a bucket for files', () => {
    const bucket = '\n[[r2_buckets]]\nbinding = "FILES"\nbucket_name = "parlour-files"\n'
    const bindings = () => project.cloudflare.uploaded.filter(({ type }) => type === 'r2_bucket')

    beforeEach(() => project.write('wrangler.toml', project.read('wrangler.toml') + bucket))

    it('creates it once, and binds it', async () => {
      const { run, cloudflare } = project
      const first = await run('deploy', [], loggedIn)
      expect([first.code, cloudflare.changes[1]], first.output).toEqual([0, 'bucket parlour-files'])
      expect(first.output).toContain('Created the R2 bucket "parlour-files".')
      expect(bindings()).toEqual([{ type: 'r2_bucket', name: 'FILES', bucket_name: 'parlour-files' }])
      cloudflare.changes.splice(0)
      const second = await run('deploy', [], loggedIn)
      expect([second.code, cloudflare.changes], second.output).toEqual([0, ['upload']])
      expect(bindings()).toHaveLength(1)
    })

    it.each([false, true])(
      'deploys without it where R2 is not switched on, and says so (settings: %s)',
      async (owned) => {
        const { run, write, cloudflare } = project
        if (owned) write('settings.toml', 'ROOMS = "site"\n')
        cloudflare.r2.refusal = r2Refusals.notSwitchedOn
        const { code, output } = await run('deploy', [], loggedIn)
        expect(code, output).toBe(0)
        expect(output).toMatch(/R2 is not switched on.*people can send text only.*npm run deploy.*again/s)
        expect(output).not.toContain('10042')
        expect(bindings()).toEqual([])
        const rooms = cloudflare.uploaded.find(({ name }) => name === 'ROOMS')
        expect(rooms?.text).toBe(owned ? 'site' : 'anyone')

        cloudflare.r2.refusal = undefined
        const later = await run('deploy', [], loggedIn)
        expect(later.code, later.output).toBe(0)
        expect(bindings()).toHaveLength(1)
      },
    )

    it('changes nothing else if R2 refuses, and says what a token needs', async () => {
      const { run, cloudflare } = project
      cloudflare.r2.refusal = r2Refusals.forbidden
      const { code, output } = await run('deploy', [], loggedIn)
      expect(code).toBe(1)
      expect(output).toMatch(/Authentication error.*Workers R2 Storage.*bucket_name = ""/s)
      expect(cloudflare.changes).toEqual(['create parlour'])
    })

    it('takes the name from the settings, or that of the Worker, or none', async () => {
      const { run, write, cloudflare } = project
      for (const [settings, name] of [
        ['bucket_name = "club-pictures"', 'club-pictures'],
        ['name = "club"\ndatabase_name = "restored"', 'club-files'],
      ] as const) {
        write('settings.toml', `${settings}\n`)
        const { code, output } = await run('deploy', [], loggedIn)
        expect(code, output).toBe(0)
        expect([cloudflare.r2.buckets.at(-1), bindings()[0]?.bucket_name]).toEqual([name, name])
      }
      write('settings.toml', 'bucket_name = ""\n')
      const { code, output } = await run('deploy', [], loggedIn)
      expect(code, output).toBe(0)
      expect([cloudflare.r2.buckets.length, bindings()]).toEqual([2, []])
    })
  })
})
