import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { ok } from '../support/api'
import { answeringAfter } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { bind, listen, runAlarm } from '../support/live'

it('an answer of D1 that a demotion has overtaken lets nobody hear held messages', async () => {
  const { room, owner, moderator, guest } = await roomFixture({ approval: 'all' })
  const listener = await listen(room, { token: moderator.token })
  const other = await listen(room, { token: owner.token })
  // With bindings of its own, a request is over when its hub has been told.
  const demote = () =>
    ok('PATCH', `${room}/member/${moderator.name}`, {
      body: { role: 'member' },
      token: owner.token,
      env: { ...env },
    })
  await bind(room, { DB: answeringAfter(demote) })
  await runAlarm(room)
  await ok('POST', `${room}/message`, { body: { message: 'held' }, token: guest.token })
  await other.next('held')
  listener.send({ type: 'presence' })
  await listener.next('present')
  expect(listener.frames.filter(({ type }) => type === 'held')).toEqual([])
})
