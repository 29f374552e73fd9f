import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ChatFile } from '../../src/contract'
import { call, fresh, roomWithUser } from '../support/api'
import { pathOfUrl, pixel, sendFile, storedIds, uploadFile } from '../support/files'

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())
const rowsOf = async (room: string) => {
  const { results } = await env.DB.prepare(
    'select files.* from files join rooms on rooms.id = room_id where rooms.name = ?',
  )
    .bind(room.split('/').at(-1))
    .all()
  return results
}

describe('an upload', () => {
  it('is answered with the file, whose type comes from its bytes', async () => {
    const { room, userName } = await roomWithUser()
    const answer = await sendFile(room, pixel, { userName, name: 'not-a-text.txt' })
    expect(answer.status).toBe(201)
    const file = await answer.json<ChatFile>()
    expect(file).toMatchObject({
      name: 'not-a-text.txt',
      type: 'image/png',
      bytes: pixel.length,
      description: null,
    })
    expect(answer.headers.get('location')).toBe(`/file/${file.id}/not-a-text.txt`)
    const read = await call('GET', pathOfUrl(file.url))
    expect(read.status).toBe(200)
    expect(read.headers.get('content-type')).toBe('image/png')
    expect((await bytesOf(read)).length).toBe(pixel.length)
  })

  it('is stored once under an idempotency key', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    const first = await uploadFile(room, userName, pixel, { key })
    const again = await sendFile(room, pixel, { userName, key })
    expect(again.status).toBe(201)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await again.json()).toEqual(first)
    expect(await rowsOf(room)).toHaveLength(1)
    const other = await sendFile(room, pixel, { userName, key, name: 'other.png' })
    expect(other.status).toBe(422)
  })

  it('as a form is refused, and leaves nothing', async () => {
    const { room, userName } = await roomWithUser()
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' }
    const answer = await sendFile(room, pixel, { userName, headers })
    expect(answer.status).toBe(415)
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('`body: file`') })
    expect(await rowsOf(room)).toEqual([])
  })

  it('whose length is a lie leaves nothing', async () => {
    const { room, userName } = await roomWithUser()
    const before = await storedIds()
    for (const length of [pixel.length - 1, pixel.length + 1]) {
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(pixel)
          controller.close()
        },
      })
      const answer = await sendFile(room, stream, { userName, length, env: { LOG: 'off' } })
      expect(answer.status, await answer.clone().text()).toBe(400)
    }
    expect(await rowsOf(room)).toEqual([])
    expect(await storedIds()).toEqual(before)
  })
})
