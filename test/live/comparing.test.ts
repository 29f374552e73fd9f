import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { ok, roomWithUser, say } from '../support/api'
import { answeringAfter } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { bind, listen, runAlarm } from '../support/live'

it('a comparison with D1 takes no entry that is published meanwhile for a sign of a restored database', async () => {
  const { room, userName } = await roomWithUser()
  const listener = await listen(room, { userName })
  await say(room, userName, 'one')
  await listener.entries(1)
  const body = { userName, message: 'two' }
  // With bindings of its own, a request is over when its hub has been told.
  const publish = () => ok('POST', `${room}/message`, { body, env: { ...env } })
  await bind(room, { DB: answeringAfter(publish) })
  await runAlarm(room)
  await say(room, userName, 'three')
  await listener.entries(3)
  expect(listener.seqs).toEqual([1, 2, 3])
  expect(listener.frames.filter(({ type }) => type === 'reset')).toEqual([])
})

it('an answer of D1 about a deleted room tells nothing about the length of the new one of its name', async () => {
  const { room, owner, member } = await roomFixture()
  for (const message of ['one', 'two', 'three']) await say(room, member.name, message)
  const replace = async () => {
    await ok('DELETE', room, { token: owner.token, env: { ...env } })
    const body = { userName: member.name, message: 'the first of the new room' }
    await ok('POST', '/api/chatroom', { body: { name: room.slice('/chatroom/'.length) }, token: owner.token })
    await ok('POST', `${room}/message`, { body, env: { ...env } })
  }
  await bind(room, { DB: answeringAfter(replace) })
  const listener = await listen(room)
  expect((await listener.next('hello')).seq).toBe(1)
  await say(room, member.name, 'the second')
  await listener.entries(2)
  expect(listener.seqs).toEqual([2])
})
