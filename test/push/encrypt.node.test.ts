import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import webPush from 'web-push'
import { encryptPayload, MAX_PAYLOAD_BYTES } from '../../src/push/encrypt.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
const text = (data: Uint8Array) => Buffer.from(data).toString('base64url')

// RFC 8291, appendix A.
const browser = {
  p256dh: bytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
  auth: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
}
const sender = {
  public: bytes('BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8'),
  private: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
}

it('gives the bytes of the example in RFC 8291', async () => {
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const [x, y] = [text(sender.public.slice(1, 33)), text(sender.public.slice(33))]
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d: sender.private }
  const keys = {
    publicKey: await crypto.subtle.importKey('raw', sender.public, curve, true, []),
    privateKey: await crypto.subtle.importKey('jwk', jwk, curve, true, ['deriveBits']),
  }
  const plain = new TextEncoder().encode('When I grow up, I want to be a watermelon')
  const body = await encryptPayload(plain, browser, { keys, salt: bytes('DGv6ra1nlYgDCS1FRnbzlw') })
  expect(text(body)).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

// The library with which `web-push` encrypts.
const { decrypt } = createRequire(createRequire(import.meta.url).resolve('web-push'))('http_ece')

it.each([0, 1, 100, MAX_PAYLOAD_BYTES])(
  'a payload of %i bytes is read by the library of web-push',
  async (size) => {
    const { createECDH, randomBytes } = await import('node:crypto')
    const receiver = createECDH('prime256v1')
    const p256dh = new Uint8Array(receiver.generateKeys())
    const auth = new Uint8Array(randomBytes(16))
    const plain = new Uint8Array(randomBytes(size))
    const body = await encryptPayload(plain, { p256dh, auth })
    expect(body.length).toBe(
      webPush.encrypt(text(p256dh), text(auth), Buffer.from(plain), 'aes128gcm').cipherText.length,
    )
    expect(body.length).toBeLessThanOrEqual(4096)
    const options = { version: 'aes128gcm', privateKey: receiver, authSecret: text(auth) }
    expect(text(decrypt(Buffer.from(body), options))).toBe(text(plain))
  },
)

it('refuses a key that is no point of the curve', async () => {
  const p256dh = new Uint8Array(65).fill(4)
  await expect(encryptPayload(new Uint8Array(), { ...browser, p256dh })).rejects.toThrow()
})
