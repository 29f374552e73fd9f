import { describe, expect, it } from 'vitest'
import type { MessageList } from '../../src/contract'
import { call, newUser, ok, roomWithUser, say } from '../support/api'
import { counting } from '../support/database'
import { bind, listen } from '../support/live'
import { recording } from '../support/recording'

/** Creates a room of 60 messages, by several authors in turns. The last one may be edited. */
const visited = async (authors: number, isEdited = false) => {
  const { room } = await roomWithUser()
  const users = await Promise.all(Array.from({ length: authors }, () => newUser()))
  const texts: string[] = []
  for (let i = 0; i < 60; i++) {
    const user = users[i % authors]
    const { message } = await say(
      room,
      user?.name ?? '',
      `message "${i}", \\ with {"json":['quotes']} and 🎉`,
    )
    texts.push(message ?? '')
  }
  if (isEdited) {
    const userName = users[59 % authors]?.name
    await ok('PATCH', `${room}/message/60`, { body: { userName, message: 'edited' } })
    texts[59] = 'edited'
  }
  return { room, users, texts }
}

describe('a visit: the newest page and a connection', () => {
  it.each([
    [5, false],
    [3, true],
  ])('reads at most 60 rows, with %i authors (an edit: %s)', async (authors, isEdited) => {
    const { room, users, texts } = await visited(authors, isEdited)
    const { db, cost } = counting()
    await bind(room, { DB: db })
    const { messages } = (await (await call('GET', `${room}/message`, { db })).json()) as MessageList
    expect(messages.map(({ seq, message, userName }) => [seq, message, userName])).toEqual(
      texts.map((text, i) => [i + 1, text, users[i % authors]?.name]).slice(10),
    )
    const listener = await listen(room, { after: isEdited ? 61 : 60 })
    await listener.next('hello')
    expect(cost.rowsRead).toBeLessThanOrEqual(60)
    expect(cost).toMatchObject({ roundTrips: 2, rowsWritten: 0 })
  })

  it('names authors however many there are, and nobody for a user that was deleted', async () => {
    const { room, users } = await visited(20)
    const [gone] = users
    await ok('DELETE', `/api/users/${gone?.id}`, {})
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    const names = users.map(({ name }, i) => (i === 0 ? null : name))
    expect(messages.map(({ userName }) => userName)).toEqual(
      Array.from({ length: 60 }, (_, i) => names[i % 20]).slice(10),
    )
    expect(messages.filter(({ userName }) => userName === null).every(({ userId }) => userId === null)).toBe(
      true,
    )
  })

  it('is one short statement for the page', async () => {
    const { room, users } = await visited(3)
    const etag = (await call('GET', `${room}/message`)).headers.get('etag') ?? ''
    for (const [query, headers] of [
      ['', {}],
      ['?before=40', {}],
      ['?after=0', {}],
      ['', { 'If-None-Match': etag }],
      ['?before=40', { 'If-None-Match': etag }],
      ['?after=0&limit=100', { 'If-None-Match': etag }],
      [`?userName=${users[0]?.name}`, {}],
      ['', { Authorization: `Bearer ${users[0]?.token}` }],
    ] as const) {
      const { db, sent } = recording()
      await call('GET', `${room}/message${query}`, { headers, db })
      expect(sent.length).toBeLessThanOrEqual(2)
      for (const { sql } of sent) expect(sql.length).toBeLessThanOrEqual(2000)
    }
  })
})
