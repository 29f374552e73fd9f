import { problem } from '../src/contract/index.ts'

/** Ends a script with a message for the person who started it. Everything else that is thrown is a bug. */
export class Stop extends Error {}

/** The URL of a server, as it was given, without the slash at its end. */
export const serverUrl = (url: string): string => {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '')
  throw new Stop(`--url ${url} is not the URL of a server.`)
}

/** Why a `fetch` has failed. */
export const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  // What fetch throws says "fetch failed"; its cause says why, at times in nothing but a code.
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || ('code' in cause && String(cause.code)) || error.message
}

/** What a server's answer says in words, where it is one that was not hoped for. */
export const explain = ({ status, body }: { status: number; body: unknown }): string => {
  const { data } = problem.safeParse(body)
  return data ? `${status} ${data.title}: ${data.detail}` : `${status} ${JSON.stringify(body)?.slice(0, 200)}`
}

/** Runs a script, which gives its exit code: 1 if it is stopped, 2 and the usage if its arguments can't be parsed. */
export const command = async (usage: string, run: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await run()
  } catch (error) {
    const isOfArguments =
      error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
    if (!isOfArguments && !(error instanceof Stop)) throw error
    console.error(isOfArguments ? `${error.message}\n\n${usage}` : error.message)
    process.exitCode = isOfArguments ? 2 : 1
  }
}
