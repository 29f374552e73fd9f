import { execFile } from 'node:child_process'
import { globSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { follow } from '../support/node/follower.ts'
import { ask } from '../support/node/poster.ts'
import { loggedIn, newProject } from '../support/node/project.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url, folder } = server
const run = promisify(execFile)
const script = (name: string, ...args: string[]) =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', resolve(`scripts/${name}.ts`), ...args], {
    cwd: folder,
  })
const D1 = '.wrangler/state/v3/d1'
/** Returns all rows of the server's database, but for those that a restore changes. */
const contents = (): Record<string, unknown[]> => {
  const [file = ''] = globSync(join(folder, D1, '*/*.sqlite')).filter(
    (path) => !path.endsWith('metadata.sqlite'),
  )
  const database = new DatabaseSync(file)
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '!_cf!_%' ESCAPE '!' AND name <> 'versions'",
    )
    .all()
    .map(({ name }) => String(name))
  const rows = tables.map((table) => [table, database.prepare(`SELECT * FROM "${table}"`).all()] as const)
  database.close()
  return Object.fromEntries(rows)
}

/** Texts that are hard to write as SQL. */
const TEXTS = [
  "it's; a\n'quote';\nDROP TABLE users;\n",
  'a line break \n and a backslash with an n: \\n',
  'a carriage return \r and a backslash with an r: \\r, an n: \\n',
  'printf("\\\\n");\r\n\\',
  'separators \u2028 and \u2029; an emoji 👩‍💻, and é',
  '-- no comment /* nor this */ "x" `y` ?1 :name @ann',
]
const send = async (message: string): Promise<number> => {
  const { status, body } = await ask(`${url}/chatroom/lobby/message`, 'POST', { userName: 'ann', message })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.seq
}

afterAll(server.remove)

describe('npm run backup', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    await server.start()
    await ask(`${url}/api/users`, 'POST', { name: 'ann' })
    await ask(`${url}/api/chatroom`, 'POST', { name: 'lobby' })
  })

  it('writes a file that restores every row, while listeners are connected: they get a reset', async () => {
    for (const text of TEXTS) await send(text)
    const { stdout } = await script('backup')
    const [, file = ''] =
      /Saved (backup\/parlour-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.sql), \d+ bytes/.exec(
        stdout.replaceAll('\\', '/'),
      ) ?? []
    expect(stdout).toMatch(new RegExp(`^messages +${TEXTS.length}$`, 'm'))
    expect(readdirSync(join(folder, 'backup'))).toEqual([file.replace('backup/', '')])
    if (process.platform !== 'win32') expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    const saved = contents()

    const listener = follow({ url, name: 'lobby' })
    await listener.reaches(TEXTS.length)
    const lost = await send('after the backup')
    await listener.reaches(lost)
    await server.stop()
    rmSync(join(folder, D1), { recursive: true })
    await script('wrangler', 'd1', 'execute', 'DB', '--local', '--file', file)
    expect(contents()).toEqual(saved)

    await server.start()
    await listener.until(() => listener.frames.some(({ type }) => type === 'reset'))
    expect(listener.frames.find(({ type }) => type === 'reset')).toMatchObject({ seq: TEXTS.length })
    expect(await send('after the restore')).toBe(lost)
    await listener.until(() => listener.log.at(-1)?.seq === lost && listener.log.length > lost)
    expect(listener.log.at(-1)).toMatchObject({ message: 'after the restore' })
    await listener.stop()
    const page = await ask<{ messages: { message: string }[] }>(`${url}/chatroom/lobby/message`, 'GET')
    expect(page.body.messages.map(({ message }) => message)).toEqual([...TEXTS, 'after the restore'])
  })

  it('overwrites no file, and takes another folder or name', async () => {
    await script('backup', '--output', 'elsewhere')
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([expect.stringMatching(/^parlour-.*Z\.sql$/)])
    writeFileSync(join(folder, 'mine.sql'), 'older')
    await expect(script('backup', '--output', 'mine.sql')).rejects.toMatchObject({
      code: 1,
      stderr: 'mine.sql exists already. Remove it, or give another --output.\n',
    })
    expect(readFileSync(join(folder, 'mine.sql'), 'utf8')).toBe('older')
  })

  it('explains its arguments', async () => {
    expect((await script('backup', '--help')).stdout).toContain('npm run backup')
    await expect(script('backup', '--table', 'users')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--output PATH'),
    })
    await expect(script('backup', '--local', '--remote')).rejects.toMatchObject({
      code: 1,
      stderr: 'Give --local or --remote, not both.\n',
    })
  })
})

describe('npm run backup -- --remote', { timeout: 300_000 }, () => {
  /** Makes a backup of a database at Cloudflare. `change` changes what D1 exports. */
  const backup = async (change: (sql: string, source: DatabaseSync) => string) => {
    const project = await newProject()
    onTestFinished(() => project.remove())
    project.cloudflare.d1(`CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
      CREATE INDEX people_name ON people (name);
      INSERT INTO people VALUES (1, 'it''s ann;' || char(10) || 'and\\nbob'), (2, 'carol')`)
    project.cloudflare.exports.change = change
    const { code, output } = await project.run('backup', ['--remote', '--output', 'saved/copy.sql'], loggedIn)
    return {
      code,
      output,
      files: readdirSync(join(project.folder, 'saved')),
      read: () => project.read('saved/copy.sql'),
    }
  }

  it('saves the deployed database, and repairs the texts that D1 exports wrong', async () => {
    const { code, output, read } = await backup((sql) => sql.replace('and\\nbob', 'and\nbob'))
    expect(code, output).toBe(0)
    expect(output).toContain('people  2\nSaved ')
    const copy = new DatabaseSync(':memory:')
    copy.exec(read())
    expect(
      copy
        .prepare('SELECT name FROM people')
        .all()
        .map(({ name }) => name),
    ).toEqual(["it's ann;\nand\\nbob", 'carol'])
  })

  it('exports again if somebody wrote meanwhile', async () => {
    const { code, output, files } = await backup((sql, source) => {
      source.exec('INSERT INTO people (name) VALUES (NULL)')
      return sql
    })
    expect([code, files], output).toEqual([0, ['copy.sql']])
    expect(output).toContain('people  3\n')
  })

  it.each([
    ['ends in the middle', (sql: string) => sql.slice(0, sql.indexOf('carol')), "can't be read back"],
    [
      'has no index',
      (sql: string) => sql.slice(0, sql.indexOf('CREATE INDEX')),
      'lacks the index people_name',
    ],
    [
      'has fewer rows',
      (sql: string) => sql.replace(/INSERT.*carol.*/, ''),
      'people: 1 in the file, 2 in the database',
    ],
    ['has no tables', () => '', 'The database has no tables'],
  ])('leaves no file if the export %s', async (_, change, message) => {
    const { code, output, files } = await backup(change)
    expect([code, files]).toEqual([1, []])
    expect(output).toContain(message)
  })

  it('leaves no file if D1 refuses', async () => {
    const { code, output, files } = await backup(() => {
      throw new Error('D1 is busy')
    })
    expect([code, files]).toEqual([1, []])
    expect(output).toContain('The database could not be exported')
  })
})
