import { afterEach, expect, it, vi } from 'vitest'
import type { MessageList } from '../../src/contract'
import { call, ok, say } from '../support/api'
import { slow } from '../support/database'
import { roomFixture } from '../support/fixtures'

// SQLite's clock runs on between the statements of a batch, and so does the Worker's. A request has one time for all of them.

afterEach(() => vi.useRealTimers())

/** Moves the Worker's clock, as time passes. */
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

it('a mute that ends while the statements of an edit run refuses all of it or none', async () => {
  const { room, moderator, member } = await roomFixture()
  await say(room, member.name, 'before')
  const mute = { token: moderator.token, body: { mute: { seconds: 60 } } }
  await ok('PATCH', `${room}/member/${member.name}`, mute)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 59_000 })
  const edit = { token: member.token, body: { message: 'after' } }
  const response = await call('PATCH', `${room}/message/1`, { ...edit, db: slow(() => pass(1000)) })
  expect(response.status).toBe(403)
  const { messages } = await ok<MessageList>('GET', `${room}/message`)
  expect(messages).toMatchObject([{ message: 'before' }])
  const late = await call('PATCH', `${room}/message/1`, { ...edit, db: slow(() => pass(1000)) })
  expect(late.status).toBe(200)
  expect(await say(room, member.name, 'and on')).toMatchObject({ seq: 3 })
})

it('a room without a rule about links takes the first message of a newcomer, whatever the clocks say', async () => {
  const { room, guest } = await roomFixture({ newcomerLinkSeconds: 0 })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 100 })
  await say(room, guest.name, 'https://x.example')
})
