import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { ok, roomWithUser } from '../support/api'
import { counting } from '../support/database'
import { bind, hubOf, listen, roomIdOf } from '../support/live'

it('a room of which somebody has deleted rows by hand, so that its log has a gap, costs its hub one look', async () => {
  const { room, userName } = await roomWithUser()
  const listener = await listen(room)
  const HUB = { getByName: () => ({ publish: async () => undefined }) } as unknown as typeof env.HUB
  for (const message of ['one', 'two', 'three'])
    await ok('POST', `${room}/message`, { body: { userName, message }, env: { HUB } })
  await env.DB.prepare('delete from messages where room_id = ? and seq = 2')
    .bind(await roomIdOf(room))
    .run()
  const { db, cost } = counting()
  await bind(room, { DB: db })
  await runDurableObjectAlarm(hubOf(room))
  expect(listener.seqs).toEqual([1])
  expect(cost.roundTrips).toBeLessThanOrEqual(4)
})
