import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { NewUser, OwnChatroom, OwnChatroomList, ReadMark } from '../../src/contract'
import { call, fails, fresh, newUser, type Options, ok, say } from '../support/api'
import { costOf, grow } from '../support/cost'
import { roomFixture } from '../support/fixtures'
import { mention, roomWithReader } from '../support/reader'

const mark = (
  room: string,
  { name }: { name: string },
  seq: number,
  options: Options = {},
): Promise<ReadMark> => ok('PUT', `${room}/member/${name}/read`, { body: { seq }, ...options })
const roomsOf = async ({ token }: NewUser): Promise<OwnChatroom[]> =>
  (await ok<OwnChatroomList>('GET', '/api/users/me/chatroom', { token })).chatrooms
const roomOf = async (user: NewUser): Promise<Partial<OwnChatroom>> => (await roomsOf(user))[0] ?? {}

describe('the mark of a reader', () => {
  it('moves forward and never back', async () => {
    const { room, reader, writer } = await roomWithReader()
    for (const text of ['1', '2', '3']) await say(room, writer, text)
    const chatroom = room.split('/').at(-1)
    expect(await mark(room, reader, 2)).toEqual({ chatroom, userName: reader.name, readSeq: 2 })
    expect(await mark(room, reader, 1)).toMatchObject({ readSeq: 2 })
    expect(await mark(room, reader, 0)).toMatchObject({ readSeq: 2 })
    expect(await mark(room, reader, 3)).toMatchObject({ readSeq: 3 })
  })

  it('goes no further than the log, whose entries are not only messages', async () => {
    const { room, reader, writer } = await roomWithReader()
    expect(await mark(room, reader, 7)).toMatchObject({ readSeq: 0 })
    await say(room, writer, '1')
    await ok('PATCH', `${room}/message/1`, { body: { userName: writer, message: 'one' } })
    expect(await mark(room, reader, Number.MAX_SAFE_INTEGER)).toMatchObject({ readSeq: 2 })
    await say(room, writer, '3')
    expect(await roomOf(reader)).toMatchObject({ lastSeq: 3, readSeq: 2, unread: 1 })
  })

  it('is kept by a rename, and goes with leaving', async () => {
    const { room, reader, writer } = await roomWithReader()
    await say(room, writer, '1')
    await mark(room, reader, 1)
    const name = fresh('renamed')
    await ok('PATCH', `/api/users/${reader.id}`, { token: reader.token, body: { name } })
    expect(await roomOf(reader)).toMatchObject({ readSeq: 1, unread: 0 })
    await ok('DELETE', `${room}/member/${name}`)
    expect(await roomsOf(reader)).toEqual([])
    await ok('PUT', room, { body: { userName: name } })
    expect(await roomOf(reader)).toMatchObject({ readSeq: 0, unread: 1 })
  })

  it('is for its user alone to move', async () => {
    const { room, reader, writer } = await roomWithReader()
    await say(room, writer, '1')
    const path = `${room}/member/${reader.name}/read`
    const other = await newUser()
    expect(await fails(403, 'PUT', path, { token: other.token, body: { seq: 1 } })).toMatchObject({
      title: 'Not you',
    })
    await ok('PATCH', `/api/users/${reader.id}`, { token: reader.token, body: { protected: true } })
    await fails(401, 'PUT', path, { body: { seq: 1 } })
    expect(await mark(room, reader, 1, { token: reader.token })).toMatchObject({ readSeq: 1 })
    expect(await fails(404, 'PUT', `${room}/member/${other.name}/read`, { body: { seq: 1 } })).toMatchObject({
      title: 'Member not found',
    })
    await fails(404, 'PUT', `${room}/member/${fresh('nobody')}/read`, { body: { seq: 1 } })
    await fails(404, 'PUT', `/chatroom/${fresh('none')}/member/${other.name}/read`, { body: { seq: 1 } })
  })

  it.each([{}, { seq: -1 }, { seq: 1.5 }, { seq: '1' }, { seq: null }, { seq: 2 ** 53 }])(
    'is a whole number, not %j',
    async (body) => {
      const { room, reader } = await roomWithReader()
      const problem = await fails(400, 'PUT', `${room}/member/${reader.name}/read`, { body })
      expect(problem.errors?.map(({ path }) => path)).toEqual(['seq'])
    },
  )

  it('costs one row, and none where it does not move', async () => {
    const { room, reader, writer } = await roomWithReader()
    await say(room, writer, '1')
    const path = `${room}/member/${reader.name}/read`
    const first = await costOf('PUT', path, { seq: 1 })
    expect(first).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
    expect(first.rowsRead).toBeLessThanOrEqual(20)
    expect(await costOf('PUT', path, { seq: 1 })).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
  })

  it('is seen by nobody else', async () => {
    const { room, reader, writer } = await roomWithReader()
    await say(room, writer, '1')
    await mark(room, reader, 1)
    for (const path of [
      room,
      `${room}/member`,
      `${room}/member/${reader.name}`,
      `${room}/message`,
      '/api/users',
    ]) {
      expect(await (await call('GET', path)).text()).not.toContain('readSeq')
    }
  })
})

describe('the list of own rooms', () => {
  it('counts the messages of others that stand after the mark, without the deleted ones', async () => {
    const { room, reader, writer } = await roomWithReader()
    await ok('PATCH', `/api/users/${reader.id}`, { token: reader.token, body: { protected: true } })
    for (const text of ['1', '2', '3', '4']) await say(room, writer, text)
    await ok('POST', `${room}/message`, { token: reader.token, body: { message: 'mine' } })
    await ok('DELETE', `${room}/message/4?userName=${writer}`)
    await mark(room, reader, 1, { token: reader.token })
    expect(await roomsOf(reader)).toEqual([
      {
        name: room.split('/').at(-1),
        title: null,
        role: 'member',
        joinedAt: expect.any(String),
        lastSeq: 6,
        readSeq: 1,
        unread: 2,
        mentioned: false,
      },
    ])
    await mark(room, reader, 3, { token: reader.token })
    expect(await roomOf(reader)).toMatchObject({ unread: 0 })
  })

  it('counts to 100', async () => {
    const { room, reader, writer } = await roomWithReader()
    await say(room, writer, '1')
    await grow({ room }, 100)
    expect(await roomOf(reader)).toMatchObject({ lastSeq: 100, unread: 100 })
    await grow({ room }, 5000)
    expect(await roomOf(reader)).toMatchObject({ lastSeq: 5000, unread: 100 })
    await mark(room, reader, 4901)
    expect(await roomOf(reader)).toMatchObject({ unread: 99 })
    const cost = await costOf('GET', `/api/users/me/chatroom?userName=${reader.name}`)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(cost.rowsRead).toBeLessThanOrEqual(100 + 20)
  })

  it('looks at the newest 1,000 messages of a room, of all authors', async () => {
    const { room, reader, writer } = await roomWithReader()
    await say(room, writer, '1')
    await grow({ room }, 3000)
    await env.DB.prepare(
      'update messages set author_id = ? where seq > 1 and room_id = (select id from rooms where name = ?)',
    )
      .bind(reader.id, room.split('/').at(-1))
      .run()
    const cost = await costOf('GET', `/api/users/me/chatroom?userName=${reader.name}`)
    expect(cost.rowsRead).toBeLessThanOrEqual(1000 + 20)
  })

  it('says where an unread message mentions the reader', async () => {
    const { room, reader, writer } = await roomWithReader()
    await mention(room, writer, reader)
    await mention(room, writer, reader)
    expect(await roomOf(reader)).toMatchObject({ mentioned: true })
    await mark(room, reader, 1)
    expect(await roomOf(reader)).toMatchObject({ mentioned: true })
    await ok('DELETE', `${room}/message/2?userName=${writer}`)
    expect(await roomOf(reader)).toMatchObject({ mentioned: false })
  })

  it('holds roles, and comes page by page', async () => {
    const { room, owner, moderator, member } = await roomFixture()
    await ok('PUT', room, { token: owner.token, body: {} })
    expect([await roomOf(owner), await roomOf(moderator), await roomOf(member)]).toMatchObject([
      { role: 'owner' },
      { role: 'moderator' },
      { role: 'member' },
    ])
    const more = [await roomFixture(), await roomFixture()]
    for (const other of more) await ok('PUT', other.room, { token: owner.token, body: {} })
    const first = await ok<OwnChatroomList>('GET', '/api/users/me/chatroom?limit=2', { token: owner.token })
    const second = await ok<OwnChatroomList>('GET', first.next ?? '', { token: owner.token })
    expect([...first.chatrooms, ...second.chatrooms].map(({ name }) => `/chatroom/${name}`)).toEqual([
      room,
      ...more.map((other) => other.room),
    ])
    expect(second.next).toBeNull()
    const name = decodeURIComponent(more[0]?.room.split('/').at(-1) ?? '')
    const named = `/api/users/me/chatroom?name=${encodeURIComponent(name.toUpperCase())}`
    expect(await ok('GET', named, { token: owner.token })).toMatchObject({
      chatrooms: [{ name }],
      next: null,
    })
    expect(await ok('GET', named, { token: member.token })).toEqual({ chatrooms: [], next: null })
  })

  it('has no room that was left, deleted, or from which the reader is banned', async () => {
    const [kept, left, deleted, banned] = await Promise.all([1, 2, 3, 4].map(() => roomFixture()))
    const reader = await newUser()
    for (const fixture of [kept, left, deleted, banned]) {
      await ok('PUT', fixture?.room ?? '', { token: reader.token, body: {} })
    }
    await ok('DELETE', `${left?.room}/member/${reader.name}`, { token: reader.token })
    await ok('DELETE', deleted?.room ?? '', { token: deleted?.owner.token ?? '' })
    await ok('PATCH', `${banned?.room}/member/${reader.name}`, {
      token: banned?.owner.token ?? '',
      body: { ban: {} },
    })
    expect((await roomsOf(reader)).map(({ name }) => `/chatroom/${name}`)).toEqual([kept?.room])
  })
})
