import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { V4WorkerOptions } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { children } from './proc.ts'
import type { Worker } from './servers.ts'

// Wrangler's own Miniflare, so that the same workerd runs here, in `npm start` and in the tests.
const { resolve } = createRequire(import.meta.url)
const { convertV4MiniflareOptions, Miniflare }: typeof import('miniflare') = await import(
  createRequire(resolve('wrangler/package.json')).resolve('miniflare')
)

const isWorkerd = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('workerd')

/** Runs a built Worker on workerd without `wrangler dev`, with a migrated and seeded database. */
export const startWorker = async ({ config, vars, migrations, seed = [], built, limit }: Worker) => {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  type Options = Pick<V4WorkerOptions, 'compatibilityDate' | 'd1Databases' | 'ratelimits' | 'durableObjects'>
  // The static assets are left out, because the benchmark does not request them.
  const kept = ['compatibilityDate', 'd1Databases', 'ratelimits', 'durableObjects'] as const
  const options: Options = Object.fromEntries(kept.map((name) => [name, workerOptions[name]]))
  const bindings = workerOptions.bindings as NonNullable<V4WorkerOptions['bindings']>
  const script = readdirSync(built).find((file) => file.endsWith('.js')) ?? ''
  if (limit !== undefined)
    for (const { simple } of Object.values(options.ratelimits ?? {})) simple.limit = limit
  const inspectorPort = process.env.INSPECT
  const before = new Set(children(process.pid))
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'bench',
      modules: true,
      scriptPath: join(built, script),
      ...options,
      bindings: { ...bindings, ...(vars as typeof bindings) },
      cf: false,
      logRequests: false,
      telemetry: { enabled: false },
      // Bypasses Miniflare's own entry Worker.
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      ...(inspectorPort && { inspectorPort: Number(inspectorPort) }),
    }),
  )
  const { port } = await miniflare.unsafeGetDirectURL()
  const pid = children(process.pid).find((child) => !before.has(child) && isWorkerd(child))
  if (pid === undefined) throw new Error('no workerd process was found')
  if (migrations) {
    const database = await miniflare.getD1Database('DB')
    const files = readdirSync(migrations).filter((file) => file.endsWith('.sql'))
    const sql = files.sort().map((file) => readFileSync(join(migrations, file), 'utf8'))
    const statements = [...sql.flatMap((text) => text.split('--> statement-breakpoint')), ...seed]
    await database.batch(statements.map((statement) => database.prepare(statement)))
  }
  return { miniflare, port: Number(port), pid }
}
