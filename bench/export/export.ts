/** `npm run bench:export -- FILE…` measures the CPU time of each piece of an export, with real messages from IRC logs. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { LogEvent } from '../../scripts/replay/logs.ts'
import { readLogs } from '../../scripts/replay/logs.ts'
import { buildWrapped, startEmpty } from '../growth/instance.ts'
import { cpuSeconds } from '../proc.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { repeat: { type: 'string', default: '50' } },
})
const repeat = Number(values.repeat)
const token = 'the-admin-of-the-benchmark'
const fixtures = join(import.meta.dirname, '../../test/fixtures/ubuntu-irc/2009-03-25.excerpt.raw.txt')
const files =
  positionals.length > 0 ? positionals.map((path) => resolve(process.env.INIT_CWD ?? '', path)) : [fixtures]

type Said = Extract<LogEvent, { type: 'message' }>
const said = readLogs(files).flatMap(({ events }) =>
  events.filter((event): event is Said => event.type === 'message'),
)
const names = [...new Set(said.map(({ nick }) => nick))]
const ids = new Map(names.map((name, index) => [name, index + 1]))

await buildWrapped(join(import.meta.dirname, 'worker/recorded.ts'))
const { miniflare, url, pid } = await startEmpty({ ADMIN_TOKEN: token })

/** Inserts rows, given as arrays, a few thousand at a time. */
const insert = async (into: string, columns: string, rows: unknown[][]): Promise<void> => {
  const database = await miniflare.getD1Database('DB')
  for (let from = 0; from < rows.length; from += 2000)
    await database
      .prepare(`insert into ${into} select ${columns} from json_each(?)`)
      .bind(JSON.stringify(rows.slice(from, from + 2000)))
      .run()
}
const value = (index: number) => `value ->> ${index}`
await insert('rooms (name, name_key, created_at)', [0, 0, 1].map(value).join(', '), [
  ['ubuntu', 1_100_000_000_000],
])
await insert(
  'users (name, name_key, token_hash, created_at)',
  [0, 0, 1, 2].map(value).join(', '),
  names.map((name) => [
    name,
    `${'h'.repeat(34)}${String(ids.get(name)).padStart(9, '0')}`,
    1_100_000_000_000,
  ]),
)
await insert(
  'members (room_id, ordinal, user_id, joined_at)',
  `1, ${value(0)}, ${value(0)}, ${value(1)}`,
  names.map((name) => [ids.get(name), 1_100_000_000_000]),
)
await insert(
  'messages (room_id, seq, author_id, text, created_at, key_hash)',
  `1, ${[0, 1, 2, 3].map(value).join(', ')}, zeroblob(16)`,
  said.map(({ nick, text }, index) => [index + 1, ids.get(nick), text, 1_100_000_000_000 + 1000 * index]),
)

const count = (number: number) => number.toLocaleString('en')
const headers = { Authorization: `Bearer ${token}`, 'CF-Connecting-IP': '127.0.0.1' }
const read = async (path: string, more: Record<string, string> = {}) => {
  const response = await fetch(path, { headers: { ...headers, ...more } })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return { text, response }
}

for (const path of ['/api/export', '/chatroom/ubuntu/export', '/api/users/1/export']) {
  const pieces: { cpu: number; bytes: number; rows: number }[] = []
  for (let at: string | undefined = url + path; at !== undefined; ) {
    const { response, text } = await read(at, { 'x-record': '1' })
    for (let warm = 0; warm < repeat / 5; warm++) await read(at)
    const before = cpuSeconds(pid)
    for (let count = 0; count < repeat; count++) await read(at)
    const cpu = (1000 * (cpuSeconds(pid) - before)) / repeat
    pieces.push({ cpu, bytes: Buffer.byteLength(text), rows: Number(response.headers.get('x-rows')) })
    at = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  }
  const most = (of: (piece: (typeof pieces)[number]) => number) => Math.max(...pieces.map(of))
  const [cpu, bytes, rows] = [most(({ cpu }) => cpu), most(({ bytes }) => bytes), most(({ rows }) => rows)]
  console.log(
    `${path}: pieces: ${pieces.length}. At most ${cpu.toFixed(1)} ms of CPU, ${count(rows)} rows read and ${count(bytes)} bytes a piece.`,
  )
}
await miniflare.dispose()
