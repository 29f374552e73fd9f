import { Problem } from '../http/problem'
import type { RateLimitName } from './types'

/** What a policy is called in the RateLimit fields, and what it is to a person. */
const policies = {
  ADDRESS_WRITES: { name: 'address-writes', of: 'writes from your address' },
  ADDRESS_READS: { name: 'address-reads', of: 'reads from your address' },
  NAME_WRITES: { name: 'name-writes', of: 'writes by one user' },
} as const satisfies Record<RateLimitName, { name: string; of: string }>

/**
 * The fields of an answer that refuses because of a limit (draft-ietf-httpapi-ratelimit-headers-11). `wait` and the window
 * `w` are in seconds.
 */
const fields = (name: string, { q, w }: { q: number; w?: number }, wait: number): Record<string, string> => ({
  'Retry-After': String(wait),
  'RateLimit-Policy': `"${name}";q=${q}${w === undefined ? '' : `;w=${w}`}`,
  RateLimit: `"${name}";r=0;t=${wait}`,
})

/** Too much in `period` seconds. When in it the window began is not told to us, so the wait is the whole of it. */
export const rateLimited = (limit: RateLimitName, allowed: { limit: number; period: number }): Problem => {
  const { name, of } = policies[limit]
  const detail = `There may be ${allowed.limit} ${of} in ${allowed.period} seconds.`
  return new Problem('rate-limited', detail, {
    headers: fields(name, { q: allowed.limit, w: allowed.period }, allowed.period),
  })
}

/** A room's slow mode, which holds for its member back. */
export const slowMode = (waitMilliseconds: number): Problem => {
  const wait = Math.ceil(waitMilliseconds / 1000)
  return new Problem('slow-mode', 'This chatroom is in slow mode: wait before the next message.', {
    headers: fields('slow-mode', { q: 1 }, wait),
  })
}

/** The instance has written all that its owner lets it write on one day. */
export const dailyLimit = (waitMilliseconds: number): Problem =>
  new Problem(
    'daily-limit',
    'Nothing more is written here today, UTC; reading goes on. Nothing was stored.',
    {
      headers: { 'Retry-After': String(Math.ceil(waitMilliseconds / 1000)) },
    },
  )
