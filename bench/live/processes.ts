import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { wrangler } from '../../scripts/wrangler.ts'
import type { Answer, Asked } from './client.ts'
import { peerOf } from './peers.ts'

export type Server = { peer: string; port: number; pid: number; stop: () => Promise<void> }

const stop = (child: ChildProcess) => async () => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

/** The first thing that a process says; throws if it ends before. */
const word = async <Said>(child: ChildProcess): Promise<Said> => {
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

/** Builds the Workers of these peers, as a deploy does. */
export const build = async (names: string[]): Promise<void> => {
  const workers = names.map((name) => peerOf(name).runs).flatMap((runs) => ('script' in runs ? [] : [runs]))
  for (const { config, built } of new Map(workers.map((worker) => [worker.built, worker])).values()) {
    const args = ['deploy', '--dry-run', '--config', config, '--outdir', built]
    const { code } = await wrangler(args, { output: 'hide' })
    if (code !== 0) throw new Error(`${config} is not built: wrangler ended with ${code}`)
  }
}

// What is stored is stored in memory, where there is such a place: how busy the machine's disk is, is not the question.
const memoryFolder = '/dev/shm'
const env = existsSync(memoryFolder) ? { ...process.env, TMPDIR: memoryFolder } : process.env

// Garbage is collected when the heap has grown by a tenth, so that what is measured is what is kept.
const thriftyFlags = ['--heap-growing-percent=10', '--max-semi-space-size=1']

export type Running = { isThrifty: boolean }

const startServer = async (peer: string, { isThrifty }: Running): Promise<Server> => {
  const { runs } = peerOf(peer)
  const flags = isThrifty ? thriftyFlags : []
  const child =
    'script' in runs
      ? fork(runs.script, { execArgv: flags })
      : fork(join(import.meta.dirname, 'workerd.ts'), [peer], {
          env: { ...env, ...(isThrifty && { MINIFLARE_WORKERD_V8_FLAGS: flags.join(' ') }) },
        })
  const { port, pid } = await word<{ port: number; pid: number }>(child)
  return { peer, port, pid, stop: stop(child) }
}

/** The process that does what many clients do. */
export class Client {
  readonly #child = fork(join(import.meta.dirname, 'client.ts'))
  readonly #peer: string
  readonly stop = stop(this.#child)

  constructor(peer: string) {
    this.#peer = peer
  }

  /** Throws when a peer has not delivered what it should have. */
  async ask(asked: Asked): Promise<Answer> {
    const answered = word<Answer>(this.#child)
    this.#child.send(asked)
    const answer = await answered
    if (answer.error !== undefined) throw new Error(`${this.#peer}: ${answer.error}`)
    return answer
  }
}

export type Room = { server: Server; client: Client }

let rooms = 0

/** Lets listeners into a new room, each room with a client process of its own. */
const open = async (server: Server, client: Client, listeners: number): Promise<Room> => {
  const { peer, port } = server
  const room = `bench-${++rooms}`
  const { prepare } = peerOf(peer)
  for (const { path, body } of prepare?.(room) ?? []) {
    const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': '127.0.0.1' }
    const asked = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, asked)
    // The user is there already from the room before.
    if (!response.ok && response.status !== 409)
      throw new Error(`${peer}: ${path} gives ${await response.text()}`)
    await response.body?.cancel()
  }
  await client.ask({ do: 'open', peer, port, room, listeners })
  return { server, client }
}

/** Has that many listeners in a room of each server, for as long as `work` takes. */
export const withRooms = async <Result>(
  servers: Server[],
  listeners: number,
  work: (rooms: Room[]) => Promise<Result>,
): Promise<Result> => {
  const clients = servers.map(({ peer }) => new Client(peer))
  try {
    const rooms: Room[] = []
    for (const [index, server] of servers.entries()) {
      const client = clients[index]
      if (client) rooms.push(await open(server, client, listeners))
    }
    return await work(rooms)
  } finally {
    await Promise.all(clients.map((client) => client.stop()))
  }
}

/** Has a server of each peer, for as long as `work` takes. */
export const withServers = async <Result>(
  names: string[],
  running: Running,
  work: (servers: Server[]) => Promise<Result>,
): Promise<Result> => {
  const started = await Promise.allSettled(names.map((name) => startServer(name, running)))
  const servers = started.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  try {
    for (const each of started) if (each.status === 'rejected') throw each.reason
    return await work(servers)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
