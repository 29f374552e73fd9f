import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { AuditList, Chatroom, Message, PinnedList } from '../../src/contract'
import { call, fails, ok, say } from '../support/api'
import { costOf } from '../support/cost'
import { roomFixture } from '../support/fixtures'
import { listen, roomIdOf } from '../support/live'
import { addReaction } from '../support/reactions'

const pin = (room: string, seq: number, token: string) => ok<Chatroom>('PUT', `${room}/pin/${seq}`, { token })
const unpin = (room: string, seq: number, token: string) =>
  ok<Chatroom>('DELETE', `${room}/pin/${seq}`, { token })
const pinnedIn = async (room: string) =>
  (await ok<PinnedList>('GET', `${room}/pin`)).messages.map(({ seq }) => seq)

/** Creates a room with messages 1 to 3. */
const roomWithMessages = async () => {
  const fixture = await roomFixture()
  for (const text of ['one', 'two', 'three']) await say(fixture.room, fixture.member.name, text)
  return fixture
}

describe('a pinned message', () => {
  it('is named by its room, the last pinned one first, and shown as it stands now', async () => {
    const { room, owner, moderator, member } = await roomWithMessages()
    expect(await ok('GET', room)).toMatchObject({ pinned: [] })
    await pin(room, 3, owner.token)
    expect(await pin(room, 1, moderator.token)).toMatchObject({ pinned: [1, 3] })
    await addReaction(room, 1, '🎉', member.name)
    await ok('PATCH', `${room}/message/1`, { body: { userName: member.name, message: 'better' } })
    const { messages } = await ok<PinnedList>('GET', `${room}/pin?userName=${member.name}`)
    expect(messages).toEqual([
      await ok<Message>('GET', `${room}/message/1?userName=${member.name}`),
      await ok<Message>('GET', `${room}/message/3`),
    ])
    expect(messages[0]).toMatchObject({ message: 'better', reactions: [{ mine: true }] })
    expect(await unpin(room, 3, owner.token)).toMatchObject({ pinned: [1] })
    expect(await pinnedIn(room)).toEqual([1])
  })

  it('is told to listeners at each request, and in the audit log once', async () => {
    const { room, owner, moderator, member } = await roomWithMessages()
    const listener = await listen(room)
    for (const _ of [1, 2]) await pin(room, 2, moderator.token)
    for (const _ of [1, 2]) await unpin(room, 2, owner.token)
    await unpin(room, 3, owner.token)
    await ok('PATCH', room, { token: owner.token, body: { title: 'The end' } })
    await listener.until(({ frames }) =>
      frames.some((frame) => frame.type === 'room' && frame.chatroom?.title === 'The end'),
    )
    const told = listener.frames.flatMap((frame) => (frame.type === 'room' ? [frame.chatroom?.pinned] : []))
    // The answer to the first request may have been lost before it told them.
    expect(told).toEqual([[2], [2], [], [], [], []])
    const { entries } = await ok<AuditList>('GET', `${room}/audit`, { token: owner.token })
    expect(entries.slice(1, 3)).toMatchObject([
      { action: 'unpin', by: owner.name, to: member.name, seq: 2 },
      { action: 'pin', by: moderator.name, to: member.name, seq: 2 },
    ])
    expect(entries.filter(({ action }) => /pin$/.test(action))).toHaveLength(2)
  })

  it('is for moderators, of messages that are there', async () => {
    const { room, owner, member, guest } = await roomWithMessages()
    await fails(401, 'PUT', `${room}/pin/1`)
    await fails(401, 'DELETE', `${room}/pin/1?userName=${owner.name}`)
    for (const { token } of [member, guest])
      for (const method of ['PUT', 'DELETE']) await fails(403, method, `${room}/pin/1`, { token })
    await ok('DELETE', `${room}/message/3?userName=${member.name}`)
    // 4 is the number of the deletion.
    for (const seq of [3, 4, 99]) await fails(404, 'PUT', `${room}/pin/${seq}`, { token: owner.token })
    for (const seq of [4, 99]) await fails(404, 'DELETE', `${room}/pin/${seq}`, { token: owner.token })
    await unpin(room, 3, owner.token)
    await fails(400, 'PUT', `${room}/pin/0`, { token: owner.token })
    await fails(404, 'PUT', '/chatroom/nowhere/pin/1', { token: owner.token })
    expect(await pinnedIn(room)).toEqual([])
    const admin = { token: 'the-admin', env: { ADMIN_TOKEN: 'the-admin' } }
    expect(await ok('PUT', `${room}/pin/1`, admin)).toMatchObject({ pinned: [1] })
  })

  it('can be read by those who may read the room', async () => {
    const { room, owner, member, guest } = await roomWithMessages()
    await pin(room, 1, owner.token)
    await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
    await fails(403, 'GET', `${room}/pin`, { token: guest.token })
    const response = await call('GET', `${room}/pin`, { token: member.token })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(await response.json()).toMatchObject({ messages: [{ seq: 1 }] })
  })

  it.each(['deletion', 'purge'])('is unpinned by its %s, which listeners are told', async (how) => {
    const { room, owner, member } = await roomWithMessages()
    await say(room, owner.name, 'mine')
    for (const seq of [1, 4, 2]) await pin(room, seq, owner.token)
    const listener = await listen(room)
    if (how === 'purge') await ok('DELETE', `${room}/message?authorOf=1`, { token: owner.token })
    else for (const seq of [3, 2, 1]) await ok('DELETE', `${room}/message/${seq}?userName=${member.name}`)
    await listener.until(({ frames }) =>
      frames.some((frame) => frame.type === 'room' && frame.chatroom?.pinned.join() === '4'),
    )
    expect(await ok('GET', room)).toMatchObject({ pinned: [4] })
    expect(await pinnedIn(room)).toEqual([4])
    const told = listener.frames.filter(({ type }) => type === 'room')
    expect(told).toHaveLength(how === 'purge' ? 1 : 2)
  })
})

describe('at most 50 messages', () => {
  it('are pinned in a room', async () => {
    const { room, owner, member } = await roomWithMessages()
    const id = await roomIdOf(room)
    const author = await env.DB.prepare('select author_id from messages where room_id = ? and seq = 1')
      .bind(id)
      .first('author_id')
    await env.DB.prepare(
      `with recursive n(i) as (select 4 union all select i + 1 from n where i < 51)
        insert into messages (room_id, seq, author_id, text, created_at) select ?, i, ?, 'x', 0 from n`,
    )
      .bind(id, author)
      .run()
    for (let seq = 1; seq <= 50; seq++) await pin(room, seq, owner.token)
    expect(await fails(403, 'PUT', `${room}/pin/51`, { token: owner.token })).toMatchObject({
      type: '/problems/too-many-pins',
    })
    await pin(room, 50, owner.token)
    expect(await pinnedIn(room)).toHaveLength(50)
    const { roundTrips, rowsRead } = await costOf('GET', `${room}/pin`)
    expect(roundTrips).toBe(1)
    expect(rowsRead).toBeLessThanOrEqual(210)
    const deletion = await costOf('DELETE', `${room}/message/50?userName=${member.name}`)
    // The entry, the message and the room.
    expect(deletion).toMatchObject({ roundTrips: 1, rowsWritten: 3 })
    expect(deletion.rowsRead).toBeLessThanOrEqual(260)
    await pin(room, 51, owner.token)
  })
})
