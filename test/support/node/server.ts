import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, globSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'

const isWindows = process.platform === 'win32'

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port)
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (isListening) await once(server.close(), 'close')
  return isListening
}

/**
 * Returns a free port outside the range of outgoing connections. A client that connects to a stopped server could
 * otherwise be given the server's own port, and talk to itself.
 */
export const freePort = async (): Promise<number> => {
  const port = 15_000 + Math.floor(Math.random() * 15_000)
  return (await isFree(port)) ? port : freePort()
}

/** Prepares a server as `npm start` runs it, in a new folder with the project's files, its own secrets and database. */
export const localServer = async (secrets: Record<string, string> = {}) => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'parlour-'))
  for (const name of ['package.json', 'wrangler.toml']) copyFileSync(name, join(folder, name))
  for (const name of ['src', 'public', 'migrations', 'node_modules', 'scripts'])
    symlinkSync(resolve(name), join(folder, name), 'junction')
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(folder, '.dev.vars'), lines.join(''))
  let child: ChildProcess | undefined

  const end = async (how: (pid: number) => void): Promise<void> => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    how(child.pid)
    await exited
    // Its other processes may end later than the one that started them.
    while (!(await isFree(port))) await setTimeout(50)
  }
  const stop = () => end((pid) => process.kill(pid, 'SIGTERM'))

  return {
    url: `http://localhost:${port}`,
    folder,

    /**
     * Starts the server, and waits until it serves. Wrangler chooses the port of an inner socket, and loses it now and then to another server that
     * starts at the same moment. Then it ends, and is started again.
     */
    async start(): Promise<void> {
      for (let tries = 0; tries < 3; tries++) {
        const started = spawn(process.execPath, [resolve('scripts/start.ts'), '--port', String(port)], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'inherit'],
          // A process group of its own, so that `kill` ends all of its processes.
          detached: !isWindows,
        })
        child = started
        const exited = once(started, 'exit')
        for await (const line of createInterface({ input: started.stdout })) {
          if (!line.includes('Ready on http:')) continue
          // Reads further output, because the server would block on a full pipe.
          started.stdout.resume()
          return
        }
        const [, signal] = await exited
        if (signal !== null) break
      }
      throw new Error('npm start ended without serving')
    },

    /** Runs SQL on the database file of a started server. */
    fill(sql: string): void {
      const files = globSync(join(folder, '.wrangler/state/v3/d1/*/*.sqlite'))
      for (const file of files.filter((path) => !path.endsWith('metadata.sqlite'))) {
        const database = new DatabaseSync(file)
        database.exec(sql)
        database.close()
      }
    },

    stop,

    /** Kills all its processes at once. */
    kill: () =>
      end((pid) => {
        if (isWindows) spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'])
        else process.kill(-pid, 'SIGKILL')
      }),

    async remove(): Promise<void> {
      await stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
