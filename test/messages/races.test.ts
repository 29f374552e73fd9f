import { expect, it } from 'vitest'
import type { Chatroom, Message } from '../../src/contract'
import { call, fresh, newUser, ok, roomWithUser, say } from '../support/api'

const statuses = async (calls: Promise<Response>[]) =>
  (await Promise.all(calls)).map(({ status }) => status).sort()

it('fifty concurrent posters get the numbers 1 to n without gaps or duplicates', async () => {
  const { room } = await roomWithUser()
  const people = await Promise.all(Array.from({ length: 50 }, () => newUser()))
  const sent = await Promise.all(
    [1, 2, 3, 4].flatMap((round) => people.map(({ name }) => say(room, name, `${name} says ${round}`))),
  )
  expect(sent.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 200 }, (_, i) => i + 1),
  )
  const stored: Message[] = []
  let next: string | null = `${room}/message?after=0&limit=100`
  while (next) {
    const page: { messages: Message[]; next: string | null } = await ok('GET', next)
    stored.push(...page.messages)
    next = page.next
  }
  expect(stored).toEqual(sent.sort((a, b) => a.seq - b.seq))
  expect(await ok<Chatroom>('GET', room)).toMatchObject({ memberCount: 50 })
})

it('edits and deletions among posts take numbers of their own', async () => {
  const { room, userName } = await roomWithUser()
  for (let i = 0; i < 10; i++) await say(room, userName, `message ${i}`)
  const changes = Array.from({ length: 10 }, (_, i) => `${room}/message/${i + 1}`)
  await Promise.all([
    ...changes.slice(0, 5).map((path) => ok('PATCH', path, { body: { userName, message: 'edited' } })),
    ...changes.slice(5).map((path) => ok('DELETE', `${path}?userName=${userName}`)),
    ...changes.map(() => say(room, userName, 'meanwhile')),
  ])
  expect(await say(room, userName, 'last')).toMatchObject({ seq: 31 })
})

it('of two creations of one name at once, one is 201 and one is 409', async () => {
  for (const path of ['/api/users', '/api/chatroom']) {
    const name = fresh('wanted')
    const create = () => call('POST', path, { body: { name } })
    expect(await statuses([create(), create()])).toEqual([201, 409])
  }
})

it('one key sent ten times at once is stored once', async () => {
  const { room, userName } = await roomWithUser()
  const headers = { 'Idempotency-Key': fresh('key') }
  const sent = await Promise.all(Array.from({ length: 10 }, () => say(room, userName, 'once', headers)))
  expect(new Set(sent.map((message) => JSON.stringify(message))).size).toBe(1)
  expect(await say(room, userName, 'next')).toMatchObject({ seq: 2 })
})

it('joining and leaving at once keeps the count', async () => {
  const { room } = await roomWithUser()
  const people = await Promise.all(Array.from({ length: 20 }, () => newUser()))
  const join = ({ name }: { name: string }) => ok('PUT', room, { body: { userName: name } })
  await Promise.all(people.flatMap((person) => [join(person), join(person)]))
  await Promise.all(people.slice(0, 12).map(({ name }) => ok('DELETE', `${room}/member/${name}`)))
  expect(await ok('GET', room)).toMatchObject({ memberCount: 8 })
})
