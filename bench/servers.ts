import { type ChildProcess, fork, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { wrangler } from '../scripts/wrangler.ts'

/** A Worker: its Wrangler configuration, the vars that differ here, its database and its build folder. */
export type Worker = {
  config: string
  vars: Record<string, unknown>
  built: string
  /** Replaces the entry file of the configuration. */
  entry?: string
  /** A folder of SQL files. */
  migrations?: string
  /** SQL that fills the database after the migrations. */
  seed?: string[]
  /** Replaces the rate limits of the configuration. */
  limit?: number
}

/** A server runs a Worker on workerd, or a script in Node. */
export type Runs = Worker | { script: string }

export type Server = { peer: string; port: number; pid: number; stop: () => Promise<void> }

/** Stops a process that exits when it is disconnected. */
export const stop = (child: ChildProcess) => async () => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

/** Waits for the first message of a process. Throws if the process exits before. */
export const firstMessage = async <Content>(child: ChildProcess): Promise<Content> => {
  const done = new AbortController()
  const ended = once(child, 'exit', { signal: done.signal }).then(([code]) => {
    throw new Error(`a process of the benchmark exited with ${code}`)
  })
  try {
    const [content] = await Promise.race([once(child, 'message', { signal: done.signal }), ended])
    return content
  } finally {
    ended.catch(() => undefined)
    done.abort()
  }
}

/** Builds the Workers as a deploy does. */
export const build = async (all: Runs[]): Promise<void> => {
  const workers = all.flatMap((runs) => ('script' in runs ? [] : [runs]))
  for (const { config, built, entry } of new Map(workers.map((each) => [each.built, each])).values()) {
    const args = ['deploy', ...(entry ? [entry] : []), '--dry-run', '--config', config, '--outdir', built]
    const { code } = await wrangler(args, { output: 'hide' })
    if (code !== 0) throw new Error(`Building ${config} failed: wrangler exited with ${code}`)
  }
}

const memoryFolder = '/dev/shm'

// Collects garbage whenever the heap has grown by a tenth, so that the measured memory is in use.
const collectOftenFlags = ['--heap-growing-percent=10', '--max-semi-space-size=1']

/** Options of a server. With `storage: 'memory'` data goes to /dev/shm, so that a busy disk does not change the result. */
export type ServerOptions = { collectsOften?: boolean; storage?: 'memory' | 'disk' }

const start = async (
  peer: string,
  runs: Runs,
  { collectsOften = false, storage = 'memory' }: ServerOptions,
): Promise<Server> => {
  const flags = collectsOften ? collectOftenFlags : []
  const inMemory = storage === 'memory' && existsSync(memoryFolder)
  const env = { ...process.env, ...(inMemory && { TMPDIR: memoryFolder }) }
  // A Worker's log lines go to standard output, which holds the report.
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc']
  const child =
    'script' in runs
      ? fork(runs.script, { env, stdio, execArgv: flags })
      : fork(join(import.meta.dirname, 'workerd.ts'), [JSON.stringify(runs)], {
          stdio,
          env: { ...env, ...(collectsOften && { MINIFLARE_WORKERD_V8_FLAGS: flags.join(' ') }) },
        })
  const { port, pid } = await firstMessage<{ port: number; pid: number }>(child)
  return { peer, port, pid, stop: stop(child) }
}

/** Starts a server of each peer, runs `work`, and stops the servers. */
export const withServers = async <Result>(
  peers: Record<string, Runs>,
  options: ServerOptions,
  work: (servers: Server[]) => Promise<Result>,
): Promise<Result> => {
  const starting = Object.entries(peers).map(([peer, runs]) => start(peer, runs, options))
  const started = await Promise.allSettled(starting)
  const servers = started.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  try {
    for (const each of started) if (each.status === 'rejected') throw each.reason
    return await work(servers)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
