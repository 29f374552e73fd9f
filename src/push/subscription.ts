import { base64url, digest } from '../lib/token'
import type { ServerKeys } from './server-keys'

/** A browser's subscription, and the page that a click on a notification opens. */
export type Subscription = {
  endpoint: string
  keys: { p256dh: string; auth: string }
  page: string
}

const IV_BYTES = 12

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Returns the id of a subscription. It tells nothing about the endpoint, which nobody can guess. */
export const subscriptionId = (endpoint: string): Promise<string> => digest(endpoint)

/** The id is authenticated too, so that the data of one row can't stand in another. */
const cipherOf = (iv: Uint8Array<ArrayBuffer>, id: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: encoder.encode(id),
})

/** Encrypts a subscription for storage. */
export const sealSubscription = async (
  { storageKey }: ServerKeys,
  id: string,
  subscription: Subscription,
): Promise<string> => {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const plain = encoder.encode(JSON.stringify(subscription))
  const sealed = new Uint8Array(await crypto.subtle.encrypt(cipherOf(iv, id), storageKey, plain))
  return base64url(Uint8Array.of(...iv, ...sealed))
}

/** Decrypts a stored subscription. Undefined if it was stored under another key: browsers subscribed with that one. */
export const openSubscription = async (
  { storageKey }: ServerKeys,
  id: string,
  data: string,
): Promise<Subscription | undefined> => {
  const bytes = Uint8Array.fromBase64(data, { alphabet: 'base64url' })
  const [iv, sealed] = [bytes.slice(0, IV_BYTES), bytes.slice(IV_BYTES)]
  const plain = await crypto.subtle.decrypt(cipherOf(iv, id), storageKey, sealed).catch(() => undefined)
  return plain && JSON.parse(decoder.decode(plain))
}
