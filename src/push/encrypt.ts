// Encrypts the payload of a push message by RFC 8291, in one record of the content encoding `aes128gcm` (RFC 8188).

/** The keys of a subscription: a public key on the curve P-256, and a secret. */
export type SubscriptionKeys = { p256dh: Uint8Array<ArrayBuffer>; auth: Uint8Array<ArrayBuffer> }

/** The size that a record may have. A push service takes at most 4,096 bytes (RFC 8030, section 7.2). */
const RECORD_BYTES = 4096
const SALT_BYTES = 16
const PUBLIC_KEY_BYTES = 65
const HEADER_BYTES = SALT_BYTES + 4 + 1 + PUBLIC_KEY_BYTES
const TAG_BYTES = 16
/** Marks the last record. */
const DELIMITER = 2
/** The most bytes of a payload. */
export const MAX_PAYLOAD_BYTES = RECORD_BYTES - HEADER_BYTES - TAG_BYTES - 1

const encoder = new TextEncoder()

const joined = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Derives bytes by HKDF with SHA-256. */
const hkdf = async (
  key: Uint8Array<ArrayBuffer>,
  { salt, info, bytes }: { salt: Uint8Array<ArrayBuffer>; info: Uint8Array<ArrayBuffer>; bytes: number },
): Promise<Uint8Array<ArrayBuffer>> => {
  const material = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, 8 * bytes))
}

const ECDH = { name: 'ECDH', namedCurve: 'P-256' }

/** Returns new keys of the sender. Each push message has its own. */
const newKeys = async (): Promise<CryptoKeyPair> =>
  (await crypto.subtle.generateKey(ECDH, true, ['deriveBits'])) as CryptoKeyPair

/**
 * Returns the encrypted body of a push message. Throws where `p256dh` is no point of the curve. `own` are the keys and the salt of this
 * message, which tests give.
 */
export const encryptPayload = async (
  payload: Uint8Array,
  { p256dh, auth }: SubscriptionKeys,
  own: { keys?: CryptoKeyPair; salt?: Uint8Array<ArrayBuffer> } = {},
): Promise<Uint8Array<ArrayBuffer>> => {
  const { keys = await newKeys(), salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES)) } = own
  const receiver = await crypto.subtle.importKey('raw', p256dh, ECDH, false, [])
  const sender = new Uint8Array((await crypto.subtle.exportKey('raw', keys.publicKey)) as ArrayBuffer)
  // The types of Workers give `public` another name.
  const agreement = { name: 'ECDH', public: receiver } as unknown as { name: string }
  const shared = new Uint8Array(await crypto.subtle.deriveBits(agreement, keys.privateKey, 256))
  const info = joined(encoder.encode('WebPush: info\0'), p256dh, sender)
  const secret = await hkdf(shared, { salt: auth, info, bytes: 32 })
  const [key, iv] = await Promise.all([
    hkdf(secret, { salt, info: joined(encoder.encode('Content-Encoding: aes128gcm\0')), bytes: 16 }),
    hkdf(secret, { salt, info: joined(encoder.encode('Content-Encoding: nonce\0')), bytes: 12 }),
  ])
  const cipher = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  const plain = joined(payload, Uint8Array.of(DELIMITER))
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, cipher, plain))
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, RECORD_BYTES)
  return joined(salt, size, Uint8Array.of(sender.length), sender, sealed)
}
