import { setTimeout as sleep } from 'node:timers/promises'
import { reason, Stop } from '../command.ts'
import { retryAfter } from '../replay/http.ts'

/** Eight attempts take about a minute with the waits between them. */
const ATTEMPTS = 8
const FIRST_WAIT_MILLISECONDS = 500
/** A large file on a slow line takes its time. */
const TIMEOUT_MILLISECONDS = 600_000
const retried = [429, 500, 502, 503, 504]

/** A server, and how requests to it are noted when they are repeated. */
export type Server = { url: string; token: string | undefined; onRetry: (text: string) => void }

/**
 * Sends a request, and gives the answer to `use`. Repeats both while the server does not answer, or the connection breaks. `path` may have
 * a query. `body` makes the body anew for each attempt.
 */
export const requestFile = async <Result>(
  { url, token, onRetry }: Server,
  { method, path, body }: { method: 'GET' | 'HEAD' | 'PUT'; path: string; body?: () => Promise<Blob> },
  use: (response: Response) => Promise<Result>,
): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    let failure: string
    let atLeast = 0
    try {
      const response = await fetch(url + path, {
        method,
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        body: (await body?.()) ?? null,
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      })
      if (!retried.includes(response.status)) return await use(response)
      await response.body?.cancel()
      failure = `the server answered ${response.status}`
      atLeast = retryAfter(response.headers.get('Retry-After'), Date.now())
    } catch (error) {
      if (error instanceof Stop) throw error
      failure = reason(error)
    }
    if (attempt >= ATTEMPTS) throw new Stop(`${url}${path} failed ${ATTEMPTS} times: ${failure}.`)
    const wait = Math.max(atLeast, FIRST_WAIT_MILLISECONDS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2))
    onRetry(`${failure}; trying again in ${Math.ceil(wait / 1000)} s`)
    await sleep(wait)
  }
}

/** Returns the body of an answer that is a problem, or whatever it is. */
export const bodyOf = async (response: Response): Promise<unknown> => {
  const text = await response.text()
  return /json\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
}
