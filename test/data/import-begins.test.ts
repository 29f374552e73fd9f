import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import type { ImportAnswer, MessageList } from '../../src/contract'
import { fails, fresh, newUser, ok } from '../support/api'
import { at, empty, toText, wholeFile } from '../support/import-file'
import { asAdmin } from '../support/site'
import { countRows, sweepAll } from '../support/sweep'

const headers = { 'Content-Type': 'application/x-ndjson' }
const send = (body: string, query = '') =>
  ok<ImportAnswer>('POST', `/api/import${query}`, { ...asAdmin, body, headers })
const refused = (status: number, body: string, query = '') =>
  fails(status, 'POST', `/api/import${query}`, { ...asAdmin, body, headers })

const talk = (times: string[]) => {
  const name = fresh('talk')
  const lines = wholeFile([
    { type: 'user', id: 1, name: fresh('anna'), createdAt: at },
    { type: 'room', id: 1, name, createdAt: at },
    ...times.map((createdAt, index) => ({
      type: 'message',
      room: 1,
      seq: index + 1,
      author: 1,
      text: `message ${index + 1}`,
      createdAt,
    })),
  ])
  return { room: `/chatroom/${name}`, lines }
}

beforeEach(empty)

it.each(['', '\n \n', '\ufeff'])('a body without a line begins no import: %j', async (body) => {
  const before = await countRows()
  for (const query of ['', '?import=x', '?import=x&line=1']) {
    const { detail, errors } = await refused(400, body, query)
    expect(detail).toBe(
      'missing lines: the body is empty. Nothing was stored. Send the lines of a file of `npm run export` or `npm run convert`, from {"type":"parlour",…} on.',
    )
    expect(errors).toMatchObject([{ path: 'body' }])
  }
  expect(await countRows()).toEqual(before)
  expect(await send(toText(talk([at]).lines))).toMatchObject({ finished: true, keepsIds: true })
})

it.each(['', '?import=x'])(
  'a request that goes on says with which line: POST /api/import%s',
  async (query) => {
    const { lines, room } = talk([at, at, at, at])
    const [head, middle, tail] = [lines.slice(0, 3), lines.slice(3, 6), lines.slice(6)].map(toText)
    const { import: id } = await send(head ?? '', query)
    // The beginning of a file needs no number, however often it is sent.
    expect(await send(head ?? '', query)).toMatchObject({ lines: 3 })
    const { detail, errors } = await refused(400, middle ?? '', query)
    expect(detail).toBe(
      'missing line: the query must have the number of the first line of the body. 3 lines of this import are stored. Send the lines from 4 on, with line=4.',
    )
    expect(errors).toEqual([{ path: 'line', message: 'missing line' }])
    for (const _ of ['once', 'again'])
      expect(await send(middle ?? '', `?import=${id}&line=4`)).toMatchObject({ lines: 6 })
    expect(await send(tail ?? '', `?import=${id}&line=7`)).toMatchObject({ finished: true })
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    expect(messages.map(({ message }) => message)).toEqual(
      lines.slice(3, 7).map((_, i) => `message ${i + 1}`),
    )
  },
)

it('messages whose times are not in order are imported, and retention removes none that is young enough', async () => {
  const [now, old] = [new Date().toISOString(), '2020-01-01T00:00:00.000Z']
  const { lines, room } = talk([old, old, now, old, now, old])
  await send(toText(lines))
  const seqs = async () =>
    (await ok<MessageList>('GET', `${room}/message`)).messages.map(({ seq, message }) => message && seq)
  await sweepAll({ RETENTION_DAYS: 10 })
  expect(await seqs()).toEqual([3, 4, 5, 6])
  // Once the third one is old, too, the log goes on with the next one that isn't.
  await env.DB.prepare('update messages set created_at = 1000 where seq = 3').run()
  await sweepAll({ RETENTION_DAYS: 10 })
  expect(await seqs()).toEqual([5, 6])
})

it('a purge deletes what was written in its time, also if times are not in order', async () => {
  const time = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString()
  const minutes = [0, 10, 40, 20, 50, 30, 55, 45]
  const { lines, room } = talk(minutes.map(time))
  await send(toText(lines))
  const userName = (lines[1] as { name: string }).name
  await ok('DELETE', `${room}/message?author=${userName}&from=${time(20)}&upTo=${time(45)}`, asAdmin)
  const { messages } = await ok<MessageList>('GET', `${room}/message`)
  const kept = messages.flatMap(({ message, createdAt }) => (message === null ? [] : [createdAt]))
  expect(kept).toEqual([0, 10, 50, 55].map(time))
  expect((await newUser()).id).toBe(2)
})
