import { setTimeout as sleep } from 'node:timers/promises'
import { type ImportAnswer, importAnswer } from '../../src/contract/import.ts'
import { explain, reason, Stop } from '../command.ts'
import { retryAfter } from '../replay/http.ts'

const MAX_ATTEMPTS = 10
const FIRST_WAIT_MILLISECONDS = 250
const LONGEST_WAIT_MILLISECONDS = 30_000
/** A longer wait that the server asks for is left to the user. */
const LONGEST_ASKED_MILLISECONDS = 120_000
const TIMEOUT_MILLISECONDS = 120_000
const retried = [429, 502, 503, 504]

type Query = Record<string, string | number | undefined>
export type ImportApi = ReturnType<typeof createImportApi>

/** Sends the requests of an import to a server, and repeats those that it does not answer. */
export const createImportApi = (
  url: string,
  token: string,
  onRetry: (reason: string, waitMilliseconds: number) => void,
) => {
  const once = async (method: string, query: Query, body?: string) => {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, `${value}`]],
    )
    const response = await fetch(`${url}/api/import?${new URLSearchParams(given)}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'Content-Type': 'application/x-ndjson' }),
      },
      body: body ?? null,
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    })
    const text = await response.text()
    const isJson = /json\b/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  const request = async (method: string, query: Query, body?: string): Promise<ImportAnswer> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await once(method, query, body).catch((error: unknown) => reason(error))
      const isRetried = typeof answer === 'string' || retried.includes(answer.status)
      if (!isRetried) {
        const { data } = importAnswer.safeParse(answer.body)
        if (data && answer.status === 200) return data
        throw new Stop(explain(answer))
      }
      const failure = typeof answer === 'string' ? answer : explain(answer)
      const asked = typeof answer === 'string' ? 0 : retryAfter(answer.headers.get('Retry-After'), Date.now())
      if (attempt >= MAX_ATTEMPTS || asked > LONGEST_ASKED_MILLISECONDS) {
        const when = asked > 0 ? ` in ${Math.ceil(asked / 60_000)} minutes` : ''
        throw new Stop(`${failure}\nRun the same command again${when}. It goes on where it stopped.`)
      }
      const backOff = Math.min(FIRST_WAIT_MILLISECONDS * 2 ** (attempt - 1), LONGEST_WAIT_MILLISECONDS)
      const wait = Math.max(asked, backOff * (0.5 + Math.random() / 2))
      onRetry(failure, wait)
      await sleep(wait)
    }
  }

  return {
    state: (id: string) => request('GET', { import: id }),
    send: (query: Query, text: string) => request('POST', query, text),
  }
}
