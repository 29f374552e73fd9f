import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { problem } from '../src/contract/index.ts'

/** An error whose message is for the user of a script. Every other error is a bug. */
export class Stop extends Error {}

/** Checks the URL of a server and removes the slash at its end. */
export const serverUrl = (url: string): string => {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '')
  throw new Stop(`--url ${url} is not a URL. Use one like http://localhost:8787.`)
}

/**
 * Returns the arguments of a script. Ties `--token` to its value: one token in 64 begins with a dash, which `parseArgs` would take for
 * another option.
 */
export const argumentsOf = ([, , ...args]: string[]): string[] =>
  args.flatMap((arg, index) => {
    if (arg === '--token' && args[index + 1] !== undefined) return [`--token=${args[index + 1]}`]
    return args[index - 1] === '--token' ? [] : [arg]
  })

/** Returns a path that the user typed. npm runs scripts in the project's folder; INIT_CWD is the folder of the user. */
export const userPath = (path: string): string => resolve(process.env.INIT_CWD ?? '', path)

/** Returns the reason for a failed `fetch`. */
export const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  // fetch throws "fetch failed". The reason is in its cause, sometimes only as a code.
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || ('code' in cause && String(cause.code)) || error.message
}

/** Throws a `Stop` if no server answers at a URL. */
export const expectServer = async (url: string): Promise<void> => {
  try {
    await (await fetch(url, { method: 'HEAD', redirect: 'manual' })).body?.cancel()
  } catch (error) {
    throw new Stop(
      `No answer from ${url}: ${reason(error)}. Start the server by npm start, or name another one by --url.`,
    )
  }
}

/** Throws a `Stop` if there is no file at a path. */
export const expectFile = (path: string): void => {
  if (!existsSync(path)) throw new Stop(`There is no file ${path}.`)
}

/** Describes an unexpected answer of a server. */
export const explain = ({ status, body }: { status: number; body: unknown }): string => {
  const { data } = problem.safeParse(body)
  return data ? `${status} ${data.title}: ${data.detail}` : `${status} ${JSON.stringify(body)?.slice(0, 200)}`
}

/** Runs a script and sets its exit code: 1 after a `Stop`, 2 after invalid arguments, which also print the usage. */
export const command = async (usage: string, run: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await run()
  } catch (error) {
    const isArgumentError =
      error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
    if (!isArgumentError && !(error instanceof Stop)) throw error
    console.error(isArgumentError ? `${error.message}\n\n${usage}` : error.message)
    process.exitCode = isArgumentError ? 2 : 1
  }
}
