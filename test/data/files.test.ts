import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ChatFile, ImportAnswer, Message, MessageList } from '../../src/contract'
import type { SentFile } from '../../src/contract/file-line'
import { newFileIds } from '../../src/data/import/file-ids'
import { call, fails, fresh, newUser, ok } from '../support/api'
import { answeringAfter } from '../support/database'
import { exported, ofType } from '../support/export'
import { bucket, pathOfUrl, pixel, sendPicture, storedIds, uploadFile } from '../support/files'
import { roomFixture } from '../support/fixtures'
import { hold } from '../support/held'
import { empty } from '../support/import-file'
import { asAdmin } from '../support/site'
import { sweepAll } from '../support/sweep'

/** Makes a room with pictures: public, signed, of a message that waits, and of one that is deleted. */
const roomWithFiles = async () => {
  const { room, owner, member } = await roomFixture()
  await sendPicture(room, member.name)
  await sendPicture(room, member.name, 'deleted soon')
  await ok('DELETE', `${room}/message/2?userName=${member.name}`)
  await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
  const signed = await uploadFile(room, undefined, new TextEncoder().encode('a "text" é'), {
    token: owner.token,
    name: 'a fox é.txt',
  })
  const files = [{ id: signed.id, description: 'a "red" fox\n' }]
  await ok('POST', `${room}/message`, { token: owner.token, body: { files } })
  const newcomer = await newUser()
  await ok('PATCH', `/api/users/${newcomer.id}`, { token: newcomer.token, body: { protected: true } })
  await ok('PATCH', room, { token: owner.token, body: { readers: 'anyone', approval: 'all' } })
  const waiting = await uploadFile(room, undefined, pixel, { token: newcomer.token })
  await hold(room, newcomer, '', {}, { files: [waiting.id] })
  return { room, owner, member }
}

const importAll = async (text: string, importId: string, query = '', size = 7): Promise<ImportAnswer> => {
  const lines = text.slice(0, -1).split('\n')
  let answer: ImportAnswer | undefined
  for (let at = 0; at < lines.length; at += size)
    answer = await ok<ImportAnswer>('POST', `/api/import?import=${importId}&line=${at + 1}${query}`, {
      ...asAdmin,
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: `${lines.slice(at, at + size).join('\n')}\n`,
    })
  if (!answer) throw new Error('the file has no lines')
  return answer
}

const read = async (id: string, name: string) => {
  const response = await call('GET', `/file/${id}/${encodeURIComponent(name)}`, asAdmin)
  return { bytes: new Uint8Array(await response.arrayBuffer()), headers: response.headers }
}

/** Returns the files of all lines, each with its room. */
const filesOf = async (path: string, options: Parameters<typeof call>[2] = asAdmin) => {
  const { text, lines } = await exported(path, { ...options })
  const named = [...ofType(lines, 'message'), ...ofType(lines, 'held')]
  const files = named.flatMap((line) => (line.files ?? []).map((file) => ({ ...file, room: line.room })))
  const contents = await Promise.all(files.map(({ id, name }) => read(id, name)))
  return { text, lines, files: files.map((file, index) => ({ ...file, content: contents[index]?.bytes })) }
}
type ExportedFile = SentFile & { room: number; content: Uint8Array | undefined }

const put = (file: ExportedFile, importId: string, id = file.id, body = file.content ?? new Uint8Array()) =>
  [
    'PUT',
    `/api/import/file/${id}?import=${importId}&room=${file.room}`,
    { ...asAdmin, body, headers: { 'Content-Length': String(body.length) } },
  ] as const

const fileRows = async () =>
  (await env.DB.prepare("select * from files where state = 'used' order by 1, 2").all()).results.map(
    ({ created_at: _, idempotency_key: __, ...row }) => row,
  )

describe('an export with files', () => {
  it('is the same instance in an empty one: the same bytes, rows, URLs and bytes of files', async () => {
    await empty()
    const { room } = await roomWithFiles()
    const before = await filesOf('/api/export')
    expect(before.files).toMatchObject([
      { name: 'pixel.png', type: 'image/png', bytes: 70, width: 1, height: 1, hash: expect.any(String) },
      { name: 'a fox é.txt', description: 'a "red" fox', signed: true },
      { name: 'pixel.png' },
    ])
    expect(before.files[0]?.content).toEqual(pixel)
    const rows = await fileRows()
    const first = await ok<Message>('GET', `${room}/message/1`)

    await empty()
    await bucket().delete(await storedIds())
    for (const size of [2, 1000]) {
      await empty()
      const importId = fresh('import')
      expect(await importAll(before.text, importId, '', size)).toMatchObject({
        finished: true,
        keepsIds: true,
      })
      for (const file of before.files) {
        const sent = put(file, importId)
        expect(await ok(...sent)).toEqual({ id: file.id, bytes: file.bytes })
        // Again: nothing is stored twice.
        await ok(...sent)
      }
      expect(await fileRows()).toEqual(rows)
    }
    const after = await filesOf('/api/export')
    expect(after.text).toBe(before.text)
    expect(after.files).toEqual(before.files)
    expect(await ok('GET', `${room}/message/1`)).toEqual(first)
    expect((await storedIds()).toSorted()).toEqual(before.files.map(({ id }) => id).toSorted())
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    const [signed] = messages.at(-1)?.files ?? []
    const response = await call('GET', pathOfUrl(signed?.url ?? ''))
    expect([response.status, signed?.url.includes('signature=')]).toEqual([200, true])
    await response.body?.cancel()
  })

  it('leaves no bytes of a message that a later line deletes', async () => {
    const { room, owner } = await roomWithFiles()
    const { text, files } = await filesOf(`${room}/export`, { token: owner.token })
    const lines = text.slice(0, -1).split('\n').slice(0, -1)
    const [file] = files as [ExportedFile]
    const importId = fresh('import')
    await importAll(`${lines.join('\n')}\n`, importId, '&rename=true', 1000)
    const id = (await newFileIds(importId, [file.id])).get(file.id) ?? ''
    await ok(...put(file, importId, id))
    expect(await storedIds()).toContain(id)
    const named = lines.map((line) => JSON.parse(line)).find((line) => line.files?.[0]?.id === file.id)
    const { files: _, text: __, ...message } = named
    const { createdAt } = message
    const again = [
      lines.find((line) => JSON.parse(line).type === 'room') ?? '',
      JSON.stringify({ ...message, deletedAt: createdAt }),
    ]
    await ok('POST', `/api/import?import=${importId}&line=${lines.length + 1}&rename=true`, {
      ...asAdmin,
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: `${again.join('\n')}\n`,
    })
    await sweepAll()
    expect(await storedIds()).not.toContain(id)
  })

  it('comes beside what is there with new ids, also of the room that was exported', async () => {
    const { room, owner } = await roomWithFiles()
    const { text, files } = await filesOf(`${room}/export`, { token: owner.token })
    expect(files).toHaveLength(3)
    const importId = fresh('import')
    expect(await importAll(text, importId, '&rename=true')).toMatchObject({ keepsIds: false })
    const ids = await newFileIds(
      importId,
      files.map(({ id }) => id),
    )
    for (const file of files) await ok(...put(file, importId, ids.get(file.id)))
    const copy = await ok<MessageList>('GET', `${room}-2/message`)
    const [picture] = copy.messages.flatMap(({ files }) => files) as [ChatFile]
    expect(picture.id).toBe(ids.get(files[0]?.id ?? ''))
    expect((await read(picture.id, picture.name)).bytes).toEqual(pixel)
    // The original stays when the copy goes.
    await ok('DELETE', `${room}-2/message/1`, { token: owner.token }).catch(() => undefined)
    expect((await read(files[0]?.id ?? '', 'pixel.png')).bytes).toEqual(pixel)
  })

  it('refuses bytes that are others, and files that no message has', async () => {
    const { room, owner } = await roomWithFiles()
    const { text, files } = await filesOf(`${room}/export`, { token: owner.token })
    const [file] = files as [ExportedFile]
    const importId = fresh('import')
    await importAll(text, importId, '&rename=true')
    const id = (await newFileIds(importId, [file.id])).get(file.id) ?? ''
    const other = Uint8Array.from(file.content ?? [], (byte) => byte ^ 1)
    expect((await fails(400, ...put(file, importId, id, other))).type).toBe('/problems/file-damaged')
    const short = await fails(400, ...put(file, importId, id, other.subarray(1)))
    expect(short.detail).toContain('had 70 bytes when it was exported, and these are 69')
    expect(await bucket().head(id)).toBeNull()
    for (const sent of [
      put(file, importId, 'ANamelessFileWithoutId'),
      put({ ...file, room: 999 }, importId, id),
    ])
      expect((await fails(404, ...sent)).type).toBe('/problems/file-not-found')
    const [method, path, options] = put(file, importId, id)
    const off = await fails(404, method, path, {
      ...options,
      env: { ...asAdmin.env, FILES: undefined as never },
    })
    expect(off.type).toBe('/problems/files-not-enabled')
    await ok(...put(file, importId, id))
  })

  it('leaves no object of a message that is deleted while its bytes come', async () => {
    const { room, owner } = await roomWithFiles()
    const { text, files } = await filesOf(`${room}/export`, { token: owner.token })
    const [file] = files as [ExportedFile]
    const importId = fresh('import')
    await importAll(text, importId, '&rename=true')
    const id = (await newFileIds(importId, [file.id])).get(file.id) ?? ''
    const [method, path, options] = put(file, importId, id)
    const event = async () => {
      await ok('DELETE', `${room}-2`, asAdmin)
      await sweepAll()
    }
    const problem = await fails(404, method, path, { ...options, db: answeringAfter(event) })
    expect(problem.type).toBe('/problems/file-not-found')
    expect(await storedIds()).not.toContain(id)
  })

  it('of a person has the files of this person', async () => {
    const { member, owner } = await roomWithFiles()
    const { files } = await filesOf(`/api/users/${member.id}/export`, { token: member.token })
    expect(files).toHaveLength(1)
    const own = await filesOf(`/api/users/${owner.id}/export`, { token: owner.token })
    expect(own.files).toMatchObject([{ name: 'a fox é.txt' }])
  })

  it.each([
    ['text without files', { text: '' }, 'a message without files has a text'],
    [
      'files of a deleted message',
      { deletedAt: '2026-01-01T00:00:00.000Z', text: undefined },
      'has no files',
    ],
    ['a file with a path', { name: '../x' }, 'name must be the name of a file'],
  ])('with %s is refused', async (_, change, words) => {
    const at = '2026-01-01T00:00:00.000Z'
    const { name = 'x.png', ...message } = change as { name?: string; text?: string | undefined }
    const files = [{ id: 'ANamelessFileWithoutId', name, type: 'image/png', bytes: 5 }]
    const lines = [
      { type: 'parlour', version: 1, scope: 'site' },
      { type: 'user', id: 1, name: fresh('anna'), createdAt: at },
      { type: 'room', id: 1, name: fresh('room'), createdAt: at },
      {
        type: 'message',
        room: 1,
        seq: 1,
        author: 1,
        text: 'x',
        createdAt: at,
        ...(message.text !== '' && { files }),
        ...message,
      },
    ]
    const body = lines.map((line) => JSON.stringify(line)).join('\n')
    const headers = { 'Content-Type': 'application/x-ndjson' }
    const { detail } = await fails(400, 'POST', `/api/import?import=${fresh('import')}`, {
      ...asAdmin,
      body,
      headers,
    })
    expect(detail).toContain(words)
  })
})
