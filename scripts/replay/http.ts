import { setTimeout as sleep } from 'node:timers/promises'
import { reason, Stop } from '../command.ts'

export type Answer = {
  status: number
  body: unknown
  /** True if the message was stored before this replay sent the request for the first time. */
  wasStored: boolean
}
export type Request = { method: string; path: string; body?: unknown; key?: string }
export type Http = { request: (request: Request) => Promise<Answer>; readonly requests: number }
export type HttpOptions = {
  /** Number of attempts for one request. Ten take about a minute with the waits between them. */
  attempts?: number
  firstWaitMilliseconds?: number
  timeoutMilliseconds?: number
  /** Called before a request is repeated. */
  onRetry?: (reason: string, waitMilliseconds: number) => void
}

// The server is overloaded or restarts. A 500 is a bug of the server, and a retry would hide it.
const retried = [429, 502, 503, 504]

/** Returns `Retry-After` in milliseconds, 0 without one. It holds seconds or a date: RFC 9110, section 10.2.3. */
export const retryAfter = (value: string | null, now: number): number => {
  if (value === null) return 0
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return wait > 0 ? wait : 0
}

/** Sends JSON over HTTP, one request after another. Repeats a request until the server answers, at most `attempts` times. */
export const createHttp = (base: string, options: HttpOptions = {}): Http => {
  const { attempts = 10, firstWaitMilliseconds = 250, timeoutMilliseconds = 30_000, onRetry } = options
  let requests = 0

  const once = async ({ method, path, body, key }: Request) => {
    requests++
    // The `next` of a page is an absolute URL. Only its path counts: the server may be reached by another origin.
    const { pathname, search } = new URL(path, base)
    const response = await fetch(base + pathname + search, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(key !== undefined && { 'Idempotency-Key': key }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
    return { response, text: await response.text() }
  }

  const request = async (wanted: Request): Promise<Answer> => {
    for (let attempt = 1; ; attempt++) {
      let failure: string
      let atLeast = 0
      try {
        const { response, text } = await once(wanted)
        const { status, headers } = response
        if (!retried.includes(status)) {
          const isJson = /^application\/(.+\+)?json\b/.test(headers.get('content-type') ?? '')
          return {
            status,
            body: isJson ? JSON.parse(text) : text,
            wasStored: attempt === 1 && headers.get('Idempotent-Replayed') === 'true',
          }
        }
        failure = `the server answered ${status}`
        atLeast = retryAfter(headers.get('Retry-After'), Date.now())
      } catch (error) {
        failure = reason(error)
      }
      if (attempt >= attempts) {
        throw new Stop(
          [
            `${wanted.method} ${base}${wanted.path} failed ${attempts} times: ${failure}.`,
            'The progress is saved. Run the same command again to continue from here.',
          ].join('\n'),
        )
      }
      // Doubles up to half a minute, with jitter so that several replays do not retry at the same time.
      const backOff = Math.min(firstWaitMilliseconds * 2 ** (attempt - 1), 30_000)
      const wait = Math.max(atLeast, backOff * (0.5 + Math.random() / 2))
      onRetry?.(failure, wait)
      await sleep(wait)
    }
  }

  return {
    request,
    get requests() {
      return requests
    },
  }
}
