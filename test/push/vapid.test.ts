import { env } from 'cloudflare:workers'
import { importJWK, jwtVerify } from 'jose'
import { expect, it, vi } from 'vitest'
import { serverKeys } from '../../src/push/server-keys'
import { ok } from '../support/api'

type Hello = { pushKey: string | null }
const bytes = (text: string) => Uint8Array.fromBase64(text, { alphabet: 'base64url' })
const text = (data: Uint8Array) => data.toBase64({ alphabet: 'base64url', omitPadding: true })

it('signs a token of RFC 8292 for the push service, and nothing else', async () => {
  const keys = await serverKeys(env)
  const now = Date.now()
  const header = (await keys?.authorization(new URL('https://push.example:8443/send/secret'), now)) ?? ''
  const [, token = '', key = ''] = /^vapid t=(\S+), k=(\S+)$/.exec(header) ?? []
  expect(key).toBe(keys?.publicKey)
  const point = bytes(key)
  expect([point.length, point[0]]).toEqual([65, 4])
  const jwk = { kty: 'EC', crv: 'P-256', x: text(point.slice(1, 33)), y: text(point.slice(33)) }
  const options = { audience: 'https://push.example:8443', algorithms: ['ES256'] }
  const { payload } = await jwtVerify(token, await importJWK(jwk, 'ES256'), options)
  const exp = Math.floor(now / 1000) + 12 * 3600
  expect(payload).toEqual({ aud: 'https://push.example:8443', exp, sub: env.VAPID_SUBJECT })
})

it('has the public key of the private one', async () => {
  // RFC 8291, appendix A.
  expect(await ok<Hello>('GET', '/api/hello')).toMatchObject({
    pushKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  })
})

it.each([
  ['without a key', { VAPID_PRIVATE_KEY: '' }],
  ['without a subject', { VAPID_SUBJECT: '' }],
])('Web Push is off %s', async (_, settings) => {
  expect(await ok<Hello>('GET', '/api/hello', { env: settings })).toMatchObject({ pushKey: null })
})

it.each(['!', 'short', 'x'.repeat(43), text(new Uint8Array(32)), text(new Uint8Array(33))])(
  'Web Push is off with the wrong key %s, which the log says without the key',
  async (VAPID_PRIVATE_KEY) => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const isWrong = VAPID_PRIVATE_KEY !== 'x'.repeat(43)
    expect(await ok<Hello>('GET', '/api/hello', { env: { VAPID_PRIVATE_KEY } })).toMatchObject({
      pushKey: isWrong ? null : expect.any(String),
    })
    expect(error).toHaveBeenCalledTimes(isWrong ? 1 : 0)
    if (isWrong) expect(String(error.mock.calls)).not.toContain(VAPID_PRIVATE_KEY)
    error.mockRestore()
  },
)
