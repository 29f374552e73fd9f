import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** `npm start` in a folder that has the project's files and a database of its own. End it with `remove`. */
export const createInstance = () => {
  const folder = mkdtempSync(join(tmpdir(), 'parlour-start-'))
  copyFileSync('wrangler.toml', join(folder, 'wrangler.toml'))
  for (const name of ['src', 'public', 'migrations', 'node_modules'])
    symlinkSync(resolve(name), join(folder, name), 'junction')
  let server: ChildProcess | undefined

  /** Runs `npm start`'s script there, on a free port, until it says where it listens. */
  const start = async (): Promise<string> => {
    const child = spawn(process.execPath, [resolve('scripts/start.ts'), '--port', '0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    server = child
    for await (const line of createInterface({ input: child.stdout })) {
      const [, url] = /Ready on (http:\S+)/.exec(line) ?? []
      if (!url) continue
      // Whatever it says from here on has to go somewhere, or it would stop at a full pipe.
      child.stdout.resume()
      return url
    }
    throw new Error('npm start ended without serving')
  }

  const stop = async (): Promise<void> => {
    if (!server || server.exitCode !== null) return
    server.kill('SIGTERM')
    await once(server, 'exit')
  }

  const remove = async (): Promise<void> => {
    await stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  return { start, stop, remove }
}
