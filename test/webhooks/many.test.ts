import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/client'
import { roomWebhooksBehind } from '../../src/webhooks/behind'
import { roomWithUser, say } from '../support/api'

const HOUR_MILLISECONDS = 3_600_000

describe('the sweep, with more webhooks than it compares at once', () => {
  it('compares each of them in the hours that follow', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello')
    const insert = env.DB.prepare(
      `insert into webhooks (id, room_id, url, events, format, secret, since, created_at)
        values (?, (select max(id) from rooms), 'https://example.org/', '["message"]', 'standard', 'whsec_AAAA', '{"log":0}', 1)`,
    )
    const ids = Array.from({ length: 450 }, (_, index) => index + 1)
    await env.DB.batch(ids.map((id) => insert.bind(id)))
    const { db } = openDatabase(env.DB, { bookmark: undefined, reading: true })
    const found = new Set<number>()
    for (const hour of [7, 8, 9]) {
      const behind = await roomWebhooksBehind(db, hour * HOUR_MILLISECONDS)
      expect(behind.length).toBeLessThanOrEqual(200)
      for (const { id } of behind) found.add(id)
    }
    expect([...found].sort((one, other) => one - other)).toEqual(ids)
  })
})
