import { version } from '../../package.json'

const TIMEOUT_MILLISECONDS = 10_000
/** No more of an answer is read. */
const MAX_ANSWER_BYTES = 65_536
const DAY_MILLISECONDS = 86_400_000

/** The answer of a receiver. `status` is null if there was none; `error` is null for a success. `retryAfter` is in milliseconds. */
export type Answer = { status: number | null; error: string | null; retryAfter: number | undefined }

/** Returns the wait that a `Retry-After` header asks for, in milliseconds, at most a day. It has seconds or a date: RFC 9110. */
const retryAfterOf = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined
  const seconds = /^\d+(\.\d+)?$/.test(header.trim()) ? 1000 * Number(header) : Date.parse(header) - now
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), DAY_MILLISECONDS)
}

/** Reads an answer to its end, so that the connection can be used again, or as far as it may be read. */
const drain = async (body: ReadableStream<Uint8Array> | null): Promise<void> => {
  if (!body) return
  const reader = body.getReader()
  for (let bytes = 0; bytes < MAX_ANSWER_BYTES; ) {
    const { done, value } = await reader.read()
    if (done) return
    bytes += value.byteLength
  }
  await reader.cancel()
}

const errorOf = ({ status, ok }: Response): string | null => {
  if (ok) return null
  return status >= 300 && status < 400
    ? 'The receiver redirects, which is not followed.'
    : `The receiver answered ${status}.`
}

/** Posts a body of JSON to a URL. Redirects are not followed. */
export const send = async (url: string, headers: Record<string, string>, body: string): Promise<Answer> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'User-Agent': `Parlour-Webhook/${version}`, ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    })
    // An answer that breaks off in its body is an answer.
    await drain(response.body).catch(() => undefined)
    const retryAfter = retryAfterOf(response.headers.get('Retry-After'), Date.now())
    return { status: response.status, error: errorOf(response), retryAfter }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    const said = isLate
      ? `The receiver did not answer within ${TIMEOUT_MILLISECONDS / 1000} seconds.`
      : 'The receiver could not be reached.'
    return { status: null, error: said, retryAfter: undefined }
  }
}
