import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The mean length of 70,529 messages in 58 logs of #ubuntu from 2004 to 2018, rounded. */
export const TEXT_BYTES = 60

const MESSAGES = 100_000
const ROOMS = 100
const USERS = 1000
/** The page size of D1, as `PRAGMA page_size` returns it there. */
const PAGE_BYTES = 4096

const migrations = join(import.meta.dirname, '../../migrations')

/** Opens an empty database in memory with our tables. */
export const openSchema = (): DatabaseSync => {
  const database = new DatabaseSync(':memory:')
  database.exec(`pragma page_size = ${PAGE_BYTES}`)
  const files = readdirSync(migrations).filter((file) => file.endsWith('.sql'))
  for (const file of files.sort()) database.exec(readFileSync(join(migrations, file), 'utf8'))
  return database
}

const pages = (database: DatabaseSync): number =>
  Number(database.prepare('pragma page_count').get()?.page_count)

/** Returns the bytes of a message in a database in which many rooms are used in turns. `withKey`: with an idempotency key, as the client sends it. */
export const bytesPerMessage = ({ withKey }: { withKey: boolean }): number => {
  const database = openSchema()
  const before = pages(database)
  const insert = database.prepare(
    'insert into messages (room_id, seq, author_id, text, created_at, key_hash) values (?, ?, ?, ?, ?, ?)',
  )
  const text = 'x'.repeat(TEXT_BYTES)
  database.exec('begin')
  for (let i = 0; i < MESSAGES; i++) {
    const hash = withKey ? createHash('sha256').update(String(i)).digest().subarray(0, 16) : null
    const seq = 1 + Math.floor(i / ROOMS)
    insert.run(1 + (i % ROOMS), seq, 1 + (i % USERS), text, 1_795_000_000_000 + i, hash)
  }
  database.exec('commit')
  const bytes = (pages(database) - before) * PAGE_BYTES
  database.close()
  return bytes / MESSAGES
}
