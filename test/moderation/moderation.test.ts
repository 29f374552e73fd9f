import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { AuditList, MessageList, Report, ReportList } from '../../src/contract'
import { call, fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import fc from '../support/properties.ts'

describe('deletion by moderators', () => {
  it('is allowed for any message, is an entry in the log, and does not allow edits', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    await say(room, member.name, 'rude')
    await fails(403, 'DELETE', `${room}/message/1`, { token: guest.token })
    await fails(403, 'PATCH', `${room}/message/1`, { token: owner.token, body: { message: 'polite' } })
    expect(await ok('DELETE', `${room}/message/1`, { token: moderator.token })).toMatchObject({
      seq: 1,
      userName: member.name,
      message: null,
    })
    expect(await say(room, member.name, 'sorry')).toMatchObject({ seq: 3 })
  })
})

describe('deleting everything by one author in a time span', () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString()
  const span = (author: string, from: number, upTo: number) =>
    `author=${encodeURIComponent(author)}&from=${at(from)}&upTo=${at(upTo)}`

  it('deletes that, nothing else, and numbers a deletion for each', async () => {
    const { room, moderator, member, guest } = await roomFixture()
    const roomId = env.DB.prepare('select id from rooms where name = ?').bind(room.split('/').at(-1))
    const id = await roomId.first('id')
    for (let seq = 1; seq <= 9; seq++) await say(room, seq % 3 ? member.name : guest.name, `message ${seq}`)
    await env.DB.prepare('update messages set created_at = 1000 * seq where room_id = ?').bind(id).run()
    await ok('DELETE', `${room}/message/4?userName=${member.name}`)

    const purge = `${room}/message?${span(member.name, 2, 7)}`
    await fails(403, 'DELETE', purge, { token: member.token })
    expect(await ok('DELETE', purge, { token: moderator.token })).toEqual({
      userName: member.name,
      deletedCount: 3,
    })
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    expect(messages.filter(({ message }) => message === null).map(({ seq }) => seq)).toEqual([2, 4, 5, 7])
    const log = env.DB.prepare('select seq, type, target from changes where room_id = ? order by seq').bind(
      id,
    )
    expect((await log.all()).results).toEqual([
      { seq: 10, type: 'delete', target: 4 },
      { seq: 11, type: 'delete', target: 2 },
      { seq: 12, type: 'delete', target: 5 },
      { seq: 13, type: 'delete', target: 7 },
    ])
    expect(await say(room, guest.name, 'next')).toMatchObject({ seq: 14 })
    expect(await ok('DELETE', purge, { token: moderator.token })).toMatchObject({ deletedCount: 0 })
    expect(await ok('GET', `${room}/audit?limit=1`, { token: moderator.token })).toMatchObject({
      entries: [{ action: 'purge', to: member.name, from: at(2), upTo: at(7) }],
    })
    await fails(404, 'DELETE', `${room}/message?${span('nobody', 2, 7)}`, { token: moderator.token })
  })

  it('finds the ends of any span in any log', async () => {
    const { room, owner, member } = await roomFixture()
    const roomId = env.DB.prepare('select id from rooms where name = ?').bind(room.split('/').at(-1))
    const id = await roomId.first('id')
    const authorId = await env.DB.prepare('select id from users where name = ?').bind(member.name).first('id')
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2)), { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(30), fc.nat(30), async (steps, from, upTo) => {
        const upToNow = (index: number, which: 0 | 1) =>
          steps.slice(0, index + 1).reduce((sum, step) => sum + step[which], 0)
        const rows = steps.map((_, index) => ({ seq: upToNow(index, 0), time: upToNow(index, 1) }))
        const inserts = rows.map(({ seq, time }) =>
          env.DB.prepare(
            'insert into messages (room_id, seq, author_id, text, created_at) values (?, ?, ?, ?, ?)',
          ).bind(id, seq, authorId, 'x', time * 1000),
        )
        await env.DB.batch([env.DB.prepare('delete from messages where room_id = ?').bind(id), ...inserts])
        const path = `${room}/message?${span(member.name, from, upTo)}`
        const expected = rows.filter(({ time }) => time >= from && time <= upTo).length
        expect(await ok('DELETE', path, { token: owner.token })).toMatchObject({ deletedCount: expected })
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    '',
    'author=x',
    'author=x&from=2026-01-01T00:00:00Z',
    'author=x&from=yesterday&upTo=2026-01-01T00:00:00Z',
    'author=x&authorOf=1',
    'authorOf=0',
  ])('is not asked for by ?%s', async (query) => {
    const { room, owner } = await roomFixture()
    await fails(400, 'DELETE', `${room}/message?${query}`, { token: owner.token })
  })
})

describe('reports', () => {
  it('are made by anybody, and read and resolved by moderators', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    await say(room, member.name, 'rude')
    const made = await call('POST', `${room}/message/1/report`, {
      body: { userName: guest.name, reason: 'rude' },
    })
    expect([made.status, made.headers.get('location')]).toEqual([201, `${room}/report/1`])
    const report = await made.json<Report>()
    expect(report).toMatchObject({ id: 1, seq: 1, userName: guest.name, reason: 'rude', resolvedAt: null })
    await ok('POST', `${room}/message/1/report`, { token: moderator.token, body: { reason: 'indeed' } })
    await fails(404, 'POST', `${room}/message/2/report`, { token: guest.token, body: { reason: 'x' } })
    await fails(404, 'POST', `${room}/message/1/report`, { body: { userName: 'nobody', reason: 'x' } })
    await fails(400, 'POST', `${room}/message/1/report`, { body: { userName: guest.name } })

    for (const path of ['/report', '/report/1']) {
      await fails(401, 'GET', room + path)
      await fails(403, 'GET', room + path, { token: guest.token })
    }
    const first = await ok<ReportList>('GET', `${room}/report?limit=1`, { token: owner.token })
    expect(first).toMatchObject({ reports: [{ id: 2, userName: moderator.name }] })
    expect(await ok('GET', first.next ?? '', { token: owner.token })).toEqual({
      reports: [report],
      next: null,
    })

    const resolve = { token: moderator.token, body: { resolved: true } }
    const resolved = await ok<Report>('PATCH', `${room}/report/1`, resolve)
    expect(resolved).toEqual({ ...report, resolvedAt: expect.stringMatching(/Z$/) })
    expect(await ok('PATCH', `${room}/report/1`, resolve), 'again is well').toEqual(resolved)
    expect(await ok('GET', `${room}/report/1`, { token: owner.token })).toEqual(resolved)
    expect(await ok('PATCH', `${room}/report/1`, { ...resolve, body: { resolved: false } })).toEqual(report)
    await fails(404, 'PATCH', `${room}/report/9`, resolve)
    await fails(403, 'PATCH', `${room}/report/1`, { ...resolve, token: guest.token })
    const { entries } = await ok<AuditList>('GET', `${room}/audit?limit=3`, { token: owner.token })
    expect(entries).toMatchObject([
      { action: 'reopenReport', by: moderator.name, to: null, seq: 1 },
      { action: 'resolveReport', by: moderator.name, to: null, seq: 1 },
      { action: 'makeModerator' },
    ])
    await fails(404, 'GET', `${room}/report/9`, { token: moderator.token })
  })
})

describe('blocked words', () => {
  it('are refused in any case and look, inside words they are not', async () => {
    const { room, owner, moderator, member } = await roomFixture({ blockedWords: ['Casino', 'buy now'] })
    for (const message of [
      'casino',
      'A CASINO!',
      'the ｃａｓｉｎｏ',
      'the саsіnо',
      'casin0',
      '"casino".',
      'Buy  NOW, friends',
    ])
      expect(
        await fails(403, 'POST', `${room}/message`, { body: { userName: member.name, message } }),
      ).toMatchObject({
        title: 'Blocked word',
      })
    for (const message of ['casinos', 'a Casinoroyale', 'buy it now', 'now buy', '!!'])
      await say(room, member.name, message)
    const edit = { userName: member.name, message: 'casino' }
    await fails(403, 'PATCH', `${room}/message/1`, { body: edit })
    await ok('POST', `${room}/message`, {
      token: moderator.token,
      body: { message: 'who says casino is out' },
    })
    expect(await ok('GET', `${room}/blocked-word`, { token: moderator.token })).toEqual({
      blockedWords: ['Casino', 'buy now'],
    })
    await fails(403, 'GET', `${room}/blocked-word`, { token: member.token })
    await fails(400, 'PATCH', room, { token: owner.token, body: { blockedWords: ['!?'] } })
    await ok('PATCH', room, { token: owner.token, body: { blockedWords: [] } })
    await say(room, member.name, 'casino')
  })

  it('do not join a user whose first message is refused', async () => {
    const { room, guest } = await roomFixture({ blockedWords: ['casino'] })
    await fails(403, 'POST', `${room}/message`, { body: { userName: guest.name, message: 'casino' } })
    expect(await ok('GET', room)).toMatchObject({ memberCount: 2 })
  })
})

describe('links of newcomers', () => {
  it('wait until the member has been here long enough', async () => {
    const { room, moderator, member, guest } = await roomFixture({ newcomerLinkSeconds: 3600 })
    const link = 'see https://example.com'
    for (const { name } of [member, guest])
      expect(
        await fails(403, 'POST', `${room}/message`, { body: { userName: name, message: link } }),
      ).toMatchObject({
        title: 'Link too soon',
      })
    for (const message of ['[x](https:host/path)', '[x](https:\\\\host)', '[x](mailto:me@example.com)'])
      await fails(403, 'POST', `${room}/message`, { body: { userName: member.name, message } })
    await say(room, member.name, 'no link')
    await fails(403, 'PATCH', `${room}/message/1`, {
      body: { userName: member.name, message: 'www.example.com' },
    })
    await ok('POST', `${room}/message`, { token: moderator.token, body: { message: link } })
    const { id } = member
    await env.DB.prepare('update members set joined_at = joined_at - 3600001 where user_id = ?')
      .bind(id)
      .run()
    await say(room, member.name, link, { 'Idempotency-Key': fresh('key') })
  })
})

describe('a name', () => {
  it('of a banned user stays taken', async () => {
    const { room, owner } = await roomFixture()
    const { id, name } = await newUser()
    await ok('PATCH', `${room}/member/${name}`, { token: owner.token, body: { mute: {} } })
    const renamed = fresh('renamed')
    await ok('PUT', `/api/users/${id}`, { body: { name: renamed } })
    expect(
      await ok('PATCH', `${room}/member/${renamed}`, { token: owner.token, body: { mute: null } }),
    ).toMatchObject({
      mute: null,
    })
    await say(room, renamed, 'free')
    await newUser(name)
    await say(room, name, 'free too')
  })
})
