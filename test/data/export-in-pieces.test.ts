import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ImportAnswer } from '../../src/contract'
import { call, fresh, newUser, ok, say } from '../support/api'
import { exported, ofType } from '../support/export'
import { roomFixture } from '../support/fixtures'
import { empty, toText } from '../support/import-file'
import { roomIdOf } from '../support/live'
import { asAdmin } from '../support/site'
import { sweepAll } from '../support/sweep'

beforeEach(empty)

const send = async (text: string, query = '') => {
  const lines = text.trimEnd().split('\n')
  let answer: ImportAnswer | undefined
  for (let from = 0; from < lines.length; from += 400)
    answer = await ok<ImportAnswer>('POST', `/api/import?import=all&line=${from + 1}${query}`, {
      ...asAdmin,
      body: lines.slice(from, from + 400).join('\n'),
      headers: { 'Content-Type': 'application/x-ndjson' },
    })
  return answer
}

describe('the export of a room whose log begins late', () => {
  it('has members, moderators, bans and the audit log, and imports as the same room', async () => {
    const { room, owner, moderator, guest, member } = await roomFixture()
    await ok('PATCH', `${room}/member/${guest.name}`, { token: owner.token, body: { ban: {} } })
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500)
        insert into messages (room_id, seq, author_id, text, created_at)
        select ?1, i, ?2, 'm ' || i, iif(i <= 1400, 1000, ?3) from n`,
    )
      .bind(await roomIdOf(room), member.id, Date.now())
      .run()
    await sweepAll({ RETENTION_DAYS: 30 })
    expect(await ok('GET', room)).toMatchObject({ firstSeq: 1401 })

    for (const path of [`${room}/export`, '/api/export']) {
      const { lines } = await exported(path, asAdmin)
      expect(ofType(lines, 'message')).toHaveLength(100)
      expect(ofType(lines, 'member').map(({ user }) => user)).toEqual(
        expect.arrayContaining([moderator.id, member.id]),
      )
      expect(ofType(lines, 'sanction')).toMatchObject([{ user: guest.id, kind: 'ban' }])
      expect(ofType(lines, 'audit').map(({ action }) => action)).toContain('ban')
    }
    const { text } = await exported('/api/export', asAdmin)
    await empty()
    await send(text)
    expect((await exported('/api/export', asAdmin)).text).toBe(text)
    const post = { body: { userName: guest.name, message: 'I am back' } }
    expect((await call('POST', `${room}/message`, post)).status).toBe(403)
  })

  it('is whole if its start is removed between two pieces, also if the room does not say so', async () => {
    const { room, owner, member } = await roomFixture()
    const id = await roomIdOf(room)
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3100)
        insert into messages (room_id, seq, author_id, text, created_at) select ?1, i, ?2, 'm ' || i, 1000 from n`,
    )
      .bind(id, member.id)
      .run()
    const { lines } = await exported(`${room}/export`, { token: owner.token }, () =>
      env.DB.prepare('delete from messages where room_id = ? and seq < 3050').bind(id).run(),
    )
    expect(ofType(lines, 'message').at(-1)).toMatchObject({ seq: 3100 })
    expect(ofType(lines, 'member').map(({ user }) => user)).toContain(member.id)
  })
})

describe('somebody who is removed while the members are exported', () => {
  /** Adds so many members to a room that they are exported in two pieces. The ids of these users are their ordinals. */
  const crowd = async (room: string) => {
    const id = await roomIdOf(room)
    const people = 'with recursive n(i) as (select 5000 union all select i + 1 from n where i < 6200)'
    await env.DB.batch([
      env.DB.prepare(
        `${people} insert into users (id, name, name_key, token_hash, created_at) select i, 'p' || i, 'p' || i, 'p' || i, 0 from n`,
      ),
      env.DB.prepare(
        `${people} insert into members (room_id, ordinal, user_id, joined_at) select ${id}, i, i, 0 from n`,
      ),
    ])
    return id
  }

  const members = async (room: string, names: string[]) =>
    Promise.all(names.map(async (name) => (await call('GET', `${room}/member/${name}`)).status))

  it.each(['', '&rename=true'])('is gone after an import, and nobody else is%s', async (query) => {
    const { room, owner, member } = await roomFixture()
    const id = await crowd(room)
    // The ordinal of p5500 is the id of the one who is removed.
    await env.DB.batch([
      env.DB.prepare('update users set id = 7000 where id = 5500'),
      env.DB.prepare('update members set user_id = 7000 where room_id = ? and ordinal = 5500').bind(id),
      env.DB.prepare('update users set id = 5500 where id = ?').bind(member.id),
      env.DB.prepare('update members set user_id = 5500 where user_id = ?').bind(member.id),
    ])
    let isGone = false
    const { text, lines } = await exported(`${room}/export`, { token: owner.token }, async () => {
      if (!isGone) await ok('DELETE', `${room}/member/${member.name}`, { token: owner.token })
      isGone = true
    })
    expect(ofType(lines, 'member').map(({ user }) => user)).toContain(5500)
    expect(ofType(lines, 'absent')).toMatchObject([{ of: 'member', from: 5500, upTo: 5500 }])
    await empty()
    if (query) await newUser()
    await send(text, query)
    expect(await members(room, [member.name, 'p5500', 'p5501'])).toEqual([404, 200, 200])
  })

  it('is no incoming webhook', async () => {
    const { room, owner } = await roomFixture()
    const { url } = await ok<{ url: string }>('POST', `${room}/hook`, {
      token: owner.token,
      body: { name: fresh('CI') },
    })
    await call('POST', new URL(url).pathname, { body: { text: 'built' } })
    await crowd(room)
    const { text, lines } = await exported(`${room}/export`, { token: owner.token }, async () => {
      await ok('PUT', `${room}/pin/1`, { token: owner.token })
    })
    expect(ofType(lines, 'absent')).toEqual([])
    await empty()
    expect(await send(text)).toMatchObject({ finished: true })
    // Files from before have such a line.
    await empty()
    const room1 = ofType(lines, 'room')[0]?.id
    const old = text.replace(/\{"type":"end".*\n$/, () =>
      toText([
        { type: 'absent', of: 'member', room: room1, from: -1, upTo: -1 },
        { type: 'end', lines: lines.length },
      ]),
    )
    expect(await send(old)).toMatchObject({ finished: true })
    await say(room, owner.name, 'goes on')
  })
})
