import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ImportAnswer, User } from '../../src/contract'
import { digest } from '../../src/lib/token'
import { call, fails, fresh, newRoom, newUser, ok, say } from '../support/api'
import { d1Error, type Fate, fated } from '../support/database'
import { at, empty, toText, wholeFile } from '../support/import-file'
import { asAdmin } from '../support/site'
import { countRows } from '../support/sweep'

const headers = { 'Content-Type': 'application/x-ndjson' }
const post = (body: string, query = '', options = {}) =>
  call('POST', `/api/import${query}`, { ...asAdmin, body, headers, ...options })
const send = (body: string, query = '') =>
  ok<ImportAnswer>('POST', `/api/import${query}`, { ...asAdmin, body, headers })
const refused = (status: number, body: string, query = '') =>
  fails(status, 'POST', `/api/import${query}`, { ...asAdmin, body, headers })

const rows = async (sql: string) => (await env.DB.prepare(sql).all()).results
const text = (seq: number, more = {}) => ({
  type: 'message',
  room: 7,
  seq,
  author: 3,
  text: `message ${seq}`,
  createdAt: at,
  ...more,
})

/** Returns a file with two people and a room with `count` messages. */
const talk = async (
  count: number,
  { user = fresh('anna'), room = fresh('talk'), token = fresh('token') } = {},
) => {
  const lines = wholeFile(
    [
      { type: 'user', id: 3, name: user, createdAt: at, tokenHash: await digest(token) },
      { type: 'user', id: 5, name: fresh('berta'), createdAt: at, protected: true },
      { type: 'room', id: 7, name: room, createdAt: at, owner: 3, title: 'A talk' },
      { type: 'member', room: 7, ordinal: 2, user: 3, joinedAt: at, role: 'moderator' },
      { type: 'member', room: 7, ordinal: 4, user: 5, joinedAt: at },
      ...Array.from({ length: count }, (_, index) => text(index + 1)),
    ],
    { users: 9, rooms: 8 },
  )
  return { user, room, token, lines, text: toText(lines) }
}

describe('an import into an empty instance', () => {
  beforeEach(empty)

  it('keeps ids, times, tokens, the number of members and the ids that were given out', async () => {
    const { user, room, token, text } = await talk(3)
    expect(await send(text)).toMatchObject({ finished: true, keepsIds: true, lines: 10 })
    expect(await ok<User>('GET', '/api/users/me', { token })).toMatchObject({
      id: 3,
      name: user,
      createdAt: at,
    })
    expect(await ok('GET', `/chatroom/${room}`)).toMatchObject({
      title: 'A talk',
      owner: user,
      memberCount: 2,
    })
    expect((await newUser()).id).toBe(10)
    expect(await say(`/chatroom/${room}`, user, 'next')).toMatchObject({ seq: 4, userId: 3 })
  })

  it('gives the same rows however the file is cut, and whatever is repeated', async () => {
    const { lines } = await talk(12)
    const whole = [...lines]
    whole.splice(
      9,
      0,
      { type: 'reaction', room: 7, message: 3, reaction: '🎉', users: [3, 5] },
      { type: 'reaction', room: 7, message: 3, reaction: '👍', users: [5] },
    )
    whole[whole.length - 1] = { ...whole.at(-1), lines: whole.length - 1 }
    const dump = async () =>
      JSON.stringify(
        await Promise.all(
          [
            'users',
            'rooms',
            'members',
            'messages',
            'reactions',
            'sqlite_sequence where name <> "d1_migrations"',
          ].map((table) => rows(`select * from ${table} order by 1, 2`)),
        ),
      ).replaceAll(/"token_hash":"[^"]*"/g, '')
    await send(toText(whole))
    const expected = await dump()
    for (const size of [1, 2, 5, 11]) {
      await empty()
      for (let from = 0; from < whole.length; from += size) {
        const query = `?import=x&line=${from + 1}`
        const body = toText(whole.slice(from, from + size))
        const answer = await send(body, query)
        expect(await send(body, query)).toEqual(answer)
      }
      expect(await dump()).toBe(expected)
    }
  })

  it('shows no room before the end, and keeps the ids of the file from visitors', async () => {
    const { room, lines, user } = await talk(3)
    await send(toText(lines.slice(0, 7)), '?import=x')
    await fails(404, 'GET', `/chatroom/${room}`)
    const visitor = await newUser()
    expect(visitor.id).toBeGreaterThan(1e12)
    await send(toText(lines.slice(7)), '?import=x&line=8')
    expect(await ok('GET', `/chatroom/${room}/message`)).toMatchObject({
      messages: [{ userName: user }, {}, {}],
    })
  })

  it('goes on after any batch was lost, before or after it was stored', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { lines } = await talk(6)
    const lost: Fate = async (run) => {
      await run()
      throw d1Error('Network connection lost.')
    }
    const killed: Fate = async () => {
      throw d1Error('Network connection lost.')
    }
    for (const fate of [lost, killed]) {
      await empty()
      for (let from = 0; from < lines.length; from += 4) {
        const body = toText(lines.slice(from, from + 4))
        const query = `?import=x&line=${from + 1}`
        for (const fates of [[fate], [(run) => run(), fate]] as Fate[][])
          expect((await post(body, query, { db: fated(...fates).db })).status).toBe(503)
        await send(body, query)
      }
      expect(await rows('select seq from messages')).toHaveLength(6)
      expect(await rows('select lines, finished_at is not null as done from imports')).toEqual([
        { lines: 13, done: 1 },
      ])
    }
  })

  it('a later line replaces an earlier one of its number, with its reactions', async () => {
    const { lines } = await talk(3)
    const more = [
      ...lines.slice(0, 8),
      { type: 'reaction', room: 7, message: 2, reaction: '🎉', users: [3, 5] },
      text(3, { text: undefined, deletedAt: at }),
      text(2, { text: 'edited', editedAt: at }),
      { type: 'reaction', room: 7, message: 2, reaction: '👍', users: [5] },
      { type: 'room', id: 7, name: 'talk-again', createdAt: at, firstSeq: 2, pinned: [2] },
      { type: 'absent', of: 'member', room: 7, from: 4, upTo: 9 },
    ]
    await send(toText([...more, { type: 'end', lines: more.length, users: 9, rooms: 8 }]))
    expect(await rows('select seq, text, reactions from messages')).toEqual([
      { seq: 2, text: 'edited', reactions: '{"👍":1}' },
      { seq: 3, text: null, reactions: null },
    ])
    expect(await rows('select reaction, user_id from reactions')).toEqual([{ reaction: '👍', user_id: 5 }])
    expect(await ok('GET', '/chatroom/talk-again')).toMatchObject({
      firstSeq: 2,
      pinned: [2],
      memberCount: 1,
    })
  })
})

describe('an import into an instance in use', () => {
  it('gives new ids, and old messages of the deleted to nobody who is here', async () => {
    await Promise.all([newUser(), newRoom()])
    const { room, lines, token, user } = await talk(2)
    const file = [...lines.slice(0, -1), text(3, { author: 4 }), { type: 'end', lines: lines.length }]
    expect(await send(toText(file))).toMatchObject({ finished: true, keepsIds: false })
    const { id } = await ok<User>('GET', '/api/users/me', { token })
    const { messages } = await ok<{ messages: object[] }>('GET', `/chatroom/${room}/message`)
    expect(messages).toMatchObject([
      { userId: id, userName: user },
      { userId: id },
      { userId: null, userName: null },
    ])
    const [{ author } = {}] = await rows(
      `select author_id as author from messages where seq = 3 and text = 'message 3'`,
    )
    expect((await newUser()).id).toBeGreaterThan(author as number)
  })

  it('refuses names that are taken, before anything is stored', async () => {
    const [{ name: user }, { name: room }] = await Promise.all([newUser(), newRoom()])
    const { text } = await talk(2, { user, room })
    const before = await countRows()
    const { detail, errors } = await refused(409, text)
    expect(detail).toContain(`the name of the user "${user}" in line 2 is taken`)
    expect(errors?.map(({ path }) => path)).toEqual(['line 2', 'line 4'])
    expect(await countRows()).toEqual(before)
    const { names } = await send(text, '?dryRun=true')
    expect(names?.clashes).toEqual([
      { line: 2, kind: 'user', name: user },
      { line: 4, kind: 'chatroom', name: room },
    ])
    expect(await countRows()).toEqual(before)
  })

  it('renames newcomers', async () => {
    const [{ name: user }, { name: room }] = await Promise.all([newUser(), newRoom()])
    await newUser(`${user}-2`)
    const { text } = await talk(2, { user, room })
    const renamed = [
      { kind: 'user', id: 3, name: `${user}-3` },
      { kind: 'chatroom', id: 7, name: `${room}-2` },
    ]
    expect((await send(text, '?dryRun=true&rename=true')).names?.renamed).toEqual(renamed)
    await send(text, '?import=renaming&rename=true')
    const state = await ok<ImportAnswer>('GET', '/api/import?import=renaming', asAdmin)
    expect(state.names?.renamed).toEqual(expect.arrayContaining(renamed))
    expect(await ok('GET', `/chatroom/${room}-2/message`)).toMatchObject({
      messages: [{ userName: `${user}-3` }, {}],
    })
  })

  it('merges people of the same name, who keep their token and lose nothing', async () => {
    const here = await newUser()
    const { text, room, token } = await talk(2, { user: here.name })
    await send(text, '?mergeUsers=true')
    expect(await ok('GET', `/chatroom/${room}/message`)).toMatchObject({
      messages: [{ userId: here.id }, { userId: here.id }],
    })
    await ok('GET', '/api/users/me', { token: here.token })
    await fails(401, 'GET', '/api/users/me', { token })
  })

  it('takes no role on the site from a file', async () => {
    await newUser()
    const token = fresh('token')
    const admin = { type: 'user', id: 3, name: fresh('boss'), createdAt: at, role: 'admin', protected: true }
    await send(toText(wholeFile([{ ...admin, tokenHash: await digest(token) }])))
    await fails(403, 'GET', '/api/admin', { token })
  })

  it('lets nobody speak for people without a token', async () => {
    const name = fresh('slack-person')
    const room = fresh('slack')
    const lines = [
      { type: 'user', id: 3, name, createdAt: at, protected: true },
      { type: 'room', id: 7, name: room, createdAt: at },
      text(1),
    ]
    await send(toText(wholeFile(lines)))
    await fails(401, 'POST', `/chatroom/${room}/message`, { body: { userName: name, message: 'x' } })
  })
})
