import { describe, expect, it } from 'vitest'
import type { EntryFrame, Message } from '../../src/contract'
import { newUser, ok, roomWithUser, say } from '../support/api'
import { pixel, uploadFile } from '../support/files'
import { listen } from '../support/live'

/** A room in which message 2 mentions its author, has a file and a reaction. A listener has heard it. */
const roomWithEverything = async () => {
  const { room, userName } = await roomWithUser()
  const { id: userId, name, token } = await newUser()
  await ok('PUT', room, { token })
  const env = { AVATAR_HOSTS: 'example.com' }
  await ok('PATCH', `/api/users/${userId}`, { token, env, body: { avatar: 'https://example.com/a.png' } })
  await say(room, userName, 'before')
  const listener = await listen(room)
  const { id } = await uploadFile(room, undefined, pixel, { name: 'secret-name.png', token })
  const files = [{ id, description: 'secret words' }]
  await ok('POST', `${room}/message`, { token, body: { message: `I am @${name}`, files, replyTo: 1 } })
  await ok('PUT', `${room}/message/2/reaction/🎉`, { body: { userName } })
  await listener.entries(3)
  return { room, userName, userId, name, token, listener }
}

const messageIn = (log: EntryFrame[]) => log.find(({ seq }) => seq === 2)

describe('a deleted message', () => {
  it('comes live as HTTP shows it, to somebody who comes back', async () => {
    const { room, token, listener } = await roomWithEverything()
    await ok('DELETE', `${room}/message/2`, { token })
    await listener.entries(4)
    const late = await listen(room, { after: 1 })
    await late.entries(4)
    const { chatroom: _, ...shown } = await ok<Message>('GET', `${room}/message/2`)
    expect(messageIn(late.log)).toEqual({ type: 'message', ...shown })
    expect(shown).toMatchObject({ message: null, files: [], mentions: [], reactions: [], replyTo: 1 })
  })

  it('of an erased person comes without the name and the picture', async () => {
    const { room, userId, name, token, listener } = await roomWithEverything()
    await ok('DELETE', `/api/users/${userId}?messages=delete`, { token })
    await listener.entries(4)
    const late = await listen(room, { after: 1 })
    await late.entries(4)
    const { chatroom: _, ...shown } = await ok<Message>('GET', `${room}/message/2`)
    expect(messageIn(late.log)).toEqual({ type: 'message', ...shown })
    expect(JSON.stringify(late.log)).not.toContain(name)
  })
})
