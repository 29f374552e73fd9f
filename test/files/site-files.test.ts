import { describe, expect, it } from 'vitest'
import type { BlockedFileList, FileUsage, SiteFileList } from '../../src/contract'
import { fails, fresh, ok, roomWithUser } from '../support/api'
import { pixel, sendFile, sendPicture, storedIds, uploadFile } from '../support/files'
import { asAdmin } from '../support/site'

/** Returns the bytes of a text that no other test uploads. */
const text = () => new TextEncoder().encode(`a text of ${fresh('file')}`)

describe('the files of all rooms', () => {
  it('are listed with their messages, the newest first, and no longer once their message is deleted', async () => {
    const { room, userName } = await roomWithUser()
    const sent = [await sendPicture(room, userName, 'one'), await sendPicture(room, userName, 'two')]
    await uploadFile(room, userName)
    const { files, next } = await ok<SiteFileList>('GET', '/api/admin/file?limit=1', asAdmin)
    expect(files).toMatchObject([
      { ...sent[1]?.files[0], chatroom: room.slice(10), seq: 2, userName, isBlocked: false },
    ])
    const path = new URL(next ?? '')
    const page = await ok<SiteFileList>('GET', path.pathname + path.search, asAdmin)
    expect(page.files.map(({ id }) => id)).toEqual([sent[0]?.files[0]?.id])
    await ok('DELETE', `${room}/message/1?userName=${userName}`)
    const left = await ok<SiteFileList>('GET', '/api/admin/file', asAdmin)
    expect(left.files.map(({ seq }) => seq)).toEqual([2])
  })

  it('are counted by room and by person', async () => {
    const [one, two] = [await roomWithUser(), await roomWithUser()]
    await sendPicture(one.room, one.userName)
    for (const message of ['a', 'b']) await sendPicture(two.room, two.userName, message)
    const usage = await ok<FileUsage>('GET', '/api/admin/file/usage', asAdmin)
    const ofRoom = ({ room }: { room: string }) =>
      usage.chatrooms.find(({ chatroom }) => chatroom === room.slice(10))
    expect(ofRoom(one)).toMatchObject({ count: 1, bytes: pixel.length })
    expect(ofRoom(two)).toMatchObject({ count: 2, bytes: 2 * pixel.length })
    expect(usage.people.find(({ userName }) => userName === two.userName)).toMatchObject({
      count: 2,
      bytes: 2 * pixel.length,
    })
    expect(usage.count).toBeGreaterThanOrEqual(3)
    expect(usage.more).toBe(false)
    const bytes = usage.chatrooms.map((each) => each.bytes)
    expect(bytes).toEqual(bytes.toSorted((a, b) => b - a))
  })
})

describe('a blocked file', () => {
  it('can be uploaded by nobody, in no room, under no name, until it is unblocked', async () => {
    const [here, there] = [await roomWithUser(), await roomWithUser()]
    const bytes = text()
    const { id } = await uploadFile(here.room, here.userName, bytes, { name: 'casino.txt' })
    await ok('POST', `${here.room}/message`, { body: { userName: here.userName, files: [id] } })
    const { files } = await ok<SiteFileList>('GET', '/api/admin/file?limit=1', asAdmin)
    const hash = files[0]?.hash ?? ''
    expect(hash).toBe(
      new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toBase64({
        alphabet: 'base64url',
        omitPadding: true,
      }),
    )
    const block = () =>
      ok('PUT', `/api/admin/blocked-file/${hash}`, { ...asAdmin, body: { name: 'casino.txt' } })
    expect(await block()).toMatchObject({ hash, name: 'casino.txt' })
    expect(await block()).toMatchObject({ hash, name: 'casino.txt' })
    const listed = await ok<BlockedFileList>('GET', '/api/admin/blocked-file', asAdmin)
    expect(listed.blockedFiles.map((each) => each.hash)).toEqual([hash])
    expect((await ok<SiteFileList>('GET', '/api/admin/file?limit=1', asAdmin)).files[0]?.isBlocked).toBe(true)

    const before = await storedIds()
    const refused = await sendFile(there.room, bytes, { userName: there.userName, name: 'holiday.txt' })
    expect([refused.status, await refused.json()]).toMatchObject([403, { type: '/problems/file-blocked' }])
    expect(await storedIds()).toEqual(before)

    for (let times = 0; times < 2; times++)
      expect(await ok('DELETE', `/api/admin/blocked-file/${hash}`, asAdmin)).toEqual({ hash, blocked: false })
    await uploadFile(there.room, there.userName, bytes)
    const { entries } = await ok<{ entries: object[] }>('GET', '/api/admin/audit?limit=2', asAdmin)
    expect(entries).toMatchObject([
      { action: 'unblockFile', file: 'casino.txt', chatroom: null },
      { action: 'blockFile', file: 'casino.txt', chatroom: null },
    ])
  })

  it('can no longer be sent where it was uploaded before', async () => {
    const { room, userName } = await roomWithUser()
    const bytes = text()
    const { id } = await uploadFile(room, userName, bytes)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    const hash = digest.toBase64({ alphabet: 'base64url', omitPadding: true })
    await ok('PUT', `/api/admin/blocked-file/${hash}`, { ...asAdmin, body: { name: 'casino.txt' } })
    await fails(400, 'POST', `${room}/message`, { body: { userName, files: [id] } })
  })

  it('is named by its hash', async () => {
    const answer = await fails(400, 'PUT', '/api/admin/blocked-file/abc', { ...asAdmin, body: { name: 'x' } })
    expect(answer.detail).toContain('hash must be a SHA-256 in base64url')
  })
})
