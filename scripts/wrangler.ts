import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'

/** What wrangler would otherwise send, look up or ask on its own account. */
const quiet = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  // The banner is what asks the npm registry for a newer wrangler.
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
  // A placeholder instead of a download of `Request.cf`.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

const { resolve } = createRequire(import.meta.url)
// Run by Node itself, not through npx or a shell: their names and quoting differ between Windows and the rest.
const bin = join(dirname(resolve('wrangler/package.json')), 'bin', 'wrangler.js')

export interface WranglerOptions {
  /** May it ask on the terminal? If not, it takes its default answer, or fails where there is none. */
  mayAsk?: boolean
  /** `show`; `hide` all but warnings and errors; or `return` it. Errors are shown in any case. */
  output?: 'show' | 'hide' | 'return'
}

/**
 * Runs wrangler in the current folder and waits for it, without telemetry, update check or any other request that
 * the command itself doesn't need. A signal to this process ends wrangler first, so no workerd is left behind.
 * Gives its exit code (128 + n after signal n, as a shell does) and, with `output: 'return'`, its standard output.
 */
export const wrangler = (args: string[], { mayAsk = false, output = 'show' }: WranglerOptions = {}) =>
  new Promise<{ code: number; stdout: string }>((done, fail) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { ...process.env, ...quiet, ...(output === 'hide' && { WRANGLER_LOG: 'warn' }) },
      stdio: [mayAsk ? 'inherit' : 'ignore', output === 'return' ? 'pipe' : 'inherit', 'inherit'],
    })
    let stdout = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })

    let received: NodeJS.Signals | undefined
    const pass = (signal: NodeJS.Signals) => {
      received = signal
      // On Windows a "signal" is a hard kill, and Ctrl-C has reached wrangler through the console already.
      if (process.platform !== 'win32') child.kill('SIGTERM')
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.on(signal, pass)
    // `kill` of npm ends the shell between npm and this process, which passes nothing on: only its absence shows.
    const parent = process.ppid
    const orphaned = setInterval(() => {
      if (process.env.npm_lifecycle_event && process.ppid !== parent) pass('SIGTERM')
    }, 500)

    child.on('error', fail).on('close', (code, signal) => {
      for (const each of signals) process.off(each, pass)
      clearInterval(orphaned)
      const ended = received ?? signal
      done({ code: ended ? 128 + constants.signals[ended] : (code ?? 1), stdout })
    })
  })

// `npm run wrangler -- …`: any of wrangler's commands, as quiet.
if (import.meta.main) process.exitCode = (await wrangler(process.argv.slice(2), { mayAsk: true })).code
