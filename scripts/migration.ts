/**
 * `npm run migration -- --name what_changes` runs drizzle-kit, which compares `src/db/schema.ts` with its last snapshot and
 * writes a migration. The script then adds `WITHOUT ROWID`, which drizzle-kit does not support. See docs/decisions/0002.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { getTableConfig } from 'drizzle-orm/sqlite-core'
import { withoutRowid } from '../src/db/schema.ts'

/** Adds `WITHOUT ROWID` to the statements of a migration that create one of `tables`. */
export const addWithoutRowid = (migration: string, tables: string[]): string =>
  tables.reduce(
    (text, table) =>
      text.replace(new RegExp(`(CREATE TABLE \`${table}\` \\([^;]*\\));`), '$1 WITHOUT ROWID;'),
    migration,
  )

if (import.meta.main) {
  const kit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs')
  execFileSync(process.execPath, [kit, 'generate', ...process.argv.slice(2)], { stdio: 'inherit' })
  const tables = withoutRowid.map((table) => getTableConfig(table).name)
  for (const name of readdirSync('migrations').filter((name) => name.endsWith('.sql'))) {
    const path = join('migrations', name)
    const before = readFileSync(path, 'utf8')
    const after = addWithoutRowid(before, tables)
    if (after !== before) writeFileSync(path, after)
  }
}
