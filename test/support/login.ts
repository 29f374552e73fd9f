import {
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { type MockInstance, vi } from 'vitest'
import type { Bindings } from '../../src/env'
import { fresh } from './api'

const secret = '0123456789abcdef0123456789abcdef'

/** The vars of a Worker that shares a secret with the site. */
export const withSecret: Partial<Bindings> = { JWT_SECRET: secret }

/** Returns the time in seconds, as in a JWT. */
export const seconds = (): number => Math.floor(Date.now() / 1000)

type Signing = { key?: CryptoKey | Uint8Array; header?: JWTHeaderParameters }

/** Signs claims, by default with the shared secret. */
export const sign = (claims: JWTPayload, { key, header = { alg: 'HS256' } }: Signing = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader(header).sign(key ?? new TextEncoder().encode(secret))

/** Returns the claims of a login that is valid for an hour. */
export const person = (name = fresh('login'), sub = `sub of ${name}`) => ({
  sub,
  name,
  exp: seconds() + 3600,
})

/** Returns the token of a new login. */
export const login = async (name?: string): Promise<string> => sign(person(name))

/** Creates a key pair of the site: a function that signs, and the public key. */
export const keyPair = async (alg: string, kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  const signed = (claims: JWTPayload) => sign(claims, { key: privateKey, header: { alg, kid } })
  return { jwk, publicKey, signed }
}

type KeyServer = { env: Partial<Bindings>; fetch: MockInstance<typeof fetch> }

/** Replaces the network by a server of public keys, which answers each request by `answer`. */
export const keyServer = (answer: (init?: RequestInit) => Response | Promise<Response>): KeyServer => {
  const JWT_JWKS_URL = `https://${fresh('keys')}.example/jwks.json`
  const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    if (String(input) !== JWT_JWKS_URL) throw new Error(`a test went to the network: ${String(input)}`)
    return answer(init)
  })
  return { env: { JWT_JWKS_URL }, fetch }
}

/** Replaces the network by a server that publishes these keys. */
export const publishing = (...keys: JWK[]): KeyServer => keyServer(() => Response.json({ keys }))
