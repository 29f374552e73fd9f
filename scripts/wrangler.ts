import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { Stop } from './command.ts'
import { writeConfiguration } from './settings/config.ts'

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
  /** Returns errors too instead of showing them, where a failure is an answer. */
  hidesErrors?: boolean
  /** The text that the command reads. */
  input?: string
}

/** Returns the arguments with the configuration that has the owner's settings, unless they name another. */
const withConfiguration = (args: string[]): string[] => {
  if (args.some((argument) => /^(-c|--config)(=|$)/.test(argument))) return args
  const configuration = writeConfiguration()
  return configuration === undefined ? args : [...args, '--config', configuration]
}

/** `stderr` has the errors if `hidesErrors` is set. */
type Ran = { code: number; stdout: string; stderr: string }

/**
 * Runs wrangler in the current folder, with the owner's settings, and waits for it, without telemetry, update checks or other requests that the
 * command does not need. A signal to this process ends wrangler first, so that no workerd process is left.
 * Returns its exit code (128 + n after signal n, as a shell does) and, with `output: 'return'`, its standard output.
 */
export const wrangler = async (args: string[], options: WranglerOptions = {}): Promise<Ran> => {
  try {
    return await run(withConfiguration(args), options)
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    console.error(error.message)
    return { code: 1, stdout: '', stderr: '' }
  }
}

const run = (
  args: string[],
  { mayAsk = false, output = 'show', hidesErrors = false, input }: WranglerOptions,
): Promise<Ran> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { ...process.env, ...quiet, ...(output === 'hide' && { WRANGLER_LOG: 'warn' }) },
      stdio: [
        input !== undefined ? 'pipe' : mayAsk ? 'inherit' : 'ignore',
        output === 'return' ? 'pipe' : 'inherit',
        hidesErrors ? 'pipe' : 'inherit',
      ],
    })
    child.stdin?.end(input)
    let stdout = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
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
      done({ code: ended ? 128 + constants.signals[ended] : (code ?? 1), stdout, stderr })
    })
  })

// `npm run wrangler -- …` runs any wrangler command with these settings.
if (import.meta.main) process.exitCode = (await wrangler(process.argv.slice(2), { mayAsk: true })).code
