import { log } from '../http/log'
import { encryptPayload } from './encrypt'
import type { ServerKeys } from './server-keys'
import type { Subscription } from './subscription'

const TIMEOUT_MILLISECONDS = 10_000
/** A push service keeps a message for a browser that is not running for so long. */
const TTL_SECONDS = 3 * 86_400
/** A longer wait is not worth it: the hub stays awake meanwhile. */
const MAX_RETRY_SECONDS = 10

/** `gone`: the browser has ended the subscription. `failed`: the service refused the message, or did not answer. */
export type Posted = 'delivered' | 'gone' | 'failed'

/** Counts the requests that may still be made. Cloudflare allows a call of a Durable Object 50 on the free plan. */
export type RequestsLeft = { count: number }

const decode = (text: string) => Uint8Array.fromBase64(text.replace(/=+$/, ''), { alphabet: 'base64url' })

/** Returns the seconds after which to try again; undefined if the answer is final. */
const retryAfter = (answer: Response): number | undefined => {
  if (answer.status !== 429 && answer.status < 500) return undefined
  const seconds = Number(answer.headers.get('Retry-After') ?? 1)
  return seconds <= MAX_RETRY_SECONDS ? seconds : undefined
}

/** Sends a payload to a browser by its push service. Tries a second time where the service is busy. */
export const postPush = async (
  serverKeys: ServerKeys,
  { endpoint, keys }: Pick<Subscription, 'endpoint' | 'keys'>,
  payload: Uint8Array,
  left: RequestsLeft,
): Promise<Posted> => {
  const url = new URL(endpoint)
  const failed = (why: Record<string, string | number>): Posted => {
    log('warn', 'push not delivered', undefined, { service: url.host, ...why })
    return 'failed'
  }
  try {
    const body = await encryptPayload(payload, { p256dh: decode(keys.p256dh), auth: decode(keys.auth) })
    const headers = {
      Authorization: await serverKeys.authorization(url, Date.now()),
      'Content-Encoding': 'aes128gcm',
      'Content-Type': 'application/octet-stream',
      TTL: String(TTL_SECONDS),
    }
    for (let tries = 1; ; tries++) {
      if (left.count-- <= 0) return failed({ reason: 'too many requests for one message' })
      const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
      const answer = await fetch(url.href, { method: 'POST', redirect: 'manual', signal, headers, body })
      // The status says all.
      await answer.body?.cancel()
      if (answer.ok) return 'delivered'
      if (answer.status === 404 || answer.status === 410) return 'gone'
      const wait = tries === 1 ? retryAfter(answer) : undefined
      if (wait === undefined) return failed({ status: answer.status })
      await scheduler.wait(1000 * wait)
    }
  } catch (error) {
    // The text of the error may hold the URL.
    return failed({ reason: error instanceof Error ? error.name : 'unknown' })
  }
}
