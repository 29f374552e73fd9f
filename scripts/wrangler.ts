import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'

/** Turns off the requests and questions of wrangler itself. */
const quiet = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  // The banner asks the npm registry for a newer wrangler.
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
  // Uses a placeholder for `Request.cf` instead of a download.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

const { resolve } = createRequire(import.meta.url)
// Run by Node directly: npx and shells have other names and quoting on Windows.
const bin = join(dirname(resolve('wrangler/package.json')), 'bin', 'wrangler.js')

export interface WranglerOptions {
  /** Allows questions on the terminal. Without it, wrangler takes the default answer, or fails if there is none. */
  mayAsk?: boolean
  /** `show` the output, `hide` all but warnings and errors, or `return` it. Errors are always shown. */
  output?: 'show' | 'hide' | 'return'
}

/**
 * Runs wrangler in the current folder and waits for it, without telemetry, update checks or other requests that the
 * command does not need. A signal to this process ends wrangler first, so that no workerd process is left.
 * Returns its exit code (128 + n after signal n, as a shell does) and, with `output: 'return'`, its standard output.
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
      // On Windows a "signal" kills the process, and Ctrl-C has already reached wrangler through the console.
      if (process.platform !== 'win32') child.kill('SIGTERM')
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.on(signal, pass)
    // `kill` of npm ends the shell between npm and this process, which does not forward the signal. Only a new parent shows it.
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

// `npm run wrangler -- …` runs any wrangler command with these settings.
if (import.meta.main) process.exitCode = (await wrangler(process.argv.slice(2), { mayAsk: true })).code
