import { Problem } from '../http/problem'
import type { RateLimitName } from './types'

/** The name of each policy in the RateLimit fields, and in words. */
const policies = {
  ADDRESS_WRITES: { name: 'address-writes', of: 'writes from your address' },
  ADDRESS_READS: { name: 'address-reads', of: 'reads from your address' },
  NAME_WRITES: { name: 'name-writes', of: 'writes by one user' },
} as const satisfies Record<RateLimitName, { name: string; of: string }>

/** Returns the headers of a refusal (draft-ietf-httpapi-ratelimit-headers-11). `wait` and the window `w` are in seconds. */
const fields = (name: string, { q, w }: { q: number; w?: number }, wait: number): Record<string, string> => ({
  'Retry-After': String(wait),
  'RateLimit-Policy': `"${name}";q=${q}${w === undefined ? '' : `;w=${w}`}`,
  RateLimit: `"${name}";r=0;t=${wait}`,
})

/** The meter can't be asked for the secret that signs the links of files. */
export const noSecret = (): Problem =>
  new Problem('unavailable', 'The links of files can not be signed now. Try again in a few seconds.', {
    headers: { 'Retry-After': '5' },
  })

/** Too many requests in `period` seconds. Cloudflare does not say when the window began, so the wait is the whole period. */
export const rateLimited = (limit: RateLimitName, allowed: { limit: number; period: number }): Problem => {
  const { name, of } = policies[limit]
  const { limit: requests, period } = allowed
  const detail = `At most ${requests} ${of} are allowed in ${period} seconds. Wait ${period} seconds.`
  return new Problem('rate-limited', detail, {
    headers: fields(name, { q: allowed.limit, w: allowed.period }, allowed.period),
  })
}

/** An address has made all the rooms that it may make on one day. */
export const roomsLimited = (limit: number, waitMilliseconds: number): Problem => {
  const wait = Math.ceil(waitMilliseconds / 1000)
  return new Problem(
    'chatroom-limit',
    `At most ${limit} new chatrooms from your address are allowed on one day. Use a chatroom that exists, or try again after midnight UTC.`,
    { headers: fields('rooms', { q: limit, w: 86_400 }, wait) },
  )
}

/** The words and the policy of each allowance of uploads. */
const uploads = {
  FILE_BYTES_PER_USER_DAY: { name: 'user-uploads', of: 'you have' },
  FILE_BYTES_PER_ADDRESS_DAY: { name: 'address-uploads', of: 'your address has' },
  FILE_BYTES_PER_DAY: { name: 'uploads', of: 'this instance has' },
} as const

/** The vars that limit the uploads of a day. */
export type UploadAllowance = keyof typeof uploads

/** There are too few bytes left on a day. */
export const uploadLimited = (
  allowance: UploadAllowance,
  limit: number,
  waitMilliseconds: number,
): Problem => {
  const { name, of } = uploads[allowance]
  const wait = Math.ceil(waitMilliseconds / 1000)
  return new Problem(
    'upload-limit',
    `At most ${limit} bytes of files may be uploaded on one day, and ${of} too few left for this file. Send a smaller one, or try again after midnight UTC.`,
    { headers: fields(name, { q: limit, w: 86_400 }, wait) },
  )
}

/** A message too soon after the one before, in a room with slow mode. */
export const slowMode = (waitMilliseconds: number): Problem => {
  const wait = Math.ceil(waitMilliseconds / 1000)
  return new Problem(
    'slow-mode',
    `This chatroom is in slow mode. Wait ${wait} seconds before your next message.`,
    {
      headers: fields('slow-mode', { q: 1 }, wait),
    },
  )
}

/** The instance has written all rows that its owner allows on one day. */
export const dailyLimit = (waitMilliseconds: number): Problem =>
  new Problem(
    'daily-limit',
    'This instance has reached its limit of writes for today. Try again after midnight UTC. Nothing was stored.',
    {
      headers: { 'Retry-After': String(Math.ceil(waitMilliseconds / 1000)) },
    },
  )
