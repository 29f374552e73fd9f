/**
 * `node bench/live/workerd.ts PEER`: runs the built Worker of a peer on workerd, without the local extras of `wrangler dev`, and
 * tells the parent process where.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Unstable_MiniflareWorkerOptions, unstable_getMiniflareWorkerOptions } from 'wrangler'
import { builtWorker, type Peer, type PeerName, peers, root } from './peers.ts'

type Miniflare = typeof import('miniflare')

// Wrangler's own, so that it is the workerd that `npm start` and the tests run on.
const { resolve } = createRequire(import.meta.url)
const { convertV4MiniflareOptions, Miniflare }: Miniflare = await import(
  createRequire(resolve('wrangler/package.json')).resolve('miniflare')
)

type WorkerOptions = Unstable_MiniflareWorkerOptions['workerOptions']

const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'))
// Its files are left out: no room needs them.
const { compatibilityDate, bindings, d1Databases, ratelimits, durableObjects } = workerOptions
const rooms = { ROOM: { className: 'Room', useSQLite: true } }

const minimal = (STORE: string): WorkerOptions => ({
  compatibilityDate,
  durableObjects: rooms,
  bindings: { STORE },
  d1Databases: { DB: 'minimal' },
})

const options: Partial<Record<PeerName, WorkerOptions>> = {
  // The meter would keep it from writing more than a day's rows.
  parlour: {
    compatibilityDate,
    d1Databases,
    ratelimits,
    durableObjects,
    bindings: { ...bindings, DAILY_WRITES: 0 },
  },
  minimal: minimal('nothing'),
  'minimal-row': minimal('row'),
  'minimal-d1': minimal('d1'),
  partyserver: { compatibilityDate, durableObjects: rooms },
}

/** The statements that bring a database up to date. */
const migrations = (peer: PeerName): string[] => {
  if (peer === 'minimal-d1') return ['create table messages (room, user_name, text, created_at)']
  if (peer !== 'parlour') return []
  const folder = join(root, 'migrations')
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  return files
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('--> statement-breakpoint'))
}

/** The processes that a process has started. */
const children = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )

const peer = process.argv[2] as PeerName
const { runs }: Peer = peers[peer]
if (!('worker' in runs)) throw new Error(`${peer} is no Worker`)
const folder = builtWorker(runs.worker)
const script = readdirSync(folder).find((file) => file.endsWith('.js')) ?? ''
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    ...options[peer],
    name: 'bench',
    modules: true,
    scriptPath: join(folder, script),
    cf: false,
    telemetry: { enabled: false },
    // Without the Worker of Miniflare's own that stands before the others.
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }),
)
const { port } = await miniflare.unsafeGetDirectURL()
const statements = migrations(peer)
if (statements.length > 0) {
  const database = await miniflare.getD1Database('DB')
  await database.batch(statements.map((statement) => database.prepare(statement)))
}
const [pid] = children(process.pid).filter((child) =>
  /workerd/.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')),
)
process.send?.({ port: Number(port), pid })
process.on('disconnect', () => miniflare.dispose().then(() => process.exit()))
