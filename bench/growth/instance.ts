import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { peerOf } from '../live/peers.ts'
import { build } from '../servers.ts'
import { startWorker } from '../worker.ts'

const dist = join(import.meta.dirname, '../../dist/bench')
const built = join(dist, 'growth')

export type Size = { messages: number; users: number; rooms: number }

/** The room and the user of the requests. Both are created last, after all others. */
export const room = 'grown'
export const userName = 'danny'

const numbers = (count: number) =>
  `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})`

/** Returns the SQL that fills an instance: all users are members of one room and write in turns. */
const fillingSql = ({ messages, users, rooms }: Size): string[] => [
  `${numbers(rooms - 1)} insert into rooms (name, name_key, created_at) select 'room-' || i, 'room-' || i, 0 from n where i < ${rooms}`,
  `insert into rooms (name, name_key, created_at) values ('${room}', '${room}', 0)`,
  `${numbers(users - 1)} insert into users (name, name_key, token_hash, created_at)
    select 'user-' || i, 'user-' || i, 'hash ' || i, 0 from n`,
  `insert into users (name, name_key, token_hash, created_at) values ('${userName}', '${userName}', 'hash', 0)`,
  `insert into members (room_id, ordinal, user_id, joined_at) select ${rooms}, id, id, 0 from users`,
  `${numbers(messages)} insert into messages (room_id, seq, author_id, text, created_at)
    select ${rooms}, i, 1 + i % ${users}, 'message ' || i || ' of a usual length, as people write them', 0 from n`,
]

/** Builds the Worker as a deploy does, and wraps it with another one: with the row counter, unless another is given. */
export const buildWrapped = async (
  wrapper = join(import.meta.dirname, 'worker/counting.ts'),
): Promise<void> => {
  await build([peerOf('parlour').runs])
  await bundle({
    entryPoints: [wrapper],
    outfile: join(built, 'index.js'),
    bundle: true,
    alias: { 'parlour-built': join(dist, 'Parlour/index.js') },
    format: 'esm',
    external: ['cloudflare:*', 'node:*'],
  })
}

export type Instance = Size & { url: string; pid: number; stop: () => Promise<void> }

/** Starts an instance with an empty database. */
export const startEmpty = async (vars: Record<string, unknown> = {}) => {
  const { runs } = peerOf('parlour')
  if ('script' in runs) throw new Error('The peer parlour must be a Worker.')
  const { miniflare, port, pid } = await startWorker({ ...runs, built, vars: { ...runs.vars, ...vars } })
  return { miniflare, url: `http://127.0.0.1:${port}`, pid }
}

/** Starts an instance and fills it to a size. */
export const startInstance = async (size: Size): Promise<Instance> => {
  const { miniflare, url, pid } = await startEmpty()
  const database = await miniflare.getD1Database('DB')
  for (const sql of fillingSql(size)) await database.prepare(sql).run()
  return { ...size, url, pid, stop: () => miniflare.dispose() }
}
