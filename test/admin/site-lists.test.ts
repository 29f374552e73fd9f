import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Chatroom, Message, NewUser, SiteReport, User } from '../../src/contract'
import { fails, fresh, newRoom, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { person, sign, withSecret } from '../support/login'

const adminToken = 'the-admin-of-this-test'
const admin = { token: adminToken, env: { ADMIN_TOKEN: adminToken } }

const withRole = async (role: 'moderator' | 'admin'): Promise<NewUser> => {
  const user = await newUser()
  await ok('PATCH', `/api/users/${user.id}`, { ...admin, body: { role } })
  return user
}

/** Returns the items of all pages of a list. */
const all = async <Item>(path: string, field: string, options: object = admin): Promise<Item[]> => {
  const items: Item[] = []
  for (let next: string | null = path; next !== null; ) {
    const page: Record<string, Item[]> & { next: string | null } = await ok('GET', next, options)
    items.push(...(page[field] ?? []))
    next = page.next
  }
  return items
}

/** Creates a room in which somebody wrote and was reported. */
const reported = async (reason = 'spam') => {
  const [{ name }, author] = [await newRoom(), await newUser()]
  const room = `/chatroom/${name}`
  await say(room, author.name, `said in ${name}`)
  const report = { userName: author.name, reason }
  await ok('POST', `${room}/message/1/report`, { body: report })
  return { name, room, author }
}

describe('the lists for admins and moderators of the site', () => {
  const paths = [
    '/api/admin/held',
    '/api/admin/report',
    '/api/admin/user',
    '/api/admin/chatroom',
    '/api/admin/user/1/message',
  ]

  it.each(paths)('%s is for them only, also for an owner and a login without a role', async (path) => {
    const { owner, moderator } = await roomFixture()
    await newUser()
    await fails(401, 'GET', path)
    await fails(401, 'GET', path, { token: 'nobody' })
    for (const { token } of [owner, moderator]) {
      const { detail } = await fails(403, 'GET', path, { token })
      expect(detail).toContain('Only admins and moderators of this site may do this.')
    }
    await fails(403, 'GET', path, { token: await sign(person()), env: withSecret })
    for (const options of [
      admin,
      { token: (await withRole('moderator')).token },
      { token: (await withRole('admin')).token },
    ])
      await ok('GET', path, options)
    const claimed = { ...withSecret, JWT_ROLE_CLAIM: 'role' }
    await ok('GET', path, { token: await sign({ ...person(), role: 'moderator' }), env: claimed })
  })
})

describe('GET /api/admin/report', () => {
  it('lists the open reports of all rooms with their messages, the newest first, page by page', async () => {
    const made = [await reported('one'), await reported('two'), await reported('three')]
    const found = await all<SiteReport>('/api/admin/report?limit=1', 'reports')
    const ours = found.filter(({ chatroom }) => made.some(({ name }) => name === chatroom))
    expect(ours).toMatchObject(
      made.toReversed().map(({ name, author }) => ({
        id: 1,
        seq: 1,
        chatroom: name,
        userName: author.name,
        resolvedAt: null,
        message: { seq: 1, chatroom: name, userName: author.name, message: `said in ${name}` },
      })),
    )
  })

  it('lists those that are resolved apart, the last resolved one first', async () => {
    const [one, two] = [await reported(), await reported()]
    for (const [{ room }, at] of [
      [two, 1],
      [one, 2],
    ] as const) {
      await ok('PATCH', `${room}/report/1`, { ...admin, body: { resolved: true } })
      await env.DB.prepare(
        'update reports set resolved_at = ? where room_id = (select id from rooms where name = ?)',
      )
        .bind(at, room.split('/').at(-1))
        .run()
    }
    const names = async (query: string) =>
      (await all<SiteReport>(`/api/admin/report?limit=1${query}`, 'reports')).map(({ chatroom }) => chatroom)
    expect(await names('&resolved=true')).toEqual([one.name, two.name])
    expect(await names('')).not.toContain(one.name)
  })

  it('leaves out those of a deleted room, and shows a deleted message without its text', async () => {
    const [gone, there] = [await reported(), await reported()]
    await ok('DELETE', gone.room, admin)
    await ok('DELETE', `${there.room}/message/1`, admin)
    const found = await all<SiteReport>('/api/admin/report', 'reports')
    expect(found.map(({ chatroom }) => chatroom)).not.toContain(gone.name)
    expect(found.find(({ chatroom }) => chatroom === there.name)?.message).toMatchObject({ message: null })
  })

  it.each(['cursor=1', 'cursor=1-2-3', 'cursor=x-1-1-1', 'resolved=yes'])('refuses ?%s', async (query) => {
    await fails(400, 'GET', `/api/admin/report?${query}`, admin)
  })
})

describe('GET /api/admin/user', () => {
  const search = (q: string) => all<User>(`/api/admin/user?limit=2&q=${encodeURIComponent(q)}`, 'users')

  it('finds people by a part of the name, in any case and look-alike letters, the newest first', async () => {
    const word = fresh('Sêarch')
    const users = [await newUser(`${word} One`), await newUser(`The ${word}`), await newUser(fresh('other'))]
    const ids = [users[1]?.id, users[0]?.id]
    for (const q of [word, word.toUpperCase(), word.replace('a', 'а')])
      expect((await search(q)).map(({ id }) => id)).toEqual(ids)
    expect(await search(`${word} nobody`)).toEqual([])
  })

  it('lists all without a part, and shows roles', async () => {
    const { id } = await withRole('moderator')
    const [first] = await all<User>('/api/admin/user?limit=100', 'users')
    expect(first).toMatchObject({ id, role: 'moderator', protected: true })
  })

  it('goes on where it has looked at 2,000 people', async () => {
    const { name } = await newUser(fresh('needle'))
    const last = await env.DB.prepare('select max(id) from users').first<number>('max(id)')
    await env.DB.prepare(
      "insert into users (id, name, name_key, token_hash, created_at) values (?1, 'far away', 'far away', 'far away', 0)",
    )
      .bind((last ?? 0) + 4000)
      .run()
    const page = await ok<{ users: User[]; next: string }>('GET', `/api/admin/user?q=${name}`, admin)
    expect(page.users).toEqual([])
    expect(await all<User>(page.next, 'users')).toMatchObject([{ name }])
  })

  it.each(['', '%00', '%E2%80%8B', '%E2%A0%80', 'x'.repeat(65)])('refuses ?q=%s', async (q) => {
    await fails(400, 'GET', `/api/admin/user?q=${q}`, admin)
  })
})

describe('GET /api/admin/chatroom', () => {
  it('finds rooms by a part of the name, also those that are archived and those for members', async () => {
    const word = fresh('shelf')
    for (const end of ['a', 'b', 'c']) await newRoom(`the-${word}-${end}`)
    await ok('PATCH', `/chatroom/the-${word}-a`, { ...admin, body: { archived: true } })
    await ok('PATCH', `/chatroom/the-${word}-b`, {
      ...admin,
      body: { readers: 'members', posters: 'members' },
    })
    const found = await all<Chatroom>(`/api/admin/chatroom?limit=2&q=${word.toUpperCase()}`, 'chatrooms')
    expect(found.map(({ name }) => name)).toEqual(['c', 'b', 'a'].map((end) => `the-${word}-${end}`))
    expect(found[2]).toMatchObject({ archived: true, owner: null })
  })
})

describe('GET /api/admin/user/:id/message', () => {
  const saidBy = ({ id }: { id: number }, limit = 100) =>
    all<Message>(`/api/admin/user/${id}/message?limit=${limit}`, 'messages')
  const texts = async (user: { id: number }, limit?: number) =>
    (await saidBy(user, limit)).map(({ message }) => message)

  it('lists what somebody said in all rooms, without what was deleted, room by room', async () => {
    const [troll, other] = [await newUser(), await newUser()]
    const rooms = [await newRoom(), await newRoom()]
    for (const { name } of rooms) {
      for (const end of ['one', 'two', 'three']) {
        await say(`/chatroom/${name}`, troll.name, `${name} ${end}`)
        await say(`/chatroom/${name}`, other.name, 'something else')
      }
      await ok('DELETE', `/chatroom/${name}/message/3`, admin)
    }
    const expected = rooms.toReversed().flatMap(({ name }) => [`${name} three`, `${name} one`])
    for (const limit of [1, 2, 3, 100]) expect(await texts(troll, limit)).toEqual(expected)
    const [first] = await saidBy(troll)
    expect(first).toMatchObject({ userName: troll.name, userId: troll.id, seq: 5, chatroom: rooms[1]?.name })
    await fails(404, 'GET', '/api/admin/user/99999999/message', admin)
  })

  it('lists also what was said in rooms that the user is banned from', async () => {
    const troll = await newUser()
    const rooms = [await newRoom(), await newRoom(), await newRoom()]
    for (const { name } of rooms) {
      await say(`/chatroom/${name}`, troll.name, `${name} one`)
      await say(`/chatroom/${name}`, troll.name, `${name} two`)
    }
    for (const { name } of rooms.slice(1))
      await ok('PATCH', `/chatroom/${name}/member/${troll.name}`, { ...admin, body: { ban: {} } })
    const [first, second, third] = rooms.map(({ name }) => [`${name} two`, `${name} one`])
    const expectAll = async () => {
      for (const limit of [1, 2, 3, 100])
        expect(await texts(troll, limit)).toEqual([first, third, second].flat())
    }
    await expectAll()
    await ok('PUT', `/api/users/${troll.id}/ban`, { ...admin, body: {} })
    await expectAll()
  })

  it('looks at 1,000 messages in a request, and goes on after them', async () => {
    const { name } = await newRoom()
    const troll = await newUser()
    await say(`/chatroom/${name}`, troll.name, 'long ago')
    await env.DB.exec(
      `with recursive n(i) as (select 2 union all select i + 1 from n where i < 2500) insert into messages (room_id, seq, author_id, text, created_at) select (select id from rooms where name = '${name}'), i, 0, 'x', 0 from n`,
    )
    const path = `/api/admin/user/${troll.id}/message`
    const page = await ok<{ messages: Message[]; next: string }>('GET', path, admin)
    expect(page.messages).toEqual([])
    expect(await texts(troll)).toEqual(['long ago'])
  })
})
