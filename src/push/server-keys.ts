import type { Bindings } from '../env'
import { errorText, log } from '../http/log'
import { base64url } from '../lib/token'

/** The settings of Web Push. */
export type PushSettings = Pick<Bindings, 'VAPID_PRIVATE_KEY' | 'VAPID_SUBJECT'>

/** The server as push services and browsers know it (VAPID, RFC 8292). */
export type ServerKeys = {
  /** The public key, base64url, which a page subscribes with. */
  publicKey: string
  /** Returns the `Authorization` header of a request to a push service. */
  authorization: (service: URL, now: number) => Promise<string>
  /** Encrypts and decrypts what is stored. */
  storageKey: CryptoKey
}

/** A push service refuses a token for more than 24 hours. */
const TOKEN_SECONDS = 12 * 3600

/** The bytes of PKCS #8 before the 32 bytes of a private key on the curve P-256 (RFC 5958, RFC 5915). */
const PKCS8_BEFORE_KEY = Uint8Array.fromHex(
  '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420',
)

const encoder = new TextEncoder()

const jsonPart = (value: object): string => base64url(encoder.encode(JSON.stringify(value)))

const keysOf = async (secret: string, subject: string): Promise<ServerKeys> => {
  const bytes = Uint8Array.fromBase64(secret, { alphabet: 'base64url' })
  if (bytes.length !== 32) throw new Error('VAPID_PRIVATE_KEY must be 32 bytes, base64url')
  const pkcs8 = new Uint8Array([...PKCS8_BEFORE_KEY, ...bytes])
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign'])
  const { x = '', y = '' } = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey
  const point = [x, y].flatMap((part) => [...Uint8Array.fromBase64(part, { alphabet: 'base64url' })])
  const publicKey = base64url(Uint8Array.of(4, ...point))
  const header = jsonPart({ typ: 'JWT', alg: 'ES256' })
  const material = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  const info = encoder.encode('parlour: push subscriptions')
  return {
    publicKey,
    authorization: async ({ origin }, now) => {
      const exp = Math.floor(now / 1000) + TOKEN_SECONDS
      const signed = `${header}.${jsonPart({ aud: origin, exp, sub: subject })}`
      const signing = { name: 'ECDSA', hash: 'SHA-256' }
      const signature = await crypto.subtle.sign(signing, key, encoder.encode(signed))
      return `vapid t=${signed}.${base64url(new Uint8Array(signature))}, k=${publicKey}`
    },
    storageKey: await crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
      material,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    ),
  }
}

/** The keys of the last settings. An isolate sees one, outside of the tests. */
let last: { settings: string; keys: Promise<ServerKeys | undefined> } | undefined

/** Returns the keys of the server. Undefined where Web Push is off, or its key is wrong, which is logged once an isolate. */
export const serverKeys = (settings: PushSettings): Promise<ServerKeys | undefined> => {
  const { VAPID_PRIVATE_KEY: secret, VAPID_SUBJECT: subject } = settings
  if (!secret || !subject) return Promise.resolve(undefined)
  const name = `${secret} ${subject}`
  if (last?.settings !== name) {
    const keys = keysOf(secret, subject).catch((error) => {
      log('error', 'VAPID_PRIVATE_KEY is wrong, so Web Push is off', undefined, { error: errorText(error) })
      return undefined
    })
    last = { settings: name, keys }
  }
  return last.keys
}
