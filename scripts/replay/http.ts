import { setTimeout as sleep } from 'node:timers/promises'
import { reason, Stop } from '../command.ts'

export type Answer = {
  status: number
  body: unknown
  /** Stored under its idempotency key before this request was sent for the first time. */
  wasStored: boolean
}
export type Request = { method: string; path: string; body?: unknown; key?: string }
export type Http = { request: (request: Request) => Promise<Answer>; readonly requests: number }
export type HttpOptions = {
  /** How often one request is sent at most; with the waits between, ten take about a minute. */
  attempts?: number
  firstWaitMilliseconds?: number
  timeoutMilliseconds?: number
  /** Told why a request is sent again, and in how many milliseconds. */
  onRetry?: (why: string, waitMilliseconds: number) => void
}

// The server is overloaded or being restarted. A 500 is a bug in it: trying again would hide that.
const retried = [429, 502, 503, 504]

/** `Retry-After` in milliseconds: seconds or a date, RFC 9110 section 10.2.3; 0 without one. */
export const retryAfter = (value: string | null, now: number): number => {
  if (value === null) return 0
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return wait > 0 ? wait : 0
}

/** JSON over HTTP, one request after another, each sent again until the server answers it or `attempts` are used up. */
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
      let why: string
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
        why = `the server answered ${status}`
        atLeast = retryAfter(headers.get('Retry-After'), Date.now())
      } catch (error) {
        why = reason(error)
      }
      if (attempt >= attempts) {
        throw new Stop(
          [
            `${wanted.method} ${base}${wanted.path} failed ${attempts} times: ${why}.`,
            'Nothing is lost: start the replay again in the same way, and it goes on from here.',
          ].join('\n'),
        )
      }
      // Doubles up to half a minute, with a jitter so that several replays don't knock all at once.
      const backOff = Math.min(firstWaitMilliseconds * 2 ** (attempt - 1), 30_000)
      const wait = Math.max(atLeast, backOff * (0.5 + Math.random() / 2))
      onRetry?.(why, wait)
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
