import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, fails, newUser, ok, say } from '../support/api'
import { exported, ofType } from '../support/export'
import { roomFixture } from '../support/fixtures'
import { livedIn } from '../support/lived-in'
import { asAdmin } from '../support/site'

let room: string
let people: Awaited<ReturnType<typeof livedIn>>['people']

beforeAll(async () => {
  const instance = await livedIn()
  room = instance.room
  people = instance.people
})

describe('an export of the whole instance', () => {
  it('holds every kind of line, in order, and the same bytes again', async () => {
    const { text, lines } = await exported('/api/export', asAdmin)
    const order = lines.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1])
    const log = /^((message|reaction|change) )+/
    const [before, behind] = order.join(' ').split('room ')
    expect([before, behind?.replace(log, '')]).toEqual([
      'parlour site user ',
      'member held hook sanction report audit sanction audit end',
    ])
    const seqs = lines.flatMap((line) =>
      line.type === 'message' || line.type === 'change' ? [line.seq] : [],
    )
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
    expect((await exported('/api/export', asAdmin)).text).toBe(text)
  })

  it('keeps what messages, reactions and entries of the log have', async () => {
    const { lines } = await exported('/api/export', asAdmin)
    const { member, guest } = people
    const messages = ofType(lines, 'message')
    expect(messages).toMatchObject([
      { seq: 1, author: member.id, text: 'line one\n{"type":"end"},"author":9\\ \u2028' },
      { seq: 2, text: 'edited', editedAt: expect.any(String), keyHash: expect.any(String) },
      { seq: 3, author: guest.id, replyTo: 1, mentions: [{ id: member.id, name: member.name }] },
      { seq: 9, deletedAt: expect.any(String) },
      { seq: 11, text: 'spam' },
      { seq: 12, author: 0, hook: expect.any(Number), bot: expect.any(String), text: 'built' },
    ])
    expect(messages[3]).not.toHaveProperty('text')
    expect(ofType(lines, 'reaction')).toMatchObject([
      { message: 1, reaction: '🎉', users: [member.id, guest.id].sort((a, b) => a - b) },
    ])
    expect(ofType(lines, 'change')).toMatchObject([
      { seq: 4, kind: 'reaction', reaction: '🎉', added: true },
      { seq: 5, reaction: '👍', added: true },
      { seq: 6, actor: member.id },
      { seq: 7, reaction: '👍', added: false },
      { seq: 8, kind: 'edit', target: 2 },
      { seq: 10, kind: 'delete', target: 9 },
    ])
  })

  it('keeps settings, roles, bans and what waits', async () => {
    const { lines } = await exported('/api/export', asAdmin)
    const { owner, moderator, held, banned } = people
    expect(ofType(lines, 'site')).toEqual([{ type: 'site', blockedWords: ['poker'] }])
    expect(ofType(lines, 'room')).toMatchObject([
      {
        owner: owner.id,
        title: 'A title with "quotes"',
        slowModeSeconds: 0,
        blockedWords: ['casino'],
        reactions: ['🎉', '👍'],
        approval: 'all',
        pinned: [2],
      },
    ])
    expect(ofType(lines, 'member')).toContainEqual(
      expect.objectContaining({ user: moderator.id, role: 'moderator' }),
    )
    expect(ofType(lines, 'held')).toMatchObject([{ author: held.id, text: 'waits' }])
    expect(ofType(lines, 'sanction')).toMatchObject([
      { room: expect.any(Number), user: banned.id, kind: 'ban', reason: 'spam' },
      { user: banned.id, kind: 'ban' },
    ])
    expect(ofType(lines, 'user').find(({ id }) => id === banned.id)).toMatchObject({
      bannedUntil: 'forever',
      tokenHash: expect.any(String),
    })
    expect(ofType(lines, 'audit').filter(({ room }) => room === undefined)).toMatchObject([
      { action: 'changeRole', detail: { role: 'moderator' } },
      { action: 'changeRole', detail: { role: 'user' } },
      { action: 'ban', subject: banned.id, detail: { until: null, reason: null } },
      { action: 'changeSettings' },
    ])
  })

  it('has a user that was deleted, and an erasure that goes on', async () => {
    const gone = await newUser()
    await ok('DELETE', `/api/users/${gone.id}`, { token: gone.token })
    await env.DB.prepare(
      "insert into erasures (user_id, step, place, started_at) values (9999, 'messages', '[]', 5)",
    ).run()
    const { lines } = await exported('/api/export', asAdmin)
    expect(ofType(lines, 'formerUser')).toMatchObject([{ id: gone.id, name: gone.name }])
    expect(ofType(lines, 'erasure')).toEqual([
      { type: 'erasure', user: 9999, startedAt: '1970-01-01T00:00:00.005Z' },
    ])
    expect(lines.at(-1)).toMatchObject({ users: gone.id })
    await env.DB.prepare('delete from erasures').run()
  })
})

describe('an export of a room', () => {
  it('has what its moderators see, and no secret', async () => {
    const { moderator, member, guest } = people
    const { text, lines } = await exported(`${room}/export`, { token: moderator.token })
    expect(ofType(lines, 'message')).toHaveLength(6)
    expect(ofType(lines, 'user').map(({ id }) => id)).toEqual(expect.arrayContaining([member.id, guest.id]))
    const secrets =
      /subject":"|loginName|tokenHash|secretHash|keyHash|keyIndex|fingerprint|contentHash|nameKey|network|readSeq|bannedUntil|approvedAt/
    expect(text).not.toMatch(secrets)
    expect(ofType(lines, 'held')).toHaveLength(1)
    expect(ofType(lines, 'report')).toMatchObject([{ message: 1, reporter: guest.id, reason: 'rude' }])
  })

  it('names those whom a message mentions, also after they have left', async () => {
    const { room, owner, member } = await roomFixture()
    const left = await newUser()
    await ok('PUT', room, { body: { userName: left.name } })
    await say(room, member.name, `@${left.name} come back`)
    await ok('DELETE', `${room}/member/${left.name}?userName=${left.name}`)
    const { lines } = await exported(`${room}/export`, { token: owner.token })
    expect(ofType(lines, 'message')).toMatchObject([{ mentions: [{ id: left.id }] }])
    expect(ofType(lines, 'user').map(({ id }) => id)).toContain(left.id)
  })

  it('ends with a 404 problem once another room has its name', async () => {
    const fixture = await roomFixture()
    const options = { token: fixture.owner.token }
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200)
      insert into messages (room_id, seq, author_id, text, created_at) select rooms.id, i, 1, 'x', 0 from n, rooms where name = ?`,
    )
      .bind(fixture.room.split('/').at(-1))
      .run()
    const response = await call('GET', `${fixture.room}/export`, options)
    const next = /<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1] ?? ''
    await ok('DELETE', fixture.room, options)
    await fails(404, 'GET', next, options)
    await ok('POST', '/api/chatroom', { ...options, body: { name: fixture.room.split('/').at(-1) } })
    await fails(404, 'GET', next, options)
  })
})

describe("an export of a user's own data", () => {
  it('has all that is theirs, and no word of others', async () => {
    const { member, guest, banned, held } = people
    const { lines, text } = await exported(`/api/users/${guest.id}/export`, { token: guest.token })
    expect(text).not.toMatch(/line one|edited|tokenHash|keyHash/)
    expect(ofType(lines, 'user').map(({ id }) => id)).toEqual([guest.id])
    expect(ofType(lines, 'message').map(({ seq, author }) => [seq, author])).toEqual([
      [3, guest.id],
      [9, guest.id],
    ])
    expect(ofType(lines, 'reaction')).toMatchObject([{ message: 1, users: [guest.id] }])
    expect(ofType(lines, 'report')).toMatchObject([{ reason: 'rude' }])
    const mine = await exported(`/api/users/${member.id}/export`, asAdmin)
    expect(ofType(mine.lines, 'mention')).toMatchObject([{ message: 3 }])
    const bans = await exported(`/api/users/${banned.id}/export`, { token: banned.token })
    expect(ofType(bans.lines, 'sanction')).toHaveLength(2)
    const waiting = await exported(`/api/users/${held.id}/export`, { token: held.token })
    expect(ofType(waiting.lines, 'held')).toMatchObject([{ text: 'waits' }])
  })

  it('is for the user and admins only, also under an open name', async () => {
    const { member, guest } = people
    await fails(401, 'GET', `/api/users/${guest.id}/export`)
    await fails(403, 'GET', `/api/users/${guest.id}/export`, { token: member.token })
    await fails(404, 'GET', '/api/users/999999/export', asAdmin)
  })
})

it('a cursor that no piece has given is a 400 problem', async () => {
  for (const path of ['/api/export', `${room}/export`, `/api/users/${people.member.id}/export`])
    for (const cursor of ['1', 'e30', '%7B%7D', 'x'.repeat(3000)])
      await fails(400, 'GET', `${path}?cursor=${cursor}`, asAdmin)
})

it('no cache keeps a piece', async () => {
  const response = await call('GET', '/api/export', asAdmin)
  expect(response.headers.get('cache-control')).toBe('private, no-store')
})
