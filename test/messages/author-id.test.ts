import { expect, it } from 'vitest'
import type { Message, MessageList } from '../../src/contract'
import { newUser, ok, roomWithUser, say } from '../support/api'
import { listen } from '../support/live'

it('a message carries the id of its author, which outlives a rename but not the user', async () => {
  const { room } = await roomWithUser()
  const { id, name } = await newUser()
  const listener = await listen(room)
  const sent = await say(room, name, 'hello', { 'Idempotency-Key': 'k' })
  expect(sent).toMatchObject({ userId: id, userName: name })
  expect(await say(room, name, 'hello', { 'Idempotency-Key': 'k' })).toEqual(sent)
  expect(await listener.next('message')).toMatchObject({ userId: id, userName: name })
  const body = { userName: name, message: 'hello!' }
  expect(await ok('PATCH', `${room}/message/1`, { body })).toMatchObject({ userId: id })
  const shown = async () => {
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    const one = await ok<Message>('GET', `${room}/message/1`)
    return [messages[0]?.userId, one.userId]
  }
  await ok('PATCH', `/api/users/${id}`, { body: { name: `${name} again` } })
  expect(await shown()).toEqual([id, id])
  await ok('DELETE', `/api/users/${id}`)
  expect(await shown()).toEqual([null, null])
})
