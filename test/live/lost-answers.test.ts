import { runInDurableObject } from 'cloudflare:test'
import { expect, it } from 'vitest'
import { toName } from '../../src/lib/name'
import { call, fresh, newRoom, newUser, ok, say } from '../support/api'
import { d1Error, type Fate, failingAfter, fated, lost } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { bind, hubOf, listen, runAlarm } from '../support/live'

/** Sends a request that is stored, and whose answer from D1 is lost. */
const lose = async (method: string, path: string, options: object): Promise<void> => {
  const db = failingAfter(d1Error('Network connection lost.'))
  expect((await call(method, path, { ...options, db })).status).toBe(503)
}

it('listeners get what was stored although the answer of D1 was lost', async () => {
  const { room, owner, member } = await roomFixture()
  for (const text of ['one', 'two', 'three']) await say(room, member.name, text)
  const listener = await listen(room, { after: 3 })
  await lose('DELETE', `${room}/message/1?userName=${member.name}`, {})
  await listener.entries(4)
  await lose('PATCH', `${room}/message/2`, { body: { userName: member.name, message: 'zwei' } })
  await listener.entries(5)
  await lose('PUT', `${room}/message/3/reaction/👍`, { body: { userName: member.name } })
  await listener.entries(6)
  await lose('PUT', `${room}/pin/2`, { token: owner.token })
  await ok('PUT', `${room}/pin/2`, { token: owner.token })
  expect(await listener.next('room')).toMatchObject({ chatroom: { pinned: [2] } })
})

it('the hub of the room compares in any spelling of the URL', async () => {
  const { name } = await newRoom(fresh('㎏'))
  const { name: userName } = await newUser()
  await say(`/chatroom/${name}`, userName, 'one')
  const compared: string[] = []
  const getByName = (key: string) => ({ compare: async () => compared.push(key) })
  const spelled = `/chatroom/${encodeURIComponent(name.replace('kg', '㎏'))}`
  await lose('DELETE', `${spelled}/message/1?userName=${userName}`, { env: { HUB: { getByName } } })
  expect(compared).toEqual([toName(name).key])
})

it('a member who was removed hears nothing more although the answer of D1 was lost', async () => {
  const { room, owner } = await roomFixture()
  const danny = await newUser()
  await ok('PUT', room, { body: { userName: danny.name } })
  await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
  const listener = await listen(room, { token: danny.token })
  await lose('DELETE', `${room}/member/${danny.name}`, { token: owner.token })
  await listener.until(({ closed }) => closed)
})

it('listeners of a room that was deleted are told although the answer of D1 was lost', async () => {
  const { room, owner } = await roomFixture()
  const listener = await listen(room)
  await lose('DELETE', room, { token: owner.token })
  const { closed } = await listener.until(({ closed }) => closed)
  expect(closed).toMatchObject({ code: 4004 })
})

it('listeners get a message that came as a frame although the answer of D1 was lost', async () => {
  const { room, member } = await roomFixture()
  await say(room, member.name, 'one')
  const listener = await listen(room)
  const sender = await listen(room, { userName: member.name })
  await bind(room, { DB: fated(lost).db })
  // It would bring the message, too, after a while.
  await runInDurableObject(hubOf(room), (_, { storage }) => storage.deleteAlarm())
  sender.send({ type: 'message', message: 'two' })
  expect(await sender.next('error')).toMatchObject({ problem: { type: '/problems/unavailable' } })
  await listener.entries(2)
  expect(listener.log).toMatchObject([{ seq: 2, message: 'two' }])
})

it('a hub makes one comparison at a time', async () => {
  const { room } = await roomFixture()
  await listen(room)
  let [running, most] = [0, 0]
  const counted: Fate = async (run) => {
    most = Math.max(most, ++running)
    const results = await run()
    running--
    return results
  }
  const { db, sizes } = fated(counted, counted, counted)
  await bind(room, { DB: db })
  await Promise.all([hubOf(room).compare(), runAlarm(room), hubOf(room).compare()])
  await expect.poll(() => sizes.length).toBeGreaterThan(1)
  expect(most).toBe(1)
})
