import { randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ParlourError, parlour } from '../../src/client/client.ts'
import { httpProxy, type Intercept } from '../support/node/http-proxy.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer({ FILE_BYTES: '100000' })
beforeAll(server.start)
afterAll(server.remove)

let count = 0
const fresh = (what: string): string => `${what}-${++count}`

/** Opens a new room as a new visitor. */
const newRoom = async (url = server.url) => {
  const client = parlour(url)
  await client.signIn({ name: fresh('user') })
  const room = client.room(fresh('room'))
  await room.create()
  return { client, room }
}

const behind = async (intercept: Intercept) => {
  const proxy = await httpProxy(intercept, server.url)
  onTestFinished(proxy.close)
  return proxy
}
const isUpload = (path: string): boolean => path.includes('/file?')
const isMessage = (path: string): boolean => /\/message($|\?)/.test(path)

/** The smallest GIF: one pixel. */
const gif = Buffer.from('R0lGODlhAQABAAAAACw=', 'base64')

describe('room.send with files', () => {
  it('uploads them, and sends them with their names and descriptions', async () => {
    const { room } = await newRoom()
    const shares: number[] = []
    const sending = room.send('see', {
      files: [
        new File([gif], 'dot.gif', { type: 'image/gif' }),
        { file: new Blob(['words']), name: 'notes.txt', description: 'what was said' },
      ],
      onProgress: (share) => shares.push(share),
    })
    expect(sending.files).toMatchObject([
      { name: 'dot.gif', bytes: gif.length, type: 'image/gif', progress: 0 },
      { name: 'notes.txt', bytes: 5, description: 'what was said' },
    ])
    const { files, message } = await sending.done
    expect(message).toBe('see')
    expect(files).toMatchObject([
      { name: 'dot.gif', type: 'image/gif', bytes: gif.length, width: 1, height: 1, description: null },
      { name: 'notes.txt', bytes: 5, width: null, description: 'what was said' },
    ])
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual(shares.toSorted((one, other) => one - other))
    const [first] = files
    const bytes = await (await fetch(first?.url ?? '')).arrayBuffer()
    expect(Buffer.from(bytes)).toEqual(gif)
    expect((await room.page()).messages.at(-1)?.files).toEqual(files)
  })

  it('needs no text', async () => {
    const { room } = await newRoom()
    const { message, files } = await room.send('', { files: [new Blob(['x'])] }).done
    expect(message).toBe('')
    expect(files).toHaveLength(1)
  })

  it('sends messages in the order of writing, with files or without', async () => {
    const { room } = await newRoom()
    const sent = [
      room.send('one', { files: [new Blob([randomBytes(50_000)])] }),
      room.send('two'),
      room.send('three', { files: [new Blob(['3'])] }),
    ]
    await Promise.all(sent.map(({ done }) => done))
    const { messages } = await room.page()
    expect(messages.map(({ message }) => message)).toEqual(['one', 'two', 'three'])
  })

  it('stores each file once when an answer is lost, and uploads none a second time', async () => {
    const uploads: string[] = []
    const lost = new Set<string>()
    const proxy = await behind(async ({ path, method }, forward) => {
      if (method !== 'POST' || !isUpload(path)) return forward()
      uploads.push(path)
      const answer = await forward()
      if (lost.has(path)) return answer
      lost.add(path)
      return undefined
    })
    const { room } = await newRoom(proxy.url)
    const { files } = await room.send('', {
      files: [new File(['one'], 'one.txt'), new File(['two'], 'two.txt')],
    }).done
    expect(files.map(({ name }) => name)).toEqual(['one.txt', 'two.txt'])
    expect(uploads.map((path) => new URL(path, server.url).searchParams.get('name'))).toEqual([
      'one.txt',
      'one.txt',
      'two.txt',
      'two.txt',
    ])
  })

  it('fails with what the server says of a file, and goes on with the next message', async () => {
    const { room } = await newRoom()
    const failed = room.send('large', { files: [new Blob([randomBytes(100_001)])] })
    const error = await failed.done.catch((error) => error)
    expect(error).toBeInstanceOf(ParlourError)
    expect(error).toMatchObject({ status: 413, type: '/problems/file-too-large' })
    await room.send('small', { files: [new Blob(['x'])] }).done
    expect(room.outbox).toEqual([failed])
    failed.discard()
    expect(room.outbox).toEqual([])
  })

  it('ends the upload of a message that is discarded', async () => {
    const { room } = await newRoom()
    const aborted = new AbortController()
    const proxy = await behind(async ({ path }, forward) => {
      if (!isUpload(path)) return forward()
      aborted.abort()
      return new Promise<never>(() => {})
    })
    const client = parlour(proxy.url)
    await client.signIn({ name: fresh('user') })
    const slow = client.room(room.name)
    const sending = slow.send('slow', { files: [new Blob(['x'])], signal: aborted.signal })
    await expect(sending.done).rejects.toThrow('Discarded')
    await slow.send('next').done
    const { messages } = await room.page()
    expect(messages.map(({ message }) => message)).toEqual(['next'])
  })

  it('fails with a clear text if a file has changed since it was chosen, and goes on with the next message', async () => {
    const { room } = await newRoom()
    const folder = await mkdtemp(join(tmpdir(), 'parlour-changed-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'report.txt')
    await writeFile(path, 'the first version')
    const file = await openAsBlob(path)
    await writeFile(path, 'the second version, which is longer')
    await utimes(path, 1, 1)
    const changed = room.send('with a file', { files: [{ file, name: 'report.txt' }] })
    const next = room.send('a text after it')
    await expect(changed.done).rejects.toMatchObject({
      type: '/problems/file-lost',
      message: 'The file "report.txt" can\'t be read any more. Choose it again.',
    })
    await next.done
    expect(room.outbox).toEqual([changed])
    changed.discard()
  })

  it('sends a message once whose answer was lost, also a day later', async () => {
    let isLost = false
    const proxy = await behind(async ({ path, method }, forward) => {
      if (method !== 'POST' || !isMessage(path) || isLost) return forward()
      isLost = true
      const now = Date.now()
      vi.spyOn(Date, 'now').mockImplementation(() => now + 21 * 3600_000)
      await forward()
      return undefined
    })
    onTestFinished(() => void vi.restoreAllMocks())
    const { room } = await newRoom(proxy.url)
    const { seq } = await room.send('look', { files: [new File(['x'], 'x.txt')] }).done
    const { messages } = await room.page()
    expect(messages).toMatchObject([{ seq, message: 'look', files: [{ name: 'x.txt' }] }])
  })

  it('uploads files again that the server has removed meanwhile', async () => {
    const answers = [
      undefined,
      Response.json(
        { type: '/problems/file-not-found', title: 'x', status: 404, detail: 'x', instance: 'x' },
        { status: 404 },
      ),
    ]
    const proxy = await behind(async ({ path, method }, forward) =>
      method === 'POST' && isMessage(path) && answers.length > 0 ? answers.shift() : forward(),
    )
    const { room } = await newRoom(proxy.url)
    const { files } = await room.send('look', { files: [new File(['x'], 'x.txt')] }).done
    expect(files).toMatchObject([{ name: 'x.txt' }])
    const uploads = proxy.requests.filter(({ path }) => isUpload(path))
    expect(new Set(uploads.map(({ key }) => key)).size).toBe(2)
  })
})
