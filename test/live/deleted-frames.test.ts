import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { EntryFrame, Message } from '../../src/contract'
import { newUser, ok, roomWithUser, say } from '../support/api'
import { pixel, uploadFile } from '../support/files'
import { listen, roomIdOf, runAlarm } from '../support/live'
import { runSweep } from '../support/sweep'

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

it('a deleted person who wrote while nobody listened has no name for those who come then', async () => {
  const { room, userId, token, listener } = await roomWithEverything()
  listener.socket.close(1000)
  await listener.until(({ closed }) => closed)
  await ok('POST', `${room}/message`, { token, body: { message: 'alone' }, env: { ...env } })
  await ok('DELETE', `/api/users/${userId}`, { token })
  const late = await listen(room, { after: 3 })
  expect(await late.entries(4)).toMatchObject([{ userId: null, userName: null, message: 'alone' }])
})

describe('a hub that has compared itself with D1', () => {
  /** Returns what somebody gets who comes back after the first entry. */
  const heardLate = async (room: string) => {
    await runAlarm(room)
    const late = await listen(room, { after: 1 })
    return messageIn(await late.entries(3))
  }

  it('sends the name and the picture of a deleted person no more', async () => {
    const { room, userId, token } = await roomWithEverything()
    await ok('DELETE', `/api/users/${userId}`, { token })
    expect(await heardLate(room)).toMatchObject({ userId: null, userName: null, avatar: null })
  })

  it('sends the new name of a person', async () => {
    const { room, userId, name, token } = await roomWithEverything()
    await runAlarm(room)
    await ok('PATCH', `/api/users/${userId}`, { token, body: { name: `${name} the second` } })
    expect(await heardLate(room)).toMatchObject({ userName: `${name} the second` })
  })

  it('sends no text that the sweep removed without telling it', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    const listener = await listen(room)
    await say(room, userName, 'two')
    await listener.entries(2)
    const roomId = await roomIdOf(room)
    await env.DB.prepare('update messages set created_at = 1 where room_id = ?').bind(roomId).run()
    const HUB = { getByName: () => ({ forgetStart: async () => undefined }) } as unknown as typeof env.HUB
    await runSweep({ HUB, RETENTION_DAYS: 2, SWEEP_WRITES: 0, DAILY_WRITES: 0 })
    await runAlarm(room)
    const late = await listen(room, { after: 1 })
    await late.entries(2)
    expect(messageIn(late.log)).toMatchObject({ message: null })
  })
})
