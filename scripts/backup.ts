/**
 * `npm run backup` copies the database into a file of SQL by `wrangler d1 export`, and reads the file back: into an SQLite database of its own, whose
 * tables, indexes and rows it compares with the source. A file under the final name has passed this.
 */
import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { command, reason, Stop } from './command.ts'
import { readConfiguration } from './settings/config.ts'
import { wrangler } from './wrangler.ts'

const usage = `npm run backup [-- options]

Writes the database into a file of SQL, such as backup/parlour-2026-11-27T09-10-00Z.sql, and reads the file back to check it.

  --local         the database of \`npm start\`; so unless --remote is given
  --remote        the deployed database, which answers nothing else while it is exported
  --output PATH   another folder, or the name of a file that ends with .sql
  --help          this text`

type Place = '--local' | '--remote'
type Counts = Record<string, number>

/** The tables and indexes that an export has. */
const SCHEMA = `SELECT type, name FROM sqlite_master
  WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '!_cf!_%' ESCAPE '!'`

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const namesOf = (schema: { type?: unknown; name?: unknown }[], type: 'table' | 'index'): string[] =>
  schema.filter((each) => each.type === type).map(({ name }) => String(name))

const countsOf = (tables: string[]): string =>
  `SELECT ${tables.map((table) => `(SELECT count(*) FROM ${quoted(table)}) AS ${quoted(table)}`).join(', ')}`

/** Runs a file of SQL in a temporary database on disk, in pieces, because a string in Node is limited to half a gigabyte. */
const load = async (file: string): Promise<DatabaseSync> => {
  const database = new DatabaseSync('', { enableForeignKeyConstraints: false })
  try {
    database.exec('BEGIN')
    let rest = ''
    for await (const chunk of createReadStream(file, 'utf8')) {
      rest += chunk
      const end = rest.lastIndexOf(';\n') + 1
      const piece = rest.slice(0, end)
      // With an odd number of quotes, the piece ends inside a text.
      if ((piece.split("'").length - 1) % 2 === 1) continue
      database.exec(piece)
      rest = rest.slice(end)
    }
    database.exec(rest)
    database.exec('COMMIT')
    return database
  } catch (error) {
    database.close()
    throw new Stop(`The export can't be read back: ${reason(error)}. Run it again.`)
  }
}

/**
 * Returns a query for statements that repair a column. `wrangler d1 export` writes a line break as \\n, and then can't tell it from a backslash and
 * an n in the same text, so it restores both as line breaks. The query finds such texts in the source.
 */
const repairsOf = (table: string, column: string, keys: string[]): string => {
  const where = keys.map((key) => `' AND ${quoted(key)} = ' || quote(${quoted(key)})`).join(' || ')
  const text = quoted(column)
  return `SELECT 'UPDATE ${quoted(table)} SET ${text} = CAST(X''' || hex(${text}) || ''' AS TEXT) WHERE 1' || ${where} || ';' AS repair FROM ${quoted(table)}
  WHERE typeof(${text}) = 'text' AND (instr(${text}, char(10)) AND instr(${text}, '\\n') OR instr(${text}, char(13)) AND instr(${text}, '\\r'))`
}

/** Returns the queries for repairs of a copy: one for each column that has line breaks. */
const repairsOfCopy = (copy: DatabaseSync, tables: string[]): string[] =>
  tables.flatMap((table) => {
    const columns = copy.prepare(`PRAGMA table_info(${quoted(table)})`).all()
    const keys = columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name))
    return columns
      .map(({ name }) => String(name))
      .filter((column) => {
        const text = quoted(column)
        const broken = `typeof(${text}) = 'text' AND (instr(${text}, char(10)) OR instr(${text}, char(13)))`
        return copy.prepare(`SELECT 1 FROM ${quoted(table)} WHERE ${broken} LIMIT 1`).get() !== undefined
      })
      .map((column) => repairsOf(table, column, keys.length > 0 ? keys : ['rowid']))
  })

/** Runs queries on the source. Returns the rows of each. */
const ask = async (place: Place, queries: string[]): Promise<Record<string, unknown>[][]> => {
  const args = ['d1', 'execute', 'DB', place, '--json', '--command', queries.join(';\n')]
  const { code, stdout } = await wrangler(args, { output: 'return' })
  if (code !== 0)
    throw new Stop('The database could not be compared with its export. Wrangler’s message is above.')
  const answers: { results: Record<string, unknown>[] }[] = JSON.parse(stdout)
  return answers.map(({ results }) => results)
}

/** Is run by each restore, also of the same file: clients notice that the log is another one. docs/decisions/0042. */
const NEW_HISTORY = `\nINSERT OR REPLACE INTO versions VALUES ('history', abs(random() % ${2 ** 52}));\n`

/** Exports the database into a file, checks the file and repairs it. Returns the numbers of rows in the file and, read later, in the source. */
const copyTo = async (file: string, place: Place): Promise<{ copied: Counts; there: Counts }> => {
  // The file holds hashes of tokens, so only its owner may read it.
  writeFileSync(file, '', { mode: 0o600 })
  const { code } = await wrangler(['d1', 'export', 'DB', place, '--skip-confirmation', '--output', file], {
    output: 'hide',
  })
  if (code !== 0) throw new Stop('The database could not be exported. Wrangler’s message is above.')
  const copy = await load(file)
  try {
    const schema = copy.prepare(SCHEMA).all()
    const tables = namesOf(schema, 'table')
    if (tables.length === 0)
      throw new Stop(
        `The database has no tables. Make them: ${place === '--local' ? 'npm start' : 'npm run deploy'}`,
      )
    const [objects = [], [there = {}] = [], ...found] = await ask(place, [
      SCHEMA,
      countsOf(tables),
      ...repairsOfCopy(copy, tables),
    ])
    for (const type of ['table', 'index'] as const) {
      const missing = namesOf(objects, type).filter((name) => !namesOf(schema, type).includes(name))
      if (missing.length > 0)
        throw new Stop(`The export lacks the ${type} ${missing.join(', ')}. Run it again.`)
    }
    const repairs = found
      .flat()
      .map(({ repair }) => `\n${repair}`)
      .join('')
    copy.exec(repairs)
    appendFileSync(file, repairs)
    const integrity = copy
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => row.integrity_check)
    if (integrity.join() !== 'ok')
      throw new Stop(`The export is damaged: ${integrity.join('; ')}. Run it again.`)
    if (tables.includes('versions')) appendFileSync(file, NEW_HISTORY)
    return { copied: { ...copy.prepare(countsOf(tables)).get() } as Counts, there: there as Counts }
  } finally {
    copy.close()
  }
}

/** Returns the tables whose rows in the file are neither as many as before or after the export, nor between. */
const differing = ({ copied, there }: { copied: Counts; there: Counts }, before = there): string[] =>
  Object.keys(copied).filter((table) => {
    const [rows = 0, ...ends] = [copied[table], before[table] ?? 0, there[table] ?? 0]
    return rows < Math.min(...ends) || rows > Math.max(...ends)
  })

/** Makes a backup under a temporary name. Exports again if the database was changed meanwhile, now with the numbers from before. */
const makeBackup = async (file: string, place: Place): Promise<Counts> => {
  const first = await copyTo(file, place)
  if (differing(first).length === 0) return first.copied
  const second = await copyTo(file, place)
  const wrong = differing(second, first.there)
  if (wrong.length === 0) return second.copied
  const lines = wrong.map(
    (table) => `  ${table}: ${second.copied[table]} in the file, ${second.there[table]} in the database\n`,
  )
  throw new Stop(
    `The export has not as many rows as the database:\n${lines.join('')}Run it again when nobody writes.`,
  )
}

/** Returns the path of a new backup. */
const pathOf = (output: string): string => {
  if (output.endsWith('.sql')) return output
  const databases = readConfiguration().d1_databases as { binding: string; database_name?: string }[]
  const name = databases.find(({ binding }) => binding === 'DB')?.database_name ?? 'parlour'
  const time = `${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z`
  return join(output, `${name}-${time}.sql`)
}

await command(usage, async () => {
  const { values } = parseArgs({
    options: {
      local: { type: 'boolean', default: false },
      remote: { type: 'boolean', default: false },
      output: { type: 'string', default: 'backup' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (values.local && values.remote) throw new Stop('Give --local or --remote, not both.')
  const place = values.remote ? '--remote' : '--local'
  const file = pathOf(values.output)
  if (existsSync(file)) throw new Stop(`${file} exists already. Remove it, or give another --output.`)
  const part = `${file}.part`
  try {
    mkdirSync(dirname(file), { recursive: true })
    const counts = await makeBackup(part, place)
    renameSync(part, file)
    const width = Math.max(...Object.keys(counts).map((table) => table.length))
    for (const [table, rows] of Object.entries(counts)) console.log(`${table.padEnd(width)}  ${rows}`)
    console.log(`Saved ${file}, ${statSync(file).size} bytes. It was read back, and has all tables and rows.`)
    return 0
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new Stop(`${file} can't be written: ${error.message}`)
    throw error
  } finally {
    rmSync(part, { force: true })
  }
})
