import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { dailyWrites, measured } from '../../scripts/cost/measured.ts'
import { openDatabase } from '../../src/db/client'
import { saveCursor } from '../../src/webhooks/delivery-store'
import { fresh, say } from '../support/api'
import { costOf, type GrownRoom, grownRoom } from '../support/cost'
import { counting } from '../support/database'
import { bind, listen, runAlarm } from '../support/live'

// docs/cost.md is computed from these numbers.

let fixture: GrownRoom
beforeAll(async () => {
  fixture = await grownRoom(100)
})

describe('the numbers of docs/cost.md are measured:', () => {
  it('a message, without and with a key', async () => {
    const body = { userName: fixture.userName, message: 'x' }
    const path = `${fixture.room}/message`
    expect(await costOf('POST', path, body)).toEqual({ roundTrips: 1, ...measured.post })
    const { seq } = await say(fixture.room, fixture.userName, 'x')
    const headers = { 'Idempotency-Key': fresh('key'), 'Parlour-After': `${seq}` }
    expect(await costOf('POST', path, body, headers)).toEqual({ roundTrips: 1, ...measured.postWithKey })
  })

  it('a page of history', async () => {
    const first = await env.DB.prepare('select min(id) as id from users').first('id')
    await env.DB.prepare('update messages set author_id = ? + seq % 5').bind(first).run()
    expect(await costOf('GET', `${fixture.room}/message`)).toEqual({ roundTrips: 1, ...measured.page })
  })

  it('a connection, and the checks of a room with listeners', async () => {
    const { db, cost } = counting()
    await bind(fixture.room, { DB: db })
    const listener = await listen(fixture.room, { userName: fixture.userName })
    await listener.next('hello')
    expect(cost).toEqual({ roundTrips: 1, ...measured.listen })

    const before = cost.rowsRead
    await runAlarm(fixture.room)
    expect(cost).toEqual({
      roundTrips: 2,
      rowsWritten: measured.listen.rowsWritten,
      rowsRead: before + measured.look.rowsRead,
    })
  })

  it('how far a webhook has delivered', async () => {
    const since = 1
    const { id } = (await env.DB.prepare(
      `insert into webhooks (room_id, url, events, format, secret, since, created_at)
        values (0, '', '["message"]', 'standard', '', '{"log":1}', 1) returning id`,
    ).first<{ id: number }>()) ?? { id: 0 }
    const rowsOf = async (place: number) => {
      const { db, cost } = openDatabase(env.DB, { bookmark: undefined, reading: false })
      await saveCursor(db, { id, since }, { stream: 'log', roomId: 1, place })
      return cost.rowsWritten
    }
    expect([await rowsOf(1), await rowsOf(2)]).toEqual([2, measured.webhookDelivery.rowsWritten])
  })

  it('a connection without a name', async () => {
    const { room } = await grownRoom(2)
    const { db, cost } = counting()
    await bind(room, { DB: db })
    await listen(room)
    expect(cost).toEqual({ roundTrips: 1, ...measured.listenUnnamed })
  })

  it('an entry that is handed on asks D1 nothing', async () => {
    const { db, cost } = counting()
    const listener = await listen(fixture.room)
    await listener.next('hello')
    await bind(fixture.room, { DB: db })
    const { seq } = await say(fixture.room, fixture.userName, 'x')
    await listener.entries(seq)
    expect(cost.roundTrips).toBe(0)
  })

  it('our own limit of a day', () => {
    expect(Number(env.DAILY_WRITES)).toBe(dailyWrites)
  })
})
