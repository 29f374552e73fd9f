import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { SiteOverview, SiteUsage } from '../../src/contract'
import { call, fails, newRoom, newUser, ok, say } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { meter } from '../support/limits'
import { listen } from '../support/live'
import { asAdmin } from '../support/site'

const overview = () => ok<SiteOverview>('GET', '/api/admin', asAdmin)

const reported = async (): Promise<string> => {
  const [{ name }, author] = [await newRoom(), await newUser()]
  const room = `/chatroom/${name}`
  await say(room, author.name, 'spam')
  await ok('POST', `${room}/message/1/report`, { body: { userName: author.name, reason: 'spam' } })
  return room
}

describe('GET /api/admin', () => {
  it('counts the open reports of rooms that exist, and answers 304 until something changes', async () => {
    const { reports } = await overview()
    const etagOf = async () => (await call('GET', '/api/admin', asAdmin)).headers.get('etag') ?? ''
    let known = await etagOf()
    const expectChange = async (count: number) => {
      expect(
        (await call('GET', '/api/admin', { ...asAdmin, headers: { 'If-None-Match': known } })).status,
      ).toBe(200)
      expect((await overview()).reports).toBe(count)
      known = await etagOf()
      expect(
        (await call('GET', '/api/admin', { ...asAdmin, headers: { 'If-None-Match': known } })).status,
      ).toBe(304)
    }
    const [one, two] = [await reported(), await reported()]
    await expectChange(reports + 2)
    await ok('PATCH', `${one}/report/1`, { ...asAdmin, body: { resolved: true } })
    await expectChange(reports + 1)
    await ok('DELETE', two, asAdmin)
    await expectChange(reports)
    await ok('PATCH', `${one}/report/1`, { ...asAdmin, body: { resolved: false } })
    await expectChange(reports + 1)
  })

  it('counts the messages that wait for approval, for 30 days', async () => {
    const { held } = await overview()
    const [{ name }, author] = [await newRoom(), await newUser()]
    const day = 24 * 3_600_000
    for (const [index, age] of [29 * day, 31 * day].entries())
      await env.DB.prepare(
        "insert into held (created_at, id, room_id, author_id, text) select ?, ?, id, ?, 'x' from rooms where name = ?",
      )
        .bind(Date.now() - age, `${name} ${index}`, author.id, name)
        .run()
    expect((await overview()).held).toBe(held + 1)
    const refuse = (refusedAt: number | null) =>
      env.DB.prepare('update held set refused_at = ? where author_id = ?').bind(refusedAt, author.id).run()
    await refuse(1)
    expect((await overview()).held).toBe(held)
    await refuse(null)
    expect((await overview()).held).toBe(held + 1)
    await ok('DELETE', `/api/users/${author.id}?userName=${author.name}`)
    expect((await overview()).held).toBe(held)
  })

  it('notices that something else waits where the numbers are the same', async () => {
    const [one] = [await reported(), await reported()]
    const known = (await call('GET', '/api/admin', asAdmin)).headers.get('etag') ?? ''
    await ok('PATCH', `${one}/report/1`, { ...asAdmin, body: { resolved: true } })
    await reported()
    const headers = { 'If-None-Match': known }
    expect((await call('GET', '/api/admin', { ...asAdmin, headers })).status).toBe(200)
  })

  it('tells an admin what to set before the site is public, and a moderator nothing of it', async () => {
    const { role, checklist, settings } = await overview()
    expect([role, settings.approval]).toEqual(['admin', 'none'])
    expect(checklist).toContain('Anybody may write under any open name. Set IDENTITY = "protected".')
    expect(checklist?.join()).not.toContain('There is no ADMIN_TOKEN')
    const { id, token } = await newUser()
    await ok('PATCH', `/api/users/${id}`, { ...asAdmin, body: { role: 'moderator' } })
    expect(await ok('GET', '/api/admin', { token })).toMatchObject({ role: 'moderator', checklist: null })
    const { owner } = await roomFixture()
    await fails(403, 'GET', '/api/admin', { token: owner.token })
    await fails(401, 'GET', '/api/admin')
  })

  it('is read with a bounded number of rows, also for a 304, whatever waits', async () => {
    const { name } = await newRoom()
    const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)'
    const roomId = `(select id from rooms where name = '${name}')`
    await env.DB.batch([
      env.DB.prepare('delete from reports'),
      env.DB.prepare(
        `${numbers} insert into reports (room_id, number, target, reporter_id, reason, created_at) select ${roomId}, i, 1, 1, 'x', i from n`,
      ),
      env.DB.prepare(
        `${numbers} insert into held (created_at, id, room_id, author_id, text) select ${Date.now()} + i, '${name} of ' || i, ${roomId}, (select min(id) from users), 'x' from n`,
      ),
    ])
    expect(await overview()).toMatchObject({ reports: 100, held: 100 })
    const etag = (await call('GET', '/api/admin', asAdmin)).headers.get('etag') ?? ''
    for (const [headers, status] of [
      [{}, 200],
      [{ 'If-None-Match': etag }, 304],
    ] as const) {
      const { db, cost } = counting()
      expect((await call('GET', '/api/admin', { ...asAdmin, headers, db })).status).toBe(status)
      const { rowsRead, ...rest } = cost
      expect(rest).toEqual({ roundTrips: 1, rowsWritten: 0 })
      expect(rowsRead).toBeLessThanOrEqual(510)
    }
    await env.DB.batch([env.DB.prepare('delete from reports'), env.DB.prepare('delete from held')])
    const { db, cost } = counting()
    await call('GET', '/api/admin', { ...asAdmin, headers: { 'If-None-Match': etag }, db })
    expect(cost.rowsRead).toBeLessThanOrEqual(10)
  })
})

describe('GET /api/admin/usage', () => {
  const usage = (options = asAdmin) => ok<SiteUsage>('GET', '/api/admin/usage', options)

  it('shows the rows that were given out today beside the limit, and the size of the database', async () => {
    const limited = { ...asAdmin.env, ...meter(), DAILY_WRITES: 1000 }
    expect(await usage({ ...asAdmin, env: limited })).toMatchObject({ writesToday: 0, dailyWrites: 1000 })
    await ok('POST', '/api/users', { env: limited, body: { name: `somebody ${Date.now()}` } })
    const { writesToday, databaseBytes, databaseLimit } = await usage({ ...asAdmin, env: limited })
    expect(writesToday).toBeGreaterThan(0)
    expect(databaseBytes).toBeGreaterThan(0)
    expect(databaseLimit).toEqual({ free: 500_000_000, paid: 10_000_000_000 })
    const unlimited = { ...asAdmin.env, DAILY_WRITES: 0 }
    expect(await usage({ ...asAdmin, env: unlimited })).toMatchObject({
      writesToday: null,
      dailyWrites: null,
    })
  })

  it('counts the rooms that people with a name listen to', async () => {
    const before = (await usage()).listening
    const [one, other] = [await newUser(), await newUser()]
    const rooms = [await newRoom(), await newRoom()]
    for (const { name } of rooms)
      for (const { name: userName } of [one, other]) await listen(`/chatroom/${name}`, { userName })
    const { rooms: listened, people, more } = (await usage()).listening
    expect([listened - before.rooms, people - before.people, more]).toEqual([2, 2, false])
  })
})
