import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { wrangler } from '../scripts/wrangler.ts'

/** A Worker of wrangler's: its configuration, what is different here, where its database comes from and where it is built. */
export type Worker = {
  config: string
  vars: Record<string, unknown>
  built: string
  /** Another file to begin with than the configuration says. */
  entry?: string
  /** A folder of SQL files. */
  migrations?: string
  /** What is in the database before anything is asked of it. */
  seed?: string[]
  /** What each of the rate limits lets pass, where the configuration's would end the measurement. */
  limit?: number
}

/** What a server runs: a Worker on workerd, or a script in Node. */
export type Runs = Worker | { script: string }

export type Server = { peer: string; port: number; pid: number; stop: () => Promise<void> }

/** Ends a process that ends when it is disconnected. */
export const stop = (child: ChildProcess) => async () => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

/** The first thing that a process says; throws if it ends before. */
export const word = async <Said>(child: ChildProcess): Promise<Said> => {
  const done = new AbortController()
  const ended = once(child, 'exit', { signal: done.signal }).then(([code]) => {
    throw new Error(`a process of the bench ended: ${code}`)
  })
  try {
    const [said] = await Promise.race([once(child, 'message', { signal: done.signal }), ended])
    return said
  } finally {
    ended.catch(() => undefined)
    done.abort()
  }
}

/** Builds the Workers among these, as a deploy does. */
export const build = async (all: Runs[]): Promise<void> => {
  const workers = all.flatMap((runs) => ('script' in runs ? [] : [runs]))
  for (const { config, built, entry } of new Map(workers.map((each) => [each.built, each])).values()) {
    const args = ['deploy', ...(entry ? [entry] : []), '--dry-run', '--config', config, '--outdir', built]
    const { code } = await wrangler(args, { output: 'hide' })
    if (code !== 0) throw new Error(`${config} is not built: wrangler ended with ${code}`)
  }
}

const memoryFolder = '/dev/shm'

// Garbage is collected when the heap has grown by a tenth, so that what is measured is what is kept.
const thriftyFlags = ['--heap-growing-percent=10', '--max-semi-space-size=1']

/**
 * `storage` is where data goes: into memory, where there is such a place, when how busy the machine's disk is, is not the
 * question.
 */
export type Running = { isThrifty?: boolean; storage?: 'memory' | 'disk' }

const start = async (
  peer: string,
  runs: Runs,
  { isThrifty = false, storage = 'memory' }: Running,
): Promise<Server> => {
  const flags = isThrifty ? thriftyFlags : []
  const inMemory = storage === 'memory' && existsSync(memoryFolder)
  const env = { ...process.env, ...(inMemory && { TMPDIR: memoryFolder }) }
  const child =
    'script' in runs
      ? fork(runs.script, { env, execArgv: flags })
      : fork(join(import.meta.dirname, 'workerd.ts'), [JSON.stringify(runs)], {
          env: { ...env, ...(isThrifty && { MINIFLARE_WORKERD_V8_FLAGS: flags.join(' ') }) },
        })
  const { port, pid } = await word<{ port: number; pid: number }>(child)
  return { peer, port, pid, stop: stop(child) }
}

/** Has a server of each peer, for as long as `work` takes. */
export const withServers = async <Result>(
  peers: Record<string, Runs>,
  running: Running,
  work: (servers: Server[]) => Promise<Result>,
): Promise<Result> => {
  const starting = Object.entries(peers).map(([peer, runs]) => start(peer, runs, running))
  const started = await Promise.allSettled(starting)
  const servers = started.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  try {
    for (const each of started) if (each.status === 'rejected') throw each.reason
    return await work(servers)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
