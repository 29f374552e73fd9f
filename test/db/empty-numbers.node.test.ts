import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'

const migrations = readdirSync('migrations')
  .filter((name) => name.endsWith('.sql'))
  .sort()
const change = migrations.findIndex((name) => name.endsWith('empty_numbers.sql'))
const run = (database: DatabaseSync, names: string[]): void => {
  for (const name of names) database.exec(readFileSync(join('migrations', name), 'utf8'))
}

it('the migration that adds the running totals counts the rooms that are there', () => {
  const database = new DatabaseSync(':memory:')
  run(database, migrations.slice(0, change))
  database.exec(`
    insert into rooms (id, name, name_key, created_at, first_seq) values (1, 'a', 'a', 0, 1), (2, 'b', 'b', 0, 1), (3, 'c', 'c', 0, 4);
    insert into messages (room_id, seq, author_id, text, created_at) values
      (1, 1, 1, 'x', 0), (1, 2, 1, null, 0), (1, 5, 1, 'x', 0), (3, 4, 1, 'x', 0), (3, 5, 1, 'x', 0);
    insert into changes (room_id, seq, type, target, actor_id, created_at) values (1, 3, 'edit', 1, 1, 0), (1, 4, 'delete', 2, 1, 0);`)
  run(database, migrations.slice(change))
  const rows = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row))
  // Of the numbers 1 to 5, those of a deleted message and of two changes; and 1 to 3, which retention has removed.
  expect(rows('select id, empty_numbers from rooms')).toEqual([
    [1, 3],
    [2, 0],
    [3, 3],
  ])
  expect(rows('select seq, empty_numbers from changes')).toEqual([
    [3, null],
    [4, 0],
  ])
})
