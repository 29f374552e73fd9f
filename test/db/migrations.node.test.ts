import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import { addWithoutRowid } from '../../scripts/migration'
import * as schema from '../../src/db/schema'

const names = readdirSync('migrations')
  .filter((name) => name.endsWith('.sql'))
  .sort()
const sql = names.map((name) => readFileSync(join('migrations', name), 'utf8'))

const migrated = new DatabaseSync(':memory:')
for (const migration of sql) migrated.exec(migration)
const query = (text: string, ...values: string[]) => migrated.prepare(text).all(...values)

const { withoutRowid, ...tables } = schema
const configs = Object.values<SQLiteTable>(tables).map((table) => ({ ...getTableConfig(table), table }))

/** Returns true if SQL drops or rebuilds a table. On D1 a rebuild deletes the rows of its child tables. */
const rebuilds = (text: string): boolean =>
  /drop\s+table|__new_|alter\s+table\s+\S+\s+rename\s+to/i.test(text)

/** A default as SQLite spells it. */
const literal = (value: unknown): string | null =>
  value === undefined ? null : typeof value === 'string' ? `'${value}'` : String(value)

describe('the migrated database', () => {
  it('has the tables of src/db/schema.ts and no others', () => {
    const found = query(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
    )
    expect(found.map(({ name }) => name)).toEqual(configs.map(({ name }) => name).sort())
  })

  it.each(configs)(
    'has the columns, keys and indexes of $name',
    ({ name, columns, primaryKeys, indexes, table }) => {
      const found = query('select name, type, "notnull", dflt_value, pk from pragma_table_info(?)', name)
      const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary)
      expect(found).toEqual(
        columns.map((column) => ({
          name: column.name,
          type: column.getSQLType().toUpperCase(),
          notnull: column.notNull ? 1 : 0,
          dflt_value: literal(column.default),
          pk: key.findIndex(({ name }) => name === column.name) + 1,
        })),
      )
      const unique = columns.filter(({ isUnique }) => isUnique).map(({ uniqueName }) => uniqueName)
      expect(
        query("select name from pragma_index_list(?) where origin = 'c' order by name", name).map(
          ({ name }) => name,
        ),
      ).toEqual([...unique, ...indexes.map(({ config }) => config.name)].sort())
      const [{ wr, strict } = {}] = query('select wr, strict from pragma_table_list where name = ?', name)
      expect([wr, strict]).toEqual([withoutRowid.some((other) => other === table) ? 1 : 0, 0])
    },
  )

  it('matches src/db/schema.ts: drizzle-kit has nothing to generate', () => {
    const out = mkdtempSync(join(tmpdir(), 'parlour-migrations-'))
    try {
      cpSync('migrations', out, { recursive: true })
      const kit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs')
      const options = ['--dialect', 'sqlite', '--schema', './src/db/schema.ts', '--out', relative('.', out)]
      execFileSync(process.execPath, [kit, 'generate', ...options])
      expect(readdirSync(out).sort()).toEqual(readdirSync('migrations').sort())
    } finally {
      rmSync(out, { recursive: true })
    }
  })
})

describe('a migration', () => {
  it('never rebuilds or drops a table', () => {
    expect(names.filter((_, i) => rebuilds(sql[i] ?? ''))).toEqual([])
  })

  it('that does would be found', () => {
    expect(rebuilds('CREATE TABLE `__new_users` (`id` integer);')).toBe(true)
    expect(rebuilds('DROP TABLE `users`;')).toBe(true)
    expect(rebuilds('ALTER TABLE `users` RENAME TO `people`;')).toBe(true)
    expect(rebuilds('ALTER TABLE `users` ADD `bio` text;')).toBe(false)
  })

  // https://github.com/cloudflare/workers-sdk/issues/15314 and 15690: what the local one takes apart rightly, the remote one may not.
  it('has no triggers', () => {
    for (const text of sql) expect(text).not.toMatch(/create\s+(temp\w*\s+)?trigger/i)
  })

  it('have WITHOUT ROWID once on each table that needs it', () => {
    const once = addWithoutRowid(
      'CREATE TABLE `a` (\n\t`x` integer\n);\nCREATE TABLE `b` (\n\t`x` integer\n);\n',
      ['a'],
    )
    expect(once).toBe(
      'CREATE TABLE `a` (\n\t`x` integer\n) WITHOUT ROWID;\nCREATE TABLE `b` (\n\t`x` integer\n);\n',
    )
    expect(addWithoutRowid(once, ['a'])).toBe(once)
  })
})
