import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { OwnReport, OwnReportList } from '../../src/contract'
import { fails, newUser, ok } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { later } from '../support/live'
import { sweepAll } from '../support/sweep'

type Person = { name: string; token: string }

const own = (path: string, { token }: { token: string }) => ok<OwnReportList>('GET', path, { token })
const reportsOf = async (person: { token: string }): Promise<OwnReport[]> =>
  (await own('/api/users/me/report', person)).reports

/** Creates a room with one message of a member, and a user who reports it. */
const reported = async () => {
  const fixture = await roomFixture()
  const { room, member } = fixture
  const reporter = await newUser()
  const say = () =>
    ok<{ seq: number }>('POST', `${room}/message`, { token: member.token, body: { message: 'x' } })
  const report = async ({ token }: Pick<Person, 'token'>) => {
    const { seq } = await say()
    return ok<{ id: number; seq: number }>('POST', `${room}/message/${seq}/report`, {
      token,
      body: { reason: 'spam' },
    })
  }
  const { id, seq } = await report(reporter)
  return { ...fixture, reporter, report, id, seq }
}

describe('the reports of a user', () => {
  it('say what was reported, when and why, and that nobody has decided', async () => {
    const { room, reporter, id, seq } = await reported()
    const [report, ...others] = await reportsOf(reporter)
    expect(others).toEqual([])
    expect(report).toEqual({
      chatroom: decodeURIComponent(room.replace('/chatroom/', '')),
      id,
      seq,
      reason: 'spam',
      createdAt: expect.any(String),
      outcome: 'open',
    })
  })

  it.each(['moderator', 'member'] as const)('say that the message was deleted by a %s', async (role) => {
    const fixture = await reported()
    await ok('DELETE', `${fixture.room}/message/${fixture.seq}`, { token: fixture[role].token })
    expect(await reportsOf(fixture.reporter)).toMatchObject([{ outcome: 'messageDeleted' }])
  })

  it('say that the author was banned since, also once the ban is lifted or has ended', async () => {
    const lifted = await reported()
    const ended = await reported()
    for (const { room, moderator, member, reporter } of [lifted, ended]) {
      const path = `${room}/member/${member.name}`
      await ok('PATCH', path, { token: moderator.token, body: { ban: { seconds: 60 } } })
      expect(await reportsOf(reporter)).toMatchObject([{ outcome: 'authorBanned' }])
    }
    const { room, moderator, member } = lifted
    await ok('PATCH', `${room}/member/${member.name}`, { token: moderator.token, body: { ban: null } })
    await later(61_000, () => sweepAll())
    const left = await env.DB.prepare('select 1 from sanctions where user_id = ?')
      .bind(ended.member.id)
      .first()
    expect(left).toBe(null)
    for (const { reporter } of [lifted, ended])
      expect(await reportsOf(reporter)).toMatchObject([{ outcome: 'authorBanned' }])
  })

  it('do not say so for a ban before the report, or from another room', async () => {
    const { room, owner, moderator, member, reporter, report } = await reported()
    const path = `${room}/member/${member.name}`
    await ok('PATCH', path, { token: moderator.token, body: { ban: { seconds: 60 } } })
    await ok('PATCH', path, { token: moderator.token, body: { ban: null } })
    await env.DB.prepare('update audit set created_at = created_at - 1000').run()
    await report(reporter)
    const other = await roomFixture()
    await ok('PATCH', `${other.room}/member/${member.name}`, { token: other.owner.token, body: { ban: {} } })
    expect((await reportsOf(reporter)).map(({ outcome }) => outcome)).toEqual(['open', 'open'])
    await ok('PATCH', path, { token: owner.token, body: { ban: {} } })
    expect((await reportsOf(reporter)).map(({ outcome }) => outcome)).toEqual([
      'authorBanned',
      'authorBanned',
    ])
  })

  it('say so for a ban from the whole site, and not for a mute', async () => {
    const { room, moderator, member, reporter } = await reported()
    await ok('PATCH', `${room}/member/${member.name}`, { token: moderator.token, body: { mute: {} } })
    expect(await reportsOf(reporter)).toMatchObject([{ outcome: 'open' }])
    const admin = { token: 'the-admin-of-reports', env: { ADMIN_TOKEN: 'the-admin-of-reports' } }
    await ok('PUT', `/api/users/${member.id}/ban`, { ...admin, body: {} })
    expect(await reportsOf(reporter)).toMatchObject([{ outcome: 'authorBanned' }])
    await ok('DELETE', `/api/users/${member.id}/ban`, admin)
    expect(await reportsOf(reporter)).toMatchObject([{ outcome: 'authorBanned' }])
  })

  it('say that a moderator has looked at one, and name nobody', async () => {
    const { room, owner, moderator, reporter, id } = await reported()
    await ok('PATCH', `${room}/report/${id}`, { token: moderator.token, body: { resolved: true } })
    const reports = await reportsOf(reporter)
    expect(reports).toMatchObject([{ outcome: 'dismissed' }])
    for (const { name } of [owner, moderator]) expect(JSON.stringify(reports)).not.toContain(name)
    await ok('PATCH', `${room}/report/${id}`, { token: moderator.token, body: { resolved: false } })
    expect(await reportsOf(reporter)).toMatchObject([{ outcome: 'open' }])
  })

  it('are read in pages, the newest first, without those of deleted rooms', async () => {
    const { room, owner, reporter, report } = await reported()
    const other = await reported()
    for (const each of [1, 2]) expect((await report(reporter)).id).toBe(each + 1)
    await other.report(reporter)
    const seen: OwnReport[] = []
    for (let next: string | null = '/api/users/me/report?limit=2'; next; ) {
      const page: OwnReportList = await own(next, reporter)
      seen.push(...page.reports)
      next = page.next
    }
    expect(seen.map(({ id }) => id)).toEqual([2, 3, 2, 1])
    await ok('DELETE', room, { token: owner.token })
    expect((await reportsOf(reporter)).map(({ id }) => id)).toEqual([2])
    await fails(400, 'GET', '/api/users/me/report?cursor=1', { token: reporter.token })
  })

  it('are shown to nobody else, and to nobody who only knows an open name', async () => {
    const { reporter, member } = await reported()
    expect(await reportsOf(member)).toEqual([])
    await fails(401, 'GET', '/api/users/me/report')
    await fails(401, 'GET', `/api/users/me/report?userName=${reporter.name}`)
    await fails(401, 'GET', '/api/users/me/report', { token: 'x'.repeat(43) })
  })

  it('cost one round trip and a bounded number of rows, however many others there are', async () => {
    const { reporter, report } = await reported()
    const stranger = await newUser()
    for (let i = 0; i < 10; i++) await report(stranger)
    const { db, cost } = counting()
    await ok('GET', '/api/users/me/report', { token: reporter.token, db })
    // The caller, found twice, and of the one report: its row in the index and itself, its room, its message, and four looks for a ban.
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(cost.rowsRead).toBeLessThanOrEqual(10)
  })
})
