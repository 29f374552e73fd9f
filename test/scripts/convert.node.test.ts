import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { dataLine } from '../../src/contract/data-lines.ts'
import { fileWith } from '../support/node/converted.ts'

const disqus = 'test/fixtures/convert/disqus.xml'

/** Runs `npm run convert`, and returns what it prints and its exit code. */
const run = async (...args: string[]) => {
  const child = spawn(process.execPath, ['scripts/convert.ts', ...args])
  const code = new Promise<number | null>((done) => child.on('close', done))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr, code: await code }
}

describe('npm run convert', () => {
  it('prints nothing but the lines of an export, and sums up on the standard error', async () => {
    const { stdout, stderr, code } = await run('disqus', disqus)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => dataLine.parse(JSON.parse(line)))
    expect(lines[0]).toEqual({ type: 'parlour', version: 1, scope: 'site' })
    expect(lines.at(-1)).toEqual({ type: 'end', lines: lines.length - 1, users: 4, rooms: 2 })
    expect(stderr).toMatch(/^rooms {6}2\npeople {5}4\nmessages {3}5\n/)
    expect(code).toBe(0)
  })

  it('prints the same lines each time', async () => {
    expect((await run('disqus', disqus)).stdout).toBe((await run('disqus', disqus)).stdout)
  })

  it('writes to files', async () => {
    const folder = dirname(fileWith('none', ''))
    const [output, report] = [join(folder, 'out.ndjson'), join(folder, 'report.txt')]
    const names = Array.from(
      { length: 30 },
      (_, number) => `{"fileName":"${number}.png","fileSizeBytes":1000}`,
    )
    const discord = readFileSync('test/fixtures/convert/discord.json', 'utf8')
    const many = fileWith('many.json', discord.replace('"attachments": []', `"attachments": [${names}]`))
    const { stdout, stderr } = await run('discord', many, '--output', output, '--report', report)
    expect(stdout).toBe('')
    expect(stderr).toContain('… and 11 more: --report FILE lists all')
    expect(readFileSync(report, 'utf8')).toContain('29.png (1.0 KB)')
    expect(readFileSync(output, 'utf8')).toMatch(/^\{"type":"parlour".*\n$/s)
  })

  it('leaves no file after an error, and never overwrites the export', async () => {
    const broken = fileWith('broken.json', '{"guild"')
    const output = `${broken}.ndjson`
    expect(await run('discord', broken, '--output', output)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/broken\.json is not valid JSON, or it was cut off: .*\n$/),
    })
    expect(existsSync(output)).toBe(false)
    expect(await run('disqus', disqus, '--output', disqus)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('would overwrite the file'),
    })
  })

  it('says how it is used', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('DiscordChatExporter'),
    })
    expect(await run('mastodon', 'a')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"mastodon" is none of slack, discord, disqus, irc.'),
    })
    expect(await run('slack')).toMatchObject({ code: 2, stderr: expect.stringContaining('Name a file') })
    expect(await run('slack', 'a', 'b')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('one file, not 2'),
    })
    expect(await run('disqus', disqus, '--room', 'a')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--room is for irc'),
    })
    expect(await run('irc', 'a', '--colour')).toMatchObject({ code: 2 })
  })
})
