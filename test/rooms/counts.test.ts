import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ListedChatroom, Message } from '../../src/contract'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { hold } from '../support/held'
import { at, toText, wholeFile } from '../support/import-file'
import { roomIdOf } from '../support/live'
import fc from '../support/properties.ts'
import { asAdmin } from '../support/site'
import { sweepAll } from '../support/sweep'

const nameOf = (room: string) => room.split('/').at(-1) ?? ''
const list = async (...names: string[]): Promise<ListedChatroom[]> => {
  const query = new URLSearchParams(names.map((name) => ['name', name]))
  return (await ok<{ chatrooms: ListedChatroom[] }>('GET', `/api/chatroom?${query}`)).chatrooms
}
const countOf = async (room: string) => {
  const [{ messageCount, lastMessageAt } = {}] = await list(nameOf(room))
  return [messageCount, lastMessageAt]
}

/** Returns what a count of all rows finds. */
const counted = async (room: string) => {
  const row = await env.DB.prepare(
    'select count(*) as count, max(created_at) as at from messages where room_id = ? and text is not null',
  )
    .bind(await roomIdOf(room))
    .first<{ count: number; at: number | null }>()
  return [row?.count, row?.at ? new Date(row.at).toISOString() : null]
}

const day = 86_400_000
const act = encodeURIComponent('🎉')

/** Does something in a room. `seq` is a number that may be that of a message. */
const acts = {
  send: (room: string, user: string) => say(room, user, 'x'),
  edit: (room: string, userName: string, seq: number) =>
    call('PATCH', `${room}/message/${seq}`, { body: { userName, message: fresh('edited') } }),
  delete: (room: string, userName: string, seq: number) =>
    call('DELETE', `${room}/message/${seq}?userName=${userName}`),
  react: (room: string, userName: string, seq: number) =>
    call('PUT', `${room}/message/${seq}/reaction/${act}`, { body: { userName } }),
  takeBack: (room: string, userName: string, seq: number) =>
    call('DELETE', `${room}/message/${seq}/reaction/${act}?userName=${userName}`),
  purge: (room: string, userName: string) => call('DELETE', `${room}/message?author=${userName}`, asAdmin),
  banAndDelete: async (room: string, _: string, seq: number) => {
    const { name } = await newUser()
    for (let i = 0; i < seq % 3; i++) await say(room, name, 'spam')
    await call('PUT', room, { body: { userName: name } })
    await ok('PATCH', `${room}/member/${name}`, { ...asAdmin, body: { ban: { deleteMessagesSeconds: 60 } } })
  },
  erase: async (room: string, _: string, seq: number) => {
    const { id, name } = await newUser()
    await say(room, name, 'mine')
    await call('PUT', `${room}/message/${seq}/reaction/${act}`, { body: { userName: name } })
    await ok('DELETE', `/api/users/${id}?messages=delete`, asAdmin)
  },
  expire: async (room: string, _: string, seq: number) => {
    await env.DB.prepare('update messages set created_at = created_at - ? where room_id = ? and seq <= ?')
      .bind(3 * day, await roomIdOf(room), seq)
      .run()
    await sweepAll({ RETENTION_DAYS: 2 })
  },
  olderVersion: async (room: string) => {
    await env.DB.prepare(
      'update changes set empty_numbers = null where room_id = ? and seq = (select max(seq) from changes where room_id = ?)',
    )
      .bind(await roomIdOf(room), await roomIdOf(room))
      .run()
  },
}
type Act = keyof typeof acts
const anAct = fc.tuple(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Act>('send') },
    { weight: 6, arbitrary: fc.constantFrom(...(Object.keys(acts) as Act[])) },
  ),
  fc.integer({ min: 1, max: 12 }),
)

describe('the number of messages', () => {
  it('is that of the messages that can be read, whatever was done before', async () => {
    const property = fc.asyncProperty(fc.array(anAct, { minLength: 3, maxLength: 14 }), async (done) => {
      const { room, userName } = await roomWithUser()
      for (const [name, seq] of done) {
        await acts[name](room, userName, seq)
        expect(await countOf(room), name).toEqual(await counted(room))
      }
    })
    await fc.assert(property, { numRuns: 12 })
  })

  it('counts neither held messages nor approved edits', async () => {
    const { room, owner, member } = await roomFixture()
    const { seq } = await say(room, member.name, 'first')
    await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
    const id = await hold(room, member)
    expect(await countOf(room)).toEqual(await counted(room))
    await ok('PUT', `${room}/held/${id}`, { token: owner.token })
    await call('PATCH', `${room}/message/${seq}`, { token: member.token, body: { message: 'edited' } })
    await ok('PUT', `${room}/held?author=${member.name}`, { token: owner.token })
    expect((await counted(room))[0]).toBe(2)
    expect(await countOf(room)).toEqual(await counted(room))
  })

  it('is right in a room that was imported, and after it goes on', async () => {
    const name = fresh('talk')
    const of = (line: object) => ({ room: 1, createdAt: at, ...line })
    const lines = wholeFile([
      { type: 'user', id: 1, name: fresh('anna'), createdAt: at },
      { type: 'room', id: 1, name, createdAt: at },
      of({ type: 'message', seq: 1, author: 1, text: 'one' }),
      of({ type: 'message', seq: 2, author: 1, deletedAt: at }),
      of({ type: 'message', seq: 3, author: 1, text: 'three' }),
      of({ type: 'change', kind: 'edit', seq: 4, target: 3, actor: 1 }),
      of({ type: 'message', seq: 5, author: 1, text: 'five' }),
    ])
    const headers = { 'Content-Type': 'application/x-ndjson' }
    await ok('POST', `/api/import?import=${fresh('i')}`, { ...asAdmin, headers, body: toText(lines) })
    expect(await countOf(`/chatroom/${name}`)).toEqual([3, at])
    const { name: userName } = await newUser()
    await say(`/chatroom/${name}`, userName, 'six')
    await call('PUT', `/chatroom/${name}/message/1/reaction/${act}`, { body: { userName } })
    await call('DELETE', `/chatroom/${name}/message/3`, asAdmin)
    expect((await counted(`/chatroom/${name}`))[0]).toBe(3)
    expect(await countOf(`/chatroom/${name}`)).toEqual(await counted(`/chatroom/${name}`))
  })
})

describe('rooms that are listed by their names', () => {
  it('come in the order of the names, each once, and a name without a room is left out', async () => {
    const [first, second] = [await roomWithUser(), await roomWithUser()]
    const { createdAt } = await ok<Message>('POST', `${first.room}/message`, {
      body: { userName: first.userName, message: 'x' },
    })
    const [one, two] = [nameOf(first.room), nameOf(second.room)]
    const found = await list(two, fresh('none'), one, one.toUpperCase(), one, two.replace('o', '０'))
    expect(found).toMatchObject([
      { name: two, askedAs: [two, two.replace('o', '0')], messageCount: 0, lastMessageAt: null },
      { name: one, askedAs: [one, one.toUpperCase()], messageCount: 1, lastMessageAt: createdAt },
    ])
    expect(await ok('GET', '/api/chatroom?limit=1')).not.toMatchObject({ chatrooms: [{ messageCount: 0 }] })
  })

  it('tell nobody how much is said in a room for members', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'secret')
    await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
    expect(await list(nameOf(room))).toMatchObject([{ messageCount: null, lastMessageAt: null }])
  })

  it('are at most 100, and a wrong name is refused', async () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => ['name', `room-${i}`])
    await ok('GET', `/api/chatroom?${new URLSearchParams(names(100))}`)
    expect(await fails(400, 'GET', `/api/chatroom?${new URLSearchParams(names(101))}`)).toMatchObject({
      errors: [{ path: 'name', message: 'name must be given at most 100 times' }],
    })
    expect(await fails(400, 'GET', '/api/chatroom?name=ok&name=two%20words')).toMatchObject({
      detail: "name may hold only letters and digits of any script, '-', '_' and '.', not a space",
    })
  })

  it('show when the newest message was sent that is not deleted', async () => {
    const { room, userName } = await roomWithUser()
    const { createdAt } = await say(room, userName, 'stays')
    const { seq } = await say(room, userName, 'goes')
    await ok('DELETE', `${room}/message/${seq}?userName=${userName}`)
    expect(await countOf(room)).toEqual([1, createdAt])
  })
})
