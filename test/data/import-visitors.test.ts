import { beforeEach, describe, expect, it } from 'vitest'
import type { ImportAnswer } from '../../src/contract'
import { fails, fresh, newRoom, newUser, ok, say } from '../support/api'
import { answeringAfter } from '../support/database'
import { exported } from '../support/export'
import { at, empty, toText, wholeFile } from '../support/import-file'
import { asAdmin } from '../support/site'

const send = (body: string, query = '') =>
  ok<ImportAnswer>('POST', `/api/import${query}`, {
    ...asAdmin,
    body,
    headers: { 'Content-Type': 'application/x-ndjson' },
  })

const user = (id: number, name: string, more = {}) => ({ type: 'user', id, name, createdAt: at, ...more })
const room = (id: number, name: string) => ({ type: 'room', id, name, createdAt: at })
const bye = (type: 'ban' | 'mute', of: number, name: string, more = {}) => ({
  type: 'sanction',
  user: of,
  kind: type,
  name,
  createdAt: at,
  ...more,
})

describe('visitors who come while an instance is restored', () => {
  beforeEach(empty)

  /** Restores a small instance, and calls `visit` in the middle. */
  const restored = async (visit: () => Promise<unknown>) => {
    const lines = wholeFile([user(1, fresh('anna')), user(2, fresh('berta')), room(1, fresh('talk'))])
    await send(toText(lines.slice(0, 2)), '?import=x')
    await visit()
    await send(toText(lines.slice(2)), '?import=x&line=3')
  }

  it('come along when the instance moves on', async () => {
    let visitor = await newUser()
    await empty()
    await restored(async () => {
      visitor = await newUser()
    })
    const { text } = await exported('/api/export', asAdmin)
    expect(text).toContain(`{"type":"user","id":${visitor.id},`)
    await empty()
    await send(text)
    expect((await exported('/api/export', asAdmin)).text).toBe(text)
    expect(await ok('GET', '/api/users/me', { token: visitor.token })).toMatchObject({ id: visitor.id })
  })

  it('have ids that nobody gets after them, also if they are deleted', async () => {
    let gone = 0
    await restored(async () => {
      const { id, token } = await newUser()
      gone = id
      await ok('DELETE', `/api/users/${id}`, { token })
    })
    expect((await newUser()).id).toBeGreaterThan(gone)
  })

  it('get no id that a file can have', async () => {
    const refused = await fails(400, 'POST', '/api/import', {
      ...asAdmin,
      body: toText(wholeFile([user(2 ** 52, fresh('anna'))])),
      headers: { 'Content-Type': 'application/x-ndjson' },
    })
    expect(refused.detail).toMatch(/^line 2: the id \d+ must be less than/)
  })

  it('change nothing about the next id where none came', async () => {
    await restored(async () => undefined)
    expect((await newUser()).id).toBe(3)
  })
})

describe('bans of a file that is brought into an instance in use', () => {
  it('hold for the newcomer, and for nobody of the same name', async () => {
    const here = await newUser()
    const name = fresh('talk')
    await send(
      toText(
        wholeFile([
          user(1, here.name),
          room(1, name),
          bye('ban', 1, here.name, { room: 1 }),
          bye('ban', 1, here.name),
        ]),
      ),
      '?rename=true',
    )
    await say(`/chatroom/${name}`, here.name, 'I have done nothing')
    await fails(403, 'PUT', `/chatroom/${name}`, { body: { userName: `${here.name}-2` } })
  })

  it('hold for the one person of both instances', async () => {
    const here = await newUser()
    const name = fresh('talk')
    await send(
      toText(wholeFile([user(1, here.name), room(1, name), bye('ban', 1, here.name, { room: 1 })])),
      '?mergeUsers=true',
    )
    await fails(403, 'PUT', `/chatroom/${name}`, { body: { userName: here.name } })
  })

  it('hold for the name of a deleted user, unless somebody here has it', async () => {
    const here = await newUser()
    const [name, banned] = [fresh('talk'), fresh('banned')]
    await send(
      toText(
        wholeFile([
          user(9, fresh('owner')),
          room(1, name),
          bye('ban', 1, here.name, { room: 1 }),
          bye('mute', 2, fresh('other'), { room: 1 }),
          bye('ban', 3, banned, { room: 1 }),
          bye('ban', 4, here.name),
        ]),
      ),
    )
    await say(`/chatroom/${name}`, here.name, 'I have done nothing')
    await fails(409, 'POST', '/api/users', { body: { name: banned } })
  })
})

it('keeps a refused message of a room that is deleted from an instance in use', async () => {
  await newUser()
  const name = fresh('talk')
  const refused = { type: 'held', room: 3, author: 1, createdAt: at, refusedAt: at }
  const held = [fresh('held'), fresh('held')]
  const lines = [
    user(1, fresh('anna')),
    room(1, name),
    { ...refused, id: held[0], room: 1 },
    { ...refused, id: held[1], createdAt: '2026-01-01T00:00:00.001Z' },
  ]
  await send(toText(wholeFile(lines)))
  const { text } = await exported('/api/export', asAdmin)
  expect(held.map((id) => text.includes(`"${id}"`))).toEqual([true, false])
})

describe('new names of people and rooms', () => {
  const text = (of: number, author: number) => ({
    type: 'message',
    room: of,
    seq: 1,
    author,
    text: `by ${author}`,
    createdAt: at,
  })

  it.each([1, 4, 20])('are none that others in the file have, sent in pieces of %i lines', async (size) => {
    const [person, talk] = [fresh('anna'), fresh('talk')]
    await Promise.all([
      ok('POST', '/api/users', { body: { name: person } }),
      ok('POST', '/api/chatroom', { body: { name: talk } }),
    ])
    const people = ['', '-2', '-3'].map((end, index) => user(index + 1, person + end))
    const rooms = ['', '-2', '-3'].flatMap((end, index) => [
      room(index + 1, talk + end),
      text(index + 1, index + 1),
    ])
    const lines = wholeFile([...people, ...rooms])
    for (let from = 0; from < lines.length; from += size)
      await send(toText(lines.slice(from, from + size)), `?rename=true&import=${person}&line=${from + 1}`)
    const { names } = await ok<ImportAnswer>('GET', `/api/import?import=${person}`, asAdmin)
    const nameOf = (kind: string, id: number, name: string) =>
      names?.renamed.find((each) => each.kind === kind && each.id === id)?.name ?? name
    for (const id of [1, 2, 3]) {
      const end = id === 1 ? '' : `-${id}`
      const { messages } = await ok<{ messages: object[] }>(
        'GET',
        `/chatroom/${nameOf('chatroom', id, talk + end)}/message`,
      )
      expect(messages).toMatchObject([{ message: `by ${id}`, userName: nameOf('user', id, person + end) }])
    }
  })
})

describe('a name that a visitor takes between the look-up of a request and its batch', () => {
  beforeEach(empty)

  const cases = [
    ['user', 'a new user, while an instance is restored', async () => newUser],
    ['chatroom', 'a new chatroom, while an instance is restored', async () => newRoom],
    [
      'user',
      'a user who is renamed, in an instance in use',
      async () => {
        const { id, token } = await newUser()
        return (name: string) => ok('PATCH', `/api/users/${id}`, { token, body: { name } })
      },
    ],
  ] as const

  it.each(cases)('is a conflict, as one that was taken before: a %s by %s', async (kind, _, prepare) => {
    const take = await prepare()
    const names = { user: fresh('anna'), chatroom: fresh('talk') }
    const [first, ...rest] = wholeFile([user(1, names.user), room(1, names.chatroom)])
    const importId = fresh('import')
    await send(toText([first ?? {}]), `?import=${importId}`)
    const headers = { 'Content-Type': 'application/x-ndjson' }
    const options = { ...asAdmin, headers, body: toText(rest) }
    const path = `/api/import?import=${importId}&line=2`
    const meanwhile = { ...options, db: answeringAfter(() => take(names[kind])) }
    const { detail } = await fails(409, 'POST', path, meanwhile)
    expect(detail).toContain(`the name of the ${kind} "${names[kind]}"`)
    const answer = await ok<ImportAnswer>('POST', `${path}&rename=true`, options)
    expect(answer).toMatchObject({ finished: true })
  })
})
