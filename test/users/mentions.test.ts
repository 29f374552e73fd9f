import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { MentionList, NewUser } from '../../src/contract'
import { fails, newUser, ok, say } from '../support/api'
import { costOf, grow } from '../support/cost'
import { roomFixture } from '../support/fixtures'
import { mention, roomWithReader } from '../support/reader'

describe('the list of mentions', () => {
  const mentionsOf = ({ token }: NewUser, query = ''): Promise<MentionList> =>
    ok('GET', `/api/users/me/mention${query}`, { token })
  const textsOf = ({ messages }: MentionList) => messages.map(({ message }) => message)

  it('holds the messages of all rooms, the newest first, as they stand now', async () => {
    const reader = await newUser()
    const fixtures = [await roomWithReader(), await roomWithReader()]
    for (const [i, { room, writer }] of [...fixtures, ...fixtures].entries()) {
      await ok('PUT', room, { body: { userName: reader.name } })
      const { seq } = await say(room, writer, `mention ${i} @${reader.name}`)
      await env.DB.prepare(
        'update mentions set created_at = ? where user_id = ? and seq = ? and room_id = (select id from rooms where name = ?)',
      )
        .bind(1000 + i, reader.id, seq, room.split('/').at(-1))
        .run()
    }
    const [one, other] = fixtures
    await ok('PATCH', `${one?.room}/message/1`, { body: { userName: one?.writer, message: 'edited' } })
    await ok('DELETE', `${other?.room}/message/1?userName=${other?.writer}`)
    const all = await mentionsOf(reader)
    const texts = [`mention 3 @${reader.name}`, `mention 2 @${reader.name}`, 'edited']
    expect(textsOf(all)).toEqual(texts)
    expect(all).toMatchObject({
      messages: [
        { chatroom: other?.room.split('/').at(-1), userName: other?.writer, seq: 2 },
        {},
        { seq: 1 },
      ],
      next: null,
    })
    const paged: (string | null)[] = []
    for (let next: string | null = '/api/users/me/mention?limit=1'; next; ) {
      const page: MentionList = await ok('GET', next, { token: reader.token })
      paged.push(...textsOf(page))
      next = page.next
    }
    expect(paged).toEqual(texts)
    await fails(400, 'GET', '/api/users/me/mention?cursor=1', { token: reader.token })
  })

  it('holds only those of one room, where that is asked for', async () => {
    const reader = await newUser()
    const fixtures = [await roomWithReader(), await roomWithReader()]
    for (const [i, { room, writer }] of [...fixtures, ...fixtures].entries()) {
      await ok('PUT', room, { body: { userName: reader.name } })
      await say(room, writer, `mention ${i} @${reader.name}`)
    }
    const name = fixtures[0]?.room.split('/').at(-1)
    const query = `?chatroom=${name?.toUpperCase()}`
    expect(textsOf(await mentionsOf(reader, query))).toEqual([
      `mention 2 @${reader.name}`,
      `mention 0 @${reader.name}`,
    ])
    const first = await mentionsOf(reader, `${query}&limit=1`)
    expect(textsOf(first)).toEqual([`mention 2 @${reader.name}`])
    const second: MentionList = await ok('GET', first.next ?? '', { token: reader.token })
    expect([textsOf(second), second.next]).toEqual([[`mention 0 @${reader.name}`], null])
    expect(await mentionsOf(reader, '?chatroom=no-room-of-this-name')).toEqual({ messages: [], next: null })
  })

  it('leaves out rooms that the reader may not read', async () => {
    const reader = await newUser()
    const open = await roomFixture()
    const members = await roomFixture()
    const banned = await roomFixture()
    const deleted = await roomFixture()
    for (const { room, member } of [open, members, banned, deleted]) {
      await mention(room, member.name, reader)
    }
    expect((await mentionsOf(reader)).messages).toHaveLength(4)
    await ok('PATCH', members.room, {
      token: members.owner.token,
      body: { readers: 'members', posters: 'members' },
    })
    expect((await mentionsOf(reader)).messages).toHaveLength(4)
    await ok('DELETE', `${members.room}/member/${reader.name}`, { token: reader.token })
    await ok('PATCH', `${banned.room}/member/${reader.name}`, {
      token: banned.owner.token,
      body: { ban: {} },
    })
    await ok('DELETE', deleted.room, { token: deleted.owner.token })
    expect(textsOf(await mentionsOf(reader))).toHaveLength(1)
    expect((await mentionsOf(reader)).messages[0]?.chatroom).toBe(open.room.split('/').at(-1))
  })

  it("of an open name that owns a room for members needs the owner's token", async () => {
    const { room, owner, member } = await roomFixture({ readers: 'members', posters: 'members' })
    await ok('PUT', room, { token: owner.token, body: {} })
    await say(room, member.name, `secret, @${owner.name}`)
    await ok('DELETE', `${room}/member/${owner.name}`, { token: owner.token })
    expect(await mentionsOf(owner)).toMatchObject({ messages: [{ seq: 1 }] })
    expect(textsOf(await ok('GET', `/api/users/me/mention?userName=${owner.name}`))).toEqual([])
  })

  it('costs one round trip and a page of rows', async () => {
    const { room, reader, writer } = await roomWithReader()
    await say(room, writer, 'x')
    await grow({ room }, 1000)
    await env.DB.prepare(
      'insert into mentions (user_id, room_id, seq, created_at) select ?, room_id, seq, seq from messages where room_id = (select id from rooms where name = ?)',
    )
      .bind(reader.id, room.split('/').at(-1))
      .run()
    const cost = await costOf('GET', `/api/users/me/mention?userName=${reader.name}&limit=50`)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(cost.rowsRead).toBeLessThanOrEqual(51 * 10 + 20)
  })
})
