import * as z from 'zod/mini'
import { described } from './described.ts'
import { time } from './fields.ts'
import { isPublicAddress } from './public-address.ts'

/** A user's browsers that are notified. A new one takes the place of the one that subscribed first. */
export const MAX_PUSH_SUBSCRIPTIONS = 10
const MAX_ENDPOINT_LENGTH = 2000
const MAX_PAGE_LENGTH = 1000

/** A base64url text of so many bytes, with or without padding. */
const bytes = (count: number, what: string, isValid: (text: string) => boolean = () => true) => {
  const characters = Math.ceil((8 * count) / 6)
  const pattern = new RegExp(`^[A-Za-z0-9_-]{${characters}}=*$`)
  return z.string().check(
    z.refine((text) => pattern.test(text) && isValid(text), {
      error: `must be ${what} as the browser gives it: ${count} bytes, base64url`,
    }),
  )
}

const isPageUrl = (text: string): boolean => {
  const url = URL.parse(text)
  return text.length <= MAX_PAGE_LENGTH && (url?.protocol === 'https:' || url?.protocol === 'http:')
}

/** A browser's `PushSubscription.toJSON()`, and the page. */
export const pushBody = z.object({
  endpoint: described(
    z.string().check(
      z.refine((text) => text.length <= MAX_ENDPOINT_LENGTH && isPublicAddress(text), {
        error:
          'must be the https:// URL of a push service on the internet, as the browser gives it, of at most 2,000 characters',
      }),
    ),
    {
      description:
        'The address of the browser at its push service. Keep it secret: anyone who knows it can subscribe this browser.',
      examples: ['https://push.example/send/abc'],
    },
  ),
  keys: z.object({
    // An uncompressed point begins with 4.
    p256dh: bytes(65, 'the public key', (text) => text.startsWith('B')),
    auth: bytes(16, 'the secret'),
  }),
  page: described(
    z
      .string()
      .check(z.refine(isPageUrl, { error: 'must be the URL of your page, of at most 1,000 characters' })),
    {
      description:
        'The page that a click on a notification opens, of an origin in `ALLOWED_ORIGINS`. The number of the message is added to its fragment, which is `#message-` unless it has another one.',
      examples: ['https://example.org/post-1#message-'],
    },
  ),
})

export const pushQuery = z.object({
  id: described(
    z.optional(z.string().check(z.regex(/^[\w-]{43}$/, { error: 'must be the id of a subscription' }))),
    { description: 'The subscription to end. Without it, all of yours end.' },
  ),
})

export const pushSubscription = described(
  z.object({
    id: described(z.string(), { description: 'SHA-256 of the endpoint, base64url.' }),
    service: described(z.string(), {
      description: 'The host of the push service.',
      examples: ['fcm.googleapis.com'],
    }),
    page: z.string(),
    createdAt: time,
  }),
  { id: 'PushSubscription' },
)
export const pushSubscriptionList = described(z.object({ subscriptions: z.array(pushSubscription) }), {
  id: 'PushSubscriptionList',
})
export const endedPush = described(
  z.object({
    endedCount: described(z.int(), { description: 'The number of subscriptions that have ended.' }),
  }),
  { id: 'EndedPush' },
)
