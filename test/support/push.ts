import { expect, vi } from 'vitest'
import type { PushPayload } from '../../src/push/payload'
import { fresh, ok } from './api'

/** The keys of the browser in RFC 8291, appendix A. */
export const browserKeys = {
  keys: {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
}
const PRIVATE_KEY = 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'

const bytes = (text: string) => Uint8Array.fromBase64(text, { alphabet: 'base64url' })
const text = (data: Uint8Array) => data.toBase64({ alphabet: 'base64url', omitPadding: true })

const hkdf = async (key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number) => {
  const material = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, material, 8 * length),
  )
}

/** Decrypts the body of a push message as the browser does. */
const decrypt = async (body: Uint8Array): Promise<string> => {
  const [salt, sender, sealed] = [body.slice(0, 16), body.slice(21, 86), body.slice(86)]
  const own = bytes(browserKeys.keys.p256dh)
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: PRIVATE_KEY,
    x: text(own.slice(1, 33)),
    y: text(own.slice(33)),
  }
  const key = await crypto.subtle.importKey('jwk', jwk, curve, false, ['deriveBits'])
  const other = await crypto.subtle.importKey('raw', sender, curve, false, [])
  const agreement = { name: 'ECDH', public: other } as unknown as { name: string }
  const shared = new Uint8Array(await crypto.subtle.deriveBits(agreement, key, 256))
  const info = (name: string, ...more: Uint8Array[]) =>
    Uint8Array.of(...new TextEncoder().encode(`${name}\0`), ...more.flatMap((part) => [...part]))
  const secret = await hkdf(shared, bytes(browserKeys.keys.auth), info('WebPush: info', own, sender), 32)
  const aes = await hkdf(secret, salt, info('Content-Encoding: aes128gcm'), 16)
  const iv = await hkdf(secret, salt, info('Content-Encoding: nonce'), 12)
  const cipher = await crypto.subtle.importKey('raw', aes, 'AES-GCM', false, ['decrypt'])
  const plain = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, cipher, sealed))
  expect(plain.at(-1)).toBe(2)
  return new TextDecoder().decode(plain.slice(0, -1))
}

type Pushed = { endpoint: string; headers: Headers; init: RequestInit; payload: PushPayload; bytes: number }

/** Made where it is asked for: an object may not use an answer that another one has made. */
type Answer = { status: number; headers?: Record<string, string> }

/** A push service in place of those on the internet: call `restore` at the end. */
export class PushService {
  readonly pushed: Pushed[] = []
  /** The answers to the next requests to an endpoint; 201 after them. */
  readonly answers = new Map<string, (Answer | Error)[]>()
  readonly #fetch = vi.spyOn(globalThis, 'fetch')

  constructor() {
    this.#fetch.mockImplementation(async (input, init = {}) => {
      const endpoint = String(input)
      const body = init.body as Uint8Array
      const payload = JSON.parse(await decrypt(body))
      const headers = new Headers(init.headers as HeadersInit)
      this.pushed.push({ endpoint, headers, init: init as RequestInit, payload, bytes: body.length })
      const answer = this.answers.get(endpoint)?.shift() ?? { status: 201 }
      if (answer instanceof Error) throw answer
      return new Response('an answer', answer)
    })
  }

  restore(): void {
    this.#fetch.mockRestore()
  }

  /** Waits for so many requests to an endpoint, and returns them. */
  async to(endpoint: string, count = 1): Promise<Pushed[]> {
    const found = () => this.pushed.filter((each) => each.endpoint === endpoint)
    // The hub that sends them may not wake a test: it is another object.
    await vi.waitFor(() => expect(found().length).toBeGreaterThanOrEqual(count), { timeout: 20_000 })
    return found()
  }
}

export const PAGE = 'https://site.example/post?id=1'

/** The body that subscribes a new browser. */
export const newSubscription = () => ({
  ...browserKeys,
  endpoint: `https://push.example/${fresh('browser')}`,
  page: PAGE,
})

/** Subscribes a new browser of a user. Returns its endpoint. */
export const subscribe = async (token: string, body: object = {}, options = {}): Promise<string> => {
  const subscription = { ...newSubscription(), ...body }
  await ok('PUT', '/api/users/me/push', { token, body: subscription, ...options })
  return subscription.endpoint
}
