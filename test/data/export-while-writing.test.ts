import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { call, fresh, newUser, ok } from '../support/api'
import { exported, stateOf } from '../support/export'
import { asAdmin } from '../support/site'

const people = 1010
const memberCount = 40
const sizes = [1100, 1010, 5]

/** Fills the database, so that an export has several pieces: people, who all are members of two rooms and have written there. */
const fill = async () => {
  const tables = [
    'users',
    'rooms',
    'members',
    'messages',
    'changes',
    'reactions',
    'audit',
    'sanctions',
    'former_users',
  ]
  await env.DB.batch(tables.map((table) => env.DB.prepare(`delete from ${table}`)))
  const first = 1 + ((await env.DB.prepare('select max(id) as id from users').first<number>('id')) ?? 0)
  const ofUsers = `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${people - 1})`
  await env.DB.prepare(
    `${ofUsers} insert into users (id, name, name_key, token_hash, created_at)
      select ${first} + i, 'p' || (${first} + i), 'p' || (${first} + i), 'p' || (${first} + i), 0 from n`,
  ).run()
  const rooms: string[] = []
  for (const size of sizes) {
    const { name } = await ok<Chatroom>('POST', '/api/chatroom', {
      ...asAdmin,
      body: { name: fresh('room') },
    })
    rooms.push(name)
    const id = await env.DB.prepare('select id from rooms where name = ?').bind(name).first<number>('id')
    await env.DB.batch([
      env.DB.prepare(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${size})
          insert into messages (room_id, seq, author_id, text, created_at) select ${id}, i, ${first} + i % ${people}, 'message ' || i || hex(zeroblob(150)), i from n`,
      ),
      env.DB.prepare(
        `${ofUsers} insert into members (room_id, ordinal, user_id, joined_at) select ${id}, i + 1, ${first} + i, 0 from n where i < ${memberCount}`,
      ),
    ])
  }
  return { first, rooms }
}

const acts = [
  'send',
  'edit',
  'delete',
  'react',
  'takeBack',
  'pin',
  'join',
  'rename',
  'exchange',
  'deleteUser',
  'deleteRoom',
  'ban',
  'remove',
  'promote',
  'siteBan',
  'createRoom',
] as const
type Act = { act: (typeof acts)[number]; who: number; seq: number; room: number }

const arbitraryAct: fc.Arbitrary<Act> = fc.record({
  act: fc.constantFrom(...acts),
  // Some twice, so that acts meet.
  who: fc.oneof(fc.integer({ min: 0, max: people - 1 }), fc.integer({ min: 0, max: 5 })),
  seq: fc.oneof(fc.integer({ min: 1, max: 1100 }), fc.integer({ min: 1, max: 6 })),
  room: fc.integer({ min: 0, max: 2 }),
})

/** Does something. It may be refused: somebody or something may be gone. */
const perform = async (
  { act, who, seq, room }: Act,
  { first, rooms }: { first: number; rooms: string[] },
) => {
  const path = `/chatroom/${rooms[room]}`
  const id = first + who
  const nameOf = (id: number) =>
    env.DB.prepare('select name from users where id = ?').bind(id).first<string>('name')
  const userName = await nameOf(id)
  if (userName === null) return
  const body = { userName }
  const author = await env.DB.prepare(
    'select u.name from messages join rooms on rooms.id = room_id join users as u on u.id = author_id where rooms.name = ? and seq = ?',
  )
    .bind(rooms[room], seq)
    .first<string>('name')
  switch (act) {
    case 'send':
      return call('POST', `${path}/message`, { body: { ...body, message: fresh('sent') } })
    case 'edit':
      return call('PATCH', `${path}/message/${seq}`, {
        body: { userName: author ?? 'x', message: fresh('edited') },
      })
    case 'delete':
      return call('DELETE', `${path}/message/${seq}?userName=${author ?? 'x'}`)
    case 'react':
      return call('PUT', `${path}/message/${seq}/reaction/🎉`, { body })
    case 'takeBack':
      return call('DELETE', `${path}/message/${seq}/reaction/🎉?userName=${userName}`)
    case 'pin':
      return call('PUT', `${path}/pin/${seq}`, asAdmin)
    case 'join': {
      const { name } = await newUser(fresh('new'))
      return call('POST', `${path}/message`, { body: { userName: name, message: 'new here' } })
    }
    case 'rename':
      return call('PUT', `/api/users/${id}`, { body: { name: fresh('renamed') } })
    case 'exchange': {
      // A new user takes the name that somebody had.
      await call('PUT', `/api/users/${id}`, { body: { name: fresh('renamed') } })
      await newUser(userName)
      return call('POST', `${path}/message`, { body: { ...body, message: 'the new one' } })
    }
    case 'deleteUser':
      return call('DELETE', `/api/users/${id}`, asAdmin)
    case 'deleteRoom': {
      if (room !== 2) return
      await call('DELETE', path, asAdmin)
      return call('POST', '/api/chatroom', { ...asAdmin, body: { name: rooms[room] } })
    }
    case 'ban':
      return call('PATCH', `${path}/member/${userName}`, { ...asAdmin, body: { ban: { reason: 'spam' } } })
    case 'remove':
      return call('DELETE', `${path}/member/${userName}`, asAdmin)
    case 'promote':
      return call('PATCH', `${path}/member/${userName}`, { ...asAdmin, body: { role: 'moderator' } })
    case 'siteBan':
      return call('PUT', `/api/users/${id}/ban`, { ...asAdmin, body: {} })
    case 'createRoom':
      return call('POST', '/api/chatroom', { ...asAdmin, body: { name: fresh('late') } })
  }
}

type State = ReturnType<typeof stateOf>
type RoomState = State['rooms'] extends Map<number, infer Room> ? Room : never

/** Checks that each entry of a room's log is there with its effect. */
const expectConsistentLog = ({ messages, changes, reactions, room }: RoomState): void => {
  const entries = [...messages.keys(), ...changes.keys()].sort((a, b) => a - b)
  expect(entries).toEqual(entries.map((_, index) => index + 1))
  const all = [...changes.values()].sort((a, b) => a.seq - b.seq)
  const targets = (kind: string) =>
    new Set(all.filter((one) => one.kind === kind).map(({ target }) => target))
  const [edited, deleted] = [targets('edit'), targets('delete')]
  const given = new Map<number, Set<string>>()
  for (const one of all) {
    if (one.kind !== 'reaction') continue
    const ofMessage = given.get(one.target) ?? new Set()
    given.set(one.target, ofMessage)
    if (one.added) ofMessage.add(`${one.reaction} ${one.actor}`)
    else ofMessage.delete(`${one.reaction} ${one.actor}`)
  }
  const found = [...messages.values()].map(({ seq, editedAt, deletedAt, text }) => {
    const stored = [...(reactions.get(seq) ?? [])].flatMap(([emoji, users]) =>
      users.map((id) => `${emoji} ${id}`),
    )
    return {
      seq,
      isEdited: editedAt !== undefined,
      isDeleted: deletedAt !== undefined,
      isEmpty: text === undefined,
      stored: stored.sort(),
    }
  })
  expect(found).toEqual(
    [...messages.keys()].map((seq) => ({
      seq,
      isEdited: edited.has(seq),
      isDeleted: deleted.has(seq),
      isEmpty: deleted.has(seq),
      stored: deleted.has(seq) ? [] : [...(given.get(seq) ?? [])].sort(),
    })),
  )
  for (const seq of room.pinned ?? []) expect([seq, messages.get(seq)?.deletedAt]).toEqual([seq, undefined])
}

const expectConsistent = async ({ users, rooms, site }: State) => {
  const { results } = await env.DB.prepare('select id from users').all<{ id: number }>()
  const alive = new Set(results.map(({ id }) => id))
  for (const room of rooms.values()) {
    expectConsistentLog(room)
    const authors = [...room.messages.values()].map(({ author }) => author)
    expect(authors.filter((id) => users.has(id) !== alive.has(id))).toEqual([])
    expect([...room.members.keys()].filter((id) => !users.has(id))).toEqual([])
    const acts = [...room.audit.values()].sort((a, b) => a.number - b.number)
    for (const { action, subject, number } of acts) {
      const isLast = !acts.some((later) => later.number > number && later.subject === subject)
      const member = room.members.get(subject ?? 0)
      if (isLast && action === 'makeModerator' && member) expect(member.role).toBe('moderator')
    }
  }
  for (const { action, subject = 0 } of site) {
    if (action === 'ban' && users.has(subject)) expect(users.get(subject)?.bannedUntil).toBe('forever')
    if (action === 'deleteUser') expect(users.has(subject)).toBe(false)
  }
  expect([...users.keys()].sort((a, b) => a - b)).toEqual([...alive].sort((a, b) => a - b))
}

it('what is written while the whole instance is exported is in it as a whole or not at all', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(arbitraryAct, { maxLength: 6 }), { minLength: 8, maxLength: 8 }),
      async (rounds) => {
        const filled = await fill()
        const left = [...rounds]
        const { lines, pieces } = await exported('/api/export', asAdmin, async () => {
          for (const act of left.shift() ?? []) await perform(act, filled)
        })
        expect(pieces).toBeGreaterThan(4)
        await expectConsistent(stateOf(lines))
      },
    ),
    // The first user of a piece has gone.
    {
      numRuns: 3,
      examples: [[[[], [], [{ act: 'deleteUser', who: 0, seq: 1, room: 0 }], [], [], [], [], []]]],
    },
  )
}, 120_000)
