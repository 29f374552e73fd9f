import { describe, expect, it } from 'vitest'
import type { ChatFile, MessageList } from '../../src/contract'
import { bodyOf } from '../../src/webhooks/formats'
import { call, ok, roomWithUser } from '../support/api'
import { pixel, sendPicture, uploadFile } from '../support/files'

describe('files of messages', () => {
  it('are enclosures of feeds', async () => {
    const { room, userName } = await roomWithUser()
    const { files } = await sendPicture(room, userName, '')
    const [file] = files as [ChatFile]
    const atom = await (await call('GET', `${room}/feed`)).text()
    expect(atom).toContain(
      `<link rel="enclosure" type="image/png" length="${file.bytes}" title="pixel.png" href="${file.url}"/>`,
    )
    expect(atom).toContain(`<title>${userName}: pixel.png</title>`)
    const json = await (await call('GET', `${room}/feed.json`)).json<{ items: { attachments: unknown }[] }>()
    expect(json.items[0]?.attachments).toEqual([
      { url: file.url, mime_type: 'image/png', title: 'pixel.png', size_in_bytes: file.bytes },
    ])
  })

  it('are pictures and links of the archive', async () => {
    const { room, userName } = await roomWithUser()
    const [picture, text] = [
      await uploadFile(room, userName),
      await uploadFile(room, userName, new TextEncoder().encode('x'), { name: '<b>.txt' }),
    ]
    const files = [{ id: picture.id, description: 'a "red" fox' }, text.id]
    await ok('POST', `${room}/message`, { body: { userName, files } })
    const page = await (await call('GET', `${room}/archive`)).text()
    expect(page).toContain(
      `<img src="${picture.url}" alt="a &quot;red&quot; fox" loading="lazy" width="1" height="1">`,
    )
    expect(page).toContain(`<a href="${text.url}"><bdi>_b_.txt</bdi></a>`)
  })

  it('are found by their names and descriptions', async () => {
    const { room, userName } = await roomWithUser()
    const { id } = await uploadFile(room, userName, pixel, { name: 'Größe.png' })
    const body = { userName, message: 'look', files: [{ id, description: 'a red fox' }] }
    await ok('POST', `${room}/message`, { body })
    await ok('POST', `${room}/message`, { body: { userName, message: 'nothing' } })
    const find = async (q: string) =>
      (await ok<MessageList>('GET', `${room}/message?q=${encodeURIComponent(q)}`)).messages.map(
        ({ seq, found }) => [seq, found],
      )
    expect(await find('grosse')).toEqual([[1, []]])
    expect(await find('look fox')).toEqual([[1, [[0, 4]]]])
    expect(await find('look hen')).toEqual([])
  })

  it('are links in the formats of other chats', () => {
    const files = [{ name: 'a<b.png', url: 'https://x.example/file/1/a%3Cb.png?until=1&signature=_s_' }]
    const happening = { place: 1, event: 'message' as const, at: 0 }
    const data = { userName: 'danny', chatroom: 'lobby', message: '', files }
    expect(JSON.parse(bodyOf('slack', { ...happening, data })).text).toBe(
      '*danny* in lobby: <https://x.example/file/1/a%3Cb.png?until=1&amp;signature=_s_|a&lt;b.png>',
    )
    expect(JSON.parse(bodyOf('discord', { ...happening, data: { ...data, message: 'look' } })).content).toBe(
      `**danny** in lobby: look ${files[0]?.url}`,
    )
  })
})
