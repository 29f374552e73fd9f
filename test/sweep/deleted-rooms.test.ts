import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { fails, newUser, ok, say } from '../support/api'
import { d1Error, type Fate, fated } from '../support/database'
import { sendPicture } from '../support/files'
import { roomFixture } from '../support/fixtures'
import { makeHook } from '../support/hooks'
import { meter } from '../support/limits'
import { hubOf, listen, roomIdOf } from '../support/live'
import { addWebhook } from '../support/rows'
import { countRows, runSweep, sweepAll, tablesWith } from '../support/sweep'

/** Makes a room with a row in each table, and returns its path and its id. */
const fullRoom = async (messages = 30) => {
  const { room, owner, member } = await roomFixture()
  const [id, guest, banned] = [await roomIdOf(room), await newUser(), await newUser()]
  await ok('PUT', room, { token: owner.token, body: {} })
  for (let i = 0; i < messages; i++)
    await say(
      room,
      member.name,
      `hello @${owner.name}`,
      i % 2 ? { 'Idempotency-Key': `key ${i}`.replace(' ', '-') } : {},
    )
  await ok('PUT', `${room}/message/1/reaction/${encodeURIComponent('🎉')}`, {
    body: { userName: member.name },
  })
  await sendPicture(room, member.name)
  await ok('PATCH', `${room}/message/2`, { body: { userName: member.name, message: 'edited' } })
  await ok('DELETE', `${room}/message/3?userName=${member.name}`)
  await ok('POST', `${room}/message/2/report`, { body: { userName: guest.name, reason: 'spam' } })
  await say(room, banned.name, 'spam')
  await ok('PATCH', `${room}/member/${banned.name}`, { token: owner.token, body: { ban: { seconds: 60 } } })
  await ok('PUT', `${room}/pin/1`, { token: owner.token })
  await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
  await ok('POST', `${room}/message`, { body: { userName: guest.name, message: 'it waits' } })
  await makeHook(room, owner.token)
  const webhook = await addWebhook(room)
  await env.DB.prepare(
    "insert into webhook_cursors (webhook_id, stream, room_id, since, place) values (?, 'log', ?, 0, 1)",
  )
    .bind(webhook, id)
    .run()
  return { room, id, owner, member }
}

const ofRoom = (id: number) => async (): Promise<Record<string, number>> => {
  const named = await tablesWith('room_id')
  return countRows((table) => (named.includes(table) ? `room_id = ${id}` : 'false'))
}
const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** The batch does not reach D1. */
const killed: Fate = async () => {
  throw d1Error('Network connection lost.')
}

describe('the sweep', () => {
  it('removes every row of a deleted room, from every table that has a room_id, and nothing of another room', async () => {
    const [gone, kept] = [await fullRoom(), await fullRoom()]
    const before = await ofRoom(gone.id)()
    const named = await tablesWith('room_id')
    // A new table with a room_id must be filled by `fullRoom`, and swept.
    expect(named.filter((table) => !before[table])).toEqual([])
    const ofKept = await ofRoom(kept.id)()
    await ok('DELETE', gone.room, { token: gone.owner.token })
    await sweepAll()
    expect(await ofRoom(gone.id)()).toEqual(
      Object.fromEntries(Object.keys(before).map((table) => [table, 0])),
    )
    expect(await ofRoom(kept.id)()).toEqual(ofKept)
    expect((await countRows()).deleted_rooms).toBe(0)
  })

  it('gives no id out again', async () => {
    const gone = await fullRoom(3)
    await ok('DELETE', gone.room, { token: gone.owner.token })
    await sweepAll()
    const { room } = await roomFixture()
    expect(await roomIdOf(room)).toBeGreaterThan(gone.id)
  })

  it('goes on after it was killed before or after any batch', async () => {
    for (const fate of [
      killed,
      async (run: () => Promise<unknown>) => {
        await run()
        throw d1Error('Network connection lost.')
      },
    ] as Fate[]) {
      const gone = await fullRoom()
      await ok('DELETE', gone.room, { token: gone.owner.token })
      const isLeft = async () =>
        (await countRows((table) => (table === 'deleted_rooms' ? `id = ${gone.id}` : 'false'))).deleted_rooms
      for (let nth = 1; await isLeft(); nth++) {
        const passing: Fate[] = Array.from({ length: nth }, () => (run) => run())
        await runSweep({
          DB: fated(...passing, ...Array.from({ length: 60 }, () => fate)).db,
          SWEEP_WRITES: 0,
        })
        expect(nth).toBeLessThan(60)
      }
      // Its files go with the next run.
      await sweepAll()
      expect(total(await ofRoom(gone.id)())).toBe(0)
    }
  })

  it('writes no more rows in a day than SWEEP_WRITES, and the meter counts them', async () => {
    const gone = await fullRoom(60)
    await ok('DELETE', gone.room, { token: gone.owner.token })
    const { METER } = meter()
    const limits = { METER, SWEEP_WRITES: 100, DAILY_WRITES: 1000 }
    const before = total(await ofRoom(gone.id)())
    for (let run = 0; run < 4; run++) await runSweep(limits)
    const after = total(await ofRoom(gone.id)())
    expect(after).toBeLessThan(before)
    expect(before - after).toBeLessThanOrEqual(100)
    const stub = METER.getByName('meter')
    const swept = await stub.sweptToday()
    expect(swept).toBeLessThanOrEqual(100)
    expect(swept).toBeGreaterThan(50)
    expect(await stub.spentToday()).toBe(swept)
    // Nothing is left for it once the day's rows are used up otherwise.
    const other = meter()
    await other.METER.getByName('meter').lease({ rows: 1000, debt: 0, limit: 1000 })
    await runSweep({ METER: other.METER, SWEEP_WRITES: 100, DAILY_WRITES: 1000 })
    expect(total(await ofRoom(gone.id)())).toBe(after)
    await sweepAll()
  })

  it('deletes what the hub has stored, and disconnects nobody from a new room of the name', async () => {
    const { room, owner, member, id } = await fullRoom(3)
    const listener = await listen(room, { userName: member.name })
    await listener.next('hello')
    await ok('POST', `${room}/ticket`, { body: { userName: member.name } })
    const stored = () => runInDurableObject(hubOf(room), (_, { storage }) => [...storage.kv.list()].length)
    expect(await stored()).toBeGreaterThan(0)
    await ok('DELETE', room, { token: owner.token })
    await listener.until(({ closed }) => closed)
    await sweepAll()
    expect(await stored()).toBe(0)
    expect(await runInDurableObject(hubOf(room), (_, { storage }) => storage.getAlarm())).toBe(null)
    const listeners = await env.DB.prepare('select count(*) as count from listeners where room_key = ?')
      .bind(room.slice(10))
      .first('count')
    expect(listeners).toBe(0)

    await ok('POST', '/api/chatroom', { body: { name: room.slice(10) } })
    const again = await listen(room, { userName: member.name })
    expect((await again.next('hello')).roomId).toBeGreaterThan(id)
    expect(
      await ok<Message>('POST', `${room}/message`, { body: { userName: member.name, message: 'x' } }),
    ).toMatchObject({ seq: 1 })
    await again.entries(1)
    await fails(404, 'GET', `${room}/message/2`)
  })
})
