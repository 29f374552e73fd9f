import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { call, fails, fresh, ok, origin, roomWithUser, say } from '../support/api'

type Page = { messages: Message[]; next: string | null }

const seqs = ({ messages }: Page) => messages.map(({ seq }) => seq)
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Creates a room with messages 1 to `count`. */
const roomWithMessages = async (count: number): Promise<{ room: string; userName: string }> => {
  const made = await roomWithUser()
  for (const seq of numbers(1, count)) await say(made.room, made.userName, `message ${seq}`)
  return made
}

describe('history', () => {
  it('begins with the newest messages, oldest first, and leads back to the first one', async () => {
    const { room } = await roomWithMessages(7)
    const first = await ok<Page>('GET', `${room}/message?limit=3`)
    expect(seqs(first)).toEqual([5, 6, 7])
    const second = await ok<Page>('GET', first.next ?? '')
    expect(seqs(second)).toEqual([2, 3, 4])
    const third = await ok<Page>('GET', second.next ?? '')
    expect([seqs(third), third.next]).toEqual([[1], null])
  })

  it('leads forward from ?after to the newest one', async () => {
    const { room } = await roomWithMessages(7)
    const first = await ok<Page>('GET', `${room}/message?limit=3&after=0`)
    expect(seqs(first)).toEqual([1, 2, 3])
    const second = await ok<Page>('GET', first.next ?? '')
    expect(seqs(second)).toEqual([4, 5, 6])
    const third = await ok<Page>('GET', second.next ?? '')
    expect([seqs(third), third.next]).toEqual([[7], null])
    expect(await ok('GET', `${room}/message?after=7`)).toEqual({ messages: [], quoted: [], next: null })
    expect(await ok('GET', `${room}/message?before=1`)).toEqual({ messages: [], quoted: [], next: null })
  })

  it('is empty with ?ifMissing=empty in a room that does not exist, and the same as without it in one that does', async () => {
    const missing = `/chatroom/${fresh('none')}/message`
    const response = await call('GET', `${missing}?ifMissing=empty`)
    expect(await response.json()).toEqual({ messages: [], quoted: [], next: null })
    expect([response.status, response.headers.get('Parlour-Seq')]).toEqual([200, '0'])
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect((await call('HEAD', `${missing}?ifMissing=empty`)).status).toBe(200)
    expect(await ok('GET', `${missing}?ifMissing=empty&q=word`)).toMatchObject({ messages: [] })
    expect(await fails(404, 'GET', missing)).toMatchObject({ title: 'Chatroom not found' })
    expect(await fails(400, 'GET', `${missing}?ifMissing=yes`)).toMatchObject({
      errors: [{ path: 'ifMissing' }],
    })
    const { room } = await roomWithMessages(2)
    expect(await ok('GET', `${room}/message?ifMissing=empty`)).toEqual(await ok('GET', `${room}/message`))
    expect(await fails(404, 'GET', `${room}/message?ifMissing=empty&around=9`)).toMatchObject({
      title: 'Message not found',
    })
  })

  it('has no next page when the last one is exactly full', async () => {
    const { room } = await roomWithMessages(4)
    const first = await ok<Page>('GET', `${room}/message?limit=2`)
    const second = await ok<Page>('GET', first.next ?? '')
    expect([seqs(second), second.next]).toEqual([[1, 2], null])
  })

  it('holds 50 messages unless told, and says the next page in a Link header too', async () => {
    const { room } = await roomWithMessages(51)
    const response = await call('GET', `${room}/message`)
    const page = await response.json<Page>()
    expect(seqs(page)).toEqual(numbers(2, 51))
    expect(page.next).toBe(`${origin}${room}/message?limit=50&before=2`)
    expect(response.headers.get('link')).toBe(`<${page.next}>; rel="next"`)
    const headers = { 'X-Forwarded-Proto': 'https,http' }
    const behindTls = await ok<Page>('GET', `${room}/message`, { headers })
    expect(behindTls.next).toBe(page.next?.replace('http:', 'https:'))
  })

  it('shows messages as they stand now; edits and deletions take numbers but no place', async () => {
    const { room, userName } = await roomWithMessages(2)
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'better' } })
    await ok('DELETE', `${room}/message/2?userName=${userName}`)
    await say(room, userName, 'after all')
    const page = await ok<Page>('GET', `${room}/message`)
    expect(page.messages.map(({ seq, message }) => [seq, message])).toEqual([
      [1, 'better'],
      [2, null],
      [5, 'after all'],
    ])
    const { results } = await env.DB.prepare(
      'select seq, type, target from changes where room_id = (select id from rooms where name = ?) order by seq',
    )
      .bind(room.split('/').at(-1))
      .all()
    expect(results).toEqual([
      { seq: 3, type: 'edit', target: 1 },
      { seq: 4, type: 'delete', target: 2 },
    ])
  })

  it('is answered with 304 on its ETag until something changes', async () => {
    const { room, userName } = await roomWithMessages(3)
    const path = `${room}/message?limit=2&before=3`
    const etag = (await call('GET', path)).headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w.-]+"$/)
    const headers = { 'If-None-Match': etag }
    const same = await call('GET', path, { headers })
    expect(same.status).toBe(304)
    expect(same.headers.get('etag')).toBe(etag)
    for (const name of ['access-control-expose-headers', 'x-d1-bookmark', 'x-request-id'])
      expect([name, same.headers.get(name)]).not.toContain(null)
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'changed' } })
    expect((await call('GET', path, { headers })).status).toBe(200)
  })

  it.each([
    ['before=2&after=1', "after can't be combined with before"],
    ['before=0', 'before must be a positive integer'],
    ['after=-1', 'after must be a whole number'],
    ['limit=1000', 'limit must be a whole number from 1 to 100'],
  ])('is not read by ?%s', async (query, detail) => {
    expect(await fails(400, 'GET', `/chatroom/any/message?${query}`)).toMatchObject({ detail })
  })

  it('of a room that is not there is not found', async () => {
    expect(await fails(404, 'GET', '/chatroom/nowhere/message')).toMatchObject({
      title: 'Chatroom not found',
    })
  })
})
