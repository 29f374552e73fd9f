import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { fails, newUser, ok } from '../support/api'
import { pixel, sendFile, uploadFile } from '../support/files'
import { roomFixture } from '../support/fixtures'

const roomWithoutCasinos = async (blockedWords = ['casino']) => {
  const { room, owner, moderator } = await roomFixture()
  await ok('PATCH', room, { token: owner.token, body: { blockedWords } })
  const { name: userName } = await newUser()
  await ok('PUT', room, { body: { userName } })
  return { room, userName, moderator }
}

describe('blocked words hold for', () => {
  it.each(['the casino', 'CАSINО now', 'c\u00adasino', '**cas**ino'])(
    'the description of a file, such as %j',
    async (description) => {
      const { room, userName } = await roomWithoutCasinos()
      const { id } = await uploadFile(room, userName)
      const body = { userName, message: 'look', files: [{ id, description }] }
      expect((await fails(403, 'POST', `${room}/message`, { body })).type).toBe('/problems/blocked-word')
      await ok('POST', `${room}/message`, { body: { ...body, files: [{ id, description: 'a house' }] } })
    },
  )

  it('a description in a script without spaces', async () => {
    const { room, userName } = await roomWithoutCasinos(['カジノ'])
    const { id } = await uploadFile(room, userName)
    const body = { userName, message: 'look', files: [{ id, description: 'オンラインカジノへ' }] }
    expect((await fails(403, 'POST', `${room}/message`, { body })).type).toBe('/problems/blocked-word')
  })

  it('each text by itself', async () => {
    const { room, userName } = await roomWithoutCasinos(['free casino', '赌博'])
    const [one, two] = [await uploadFile(room, userName), await uploadFile(room, userName)]
    const files = [
      { id: one.id, description: 'casino, free 赌' },
      { id: two.id, description: '博 casino' },
    ]
    await ok('POST', `${room}/message`, { body: { userName, message: 'free', files } })
  })

  it.each(['casino.png', 'my_casino-2.png', 'Cásino.txt', 'CASlNO.png'])(
    'the name of a file, such as %j, when it is uploaded',
    async (name) => {
      const { room, userName, moderator } = await roomWithoutCasinos()
      const answer = await sendFile(room, pixel, { userName, name })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ type: '/problems/blocked-word' })
      const { token } = moderator
      const { id } = await uploadFile(room, undefined, pixel, { name, token })
      const files = [{ id, description: 'the casino' }]
      const sent = await ok<Message>('POST', `${room}/message`, { token, body: { files } })
      expect(sent.files).toMatchObject([{ name, description: 'the casino' }])
    },
  )
})
