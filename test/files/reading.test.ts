import { describe, expect, it, vi } from 'vitest'
import type { Message, MessageList, NewUser } from '../../src/contract'
import { call, fails, fresh, ok, roomWithUser } from '../support/api'
import { bucket, pathOfUrl, pixel, uploadFile } from '../support/files'

const admin = { token: 'admin-of-files', env: { ADMIN_TOKEN: 'admin-of-files' } }
const text = new TextEncoder().encode('0123456789')

/** Creates a room that only members read, with its owner. */
const membersOnly = async () => {
  const owner = await ok<NewUser>('POST', '/api/users', { body: { name: fresh('user') } })
  const name = fresh('room')
  await ok('POST', '/api/chatroom', { body: { name }, token: owner.token })
  const room = `/chatroom/${name}`
  await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
  return { room, token: owner.token }
}

describe('a file', () => {
  it('is public and kept for long where anyone may read', async () => {
    const { room, userName } = await roomWithUser()
    const file = await uploadFile(room, userName)
    const answer = await call('GET', pathOfUrl(file.url))
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': expect.stringMatching(/^inline; filename="pixel.png"/),
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
    })
    expect(answer.headers.get('x-d1-bookmark')).toBeNull()
    const etag = answer.headers.get('etag') ?? ''
    const again = await call('GET', pathOfUrl(file.url), { headers: { 'If-None-Match': etag } })
    expect(again.status).toBe(304)
    const head = await call('HEAD', pathOfUrl(file.url))
    expect(head.headers.get('content-length')).toBe(String(pixel.length))
    expect(await head.text()).toBe('')
  })

  it('of an unknown type is a download', async () => {
    const { room, userName } = await roomWithUser()
    const page = new TextEncoder().encode('<!doctype html><script>alert(1)</script>')
    const file = await uploadFile(room, userName, page, { name: 'größe "1".html' })
    expect(file.name).toBe('größe _1_.html')
    const answer = await call('GET', pathOfUrl(file.url))
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="gr__e _1_.html"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20_1_.html`,
    )
  })

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=4-2', 200, '0123456789', null],
    ['bytes=0-1,3-4', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
  ])('answers %s with %i', async (Range, status, part, contentRange) => {
    const { room, userName } = await roomWithUser()
    const { url } = await uploadFile(room, userName, text, { name: 'a.txt' })
    const answer = await call('GET', pathOfUrl(url), { headers: { Range } })
    expect(answer.status).toBe(status)
    expect(await answer.text()).toBe(part)
    expect(answer.headers.get('content-range')).toBe(contentRange)
  })

  it('has no part behind its end', async () => {
    const { room, userName } = await roomWithUser()
    const { url } = await uploadFile(room, userName, text, { name: 'a.txt' })
    const answer = await call('GET', pathOfUrl(url), { headers: { Range: 'bytes=10-' } })
    expect(answer.status).toBe(416)
    expect(answer.headers.get('content-range')).toBe('bytes */10')
    const changed = { Range: 'bytes=1-2', 'If-Range': '"another"' }
    expect((await call('GET', pathOfUrl(url), { headers: changed })).status).toBe(200)
  })

  it('is found under its own name only', async () => {
    const { room, userName } = await roomWithUser()
    const { id } = await uploadFile(room, userName)
    await fails(404, 'GET', `/file/${id}/invoice.exe`)
    await fails(404, 'GET', `/file/${'x'.repeat(22)}/pixel.png`)
    await fails(400, 'GET', '/file/x/pixel.png')
  })

  it('of a room for members has a signed URL that ends within an hour', async () => {
    const { room, token } = await membersOnly()
    const { id } = await uploadFile(room, undefined, pixel, { token })
    const sent = await ok<Message>('POST', `${room}/message`, { token, body: { files: [id] } })
    const url = new URL(sent.files[0]?.url ?? '')
    const left = Number(url.searchParams.get('until')) - Date.now()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(3_600_000)
    const answer = await call('GET', url.pathname + url.search)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+, immutable$/)
    await fails(404, 'GET', url.pathname)
    await fails(404, 'GET', `${url.pathname}${url.search}x`)
    const later = new URL(url)
    later.searchParams.set('until', String(Number(url.searchParams.get('until')) + 1))
    await fails(404, 'GET', later.pathname + later.search)
    const stranger = await membersOnly()
    const foreign = await uploadFile(stranger.room, undefined, pixel, { token: stranger.token })
    await fails(404, 'GET', url.pathname + new URL(foreign.url).search)
    expect((await call('GET', url.pathname, admin)).status).toBe(200)
  })

  it('has another signature later, and pages a new version with it', async () => {
    const { room, token } = await membersOnly()
    const { id } = await uploadFile(room, undefined, pixel, { token })
    await ok('POST', `${room}/message`, { token, body: { files: [id] } })
    const before = await call('GET', `${room}/message`, { token })
    const etag = before.headers.get('etag') ?? ''
    const headers = { 'If-None-Match': etag }
    expect((await call('GET', `${room}/message`, { token, headers })).status).toBe(304)
    for (const asked of [{}, headers, { 'If-None-Match': '*' }]) {
      const head = await call('HEAD', `${room}/message`, { token, headers: asked })
      expect(head.headers.get('etag')).toBe(etag)
    }
    vi.useFakeTimers({ now: Date.now() + 1_800_000, toFake: ['Date'] })
    try {
      const after = await call('GET', `${room}/message`, { token, headers })
      expect(after.status).toBe(200)
      const [first] = (await before.json<MessageList>()).messages
      const [second] = (await after.json<MessageList>()).messages
      expect(second?.files[0]?.url).not.toBe(first?.files[0]?.url)
      expect((await call('GET', pathOfUrl(first?.files[0]?.url ?? ''))).status).toBe(200)
      vi.setSystemTime(Date.now() + 1_800_000)
      await fails(404, 'GET', pathOfUrl(first?.files[0]?.url ?? ''))
    } finally {
      vi.useRealTimers()
    }
  })

  it('is gone when the object is', async () => {
    const { room, userName } = await roomWithUser()
    const { id, url } = await uploadFile(room, userName)
    await bucket().delete(id)
    expect((await fails(404, 'GET', pathOfUrl(url))).type).toBe('/problems/file-not-found')
  })

  it('needs the bucket', async () => {
    const { room, userName } = await roomWithUser()
    const without = { env: { FILES: undefined as unknown as R2Bucket } }
    expect(await ok('GET', '/api/hello', without)).toMatchObject({ files: null })
    expect(await ok('GET', '/api/hello')).toMatchObject({ files: { bytes: 10_485_760 } })
    const options = { ...without, body: 'x', headers: { 'Content-Length': '1' } }
    const problem = await fails(404, 'POST', `${room}/file?name=x&userName=${userName}`, options)
    expect(problem.type).toBe('/problems/files-not-enabled')
    await fails(404, 'GET', `/file/${'x'.repeat(22)}/x`, without)
  })
})
