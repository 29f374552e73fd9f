import { expect, it } from 'vitest'
import type { ChatFile } from '../../src/contract'
import { call, roomWithUser } from '../support/api'
import { bucket, pathOfUrl, sendFile, storedIds } from '../support/files'

const CHUNK = 64 * 1024
const SIZE = 10 * 1024 * 1024
/** The most that may be taken from a sender ahead of what R2 has taken. */
const MOST_AHEAD = 512 * 1024

/** Returns a bucket that counts what it takes, a little at a time, and puts it into the real one. */
const countingBucket = (onTaken: (bytes: number) => void): R2Bucket => {
  const real = bucket()
  return {
    get: real.get.bind(real),
    delete: real.delete.bind(real),
    put: async (key: string, body: ReadableStream<Uint8Array>, options: R2PutOptions) => {
      const counted = new FixedLengthStream(SIZE)
      const writer = counted.writable.getWriter()
      const stored = real.put(key, counted.readable, options)
      for await (const chunk of body) {
        await writer.write(chunk)
        onTaken(chunk.length)
      }
      await writer.close()
      return stored
    },
  } as unknown as R2Bucket
}

it('an upload of 10 MiB is never held in memory', async () => {
  const { room, userName } = await roomWithUser()
  let [pulled, taken, ahead] = [0, 0, 0]
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (pulled === SIZE) return controller.close()
        pulled += CHUNK
        ahead = Math.max(ahead, pulled - taken)
        controller.enqueue(new Uint8Array(CHUNK).fill(pulled / CHUNK))
      },
    },
    { highWaterMark: 0 },
  )
  const env = { FILES: countingBucket((bytes) => (taken += bytes)) }
  const answer = await sendFile(room, body, { userName, name: 'large.bin', length: SIZE, env })
  expect(answer.status, await answer.clone().text()).toBe(201)
  expect([pulled, taken]).toEqual([SIZE, SIZE])
  expect(ahead).toBeLessThanOrEqual(MOST_AHEAD)
  const { url } = await answer.json<ChatFile>()
  const read = await call('GET', pathOfUrl(url), { headers: { Range: `bytes=${SIZE - 1}-` } })
  expect(new Uint8Array(await read.arrayBuffer())).toEqual(new Uint8Array([SIZE / CHUNK]))
})

it('an upload whose sender goes away leaves nothing', async () => {
  const { room, userName } = await roomWithUser()
  const before = await storedIds()
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent++ < 4) controller.enqueue(new Uint8Array(CHUNK))
      else controller.error(new Error('the network is gone'))
    },
  })
  const env = { LOG: 'off' }
  const answer = await sendFile(room, body, { userName, name: 'cut.bin', length: SIZE, env })
  expect(answer.status).toBe(400)
  expect(await storedIds()).toEqual(before)
})
