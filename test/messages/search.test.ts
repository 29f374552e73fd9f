import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message, MessageList } from '../../src/contract'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { costOf, grow } from '../support/cost'
import { roomFixture } from '../support/fixtures'

const search = (room: string, query: string, more = ''): Promise<MessageList> =>
  ok('GET', `${room}/message?q=${encodeURIComponent(query)}${more}`)
const textsOf = ({ messages }: MessageList) => messages.map(({ message }) => message)

/** Creates a room with these messages. */
const roomSaying = async (...texts: string[]) => {
  const fixture = await roomWithUser()
  for (const text of texts) await say(fixture.room, fixture.userName, text)
  return fixture
}

/** Follows `next` to the end, and returns the messages and the number of pages. */
const all = async (path: string): Promise<{ messages: Message[]; pages: number }> => {
  const messages: Message[] = []
  let pages = 0
  for (let next: string | null = path; next; pages++) {
    const page: MessageList = await ok('GET', next)
    messages.push(...page.messages)
    next = page.next
  }
  return { messages, pages }
}

describe('a search', () => {
  it('finds the messages that hold all the words, the newest first, and says where', async () => {
    const { room } = await roomSaying('lunch at noon?', 'no lunch', 'Noon is fine for LUNCH')
    const page = await search(room, 'lunch noon')
    expect(page.next).toBeNull()
    expect(page.messages.map(({ seq, found }) => [seq, found])).toEqual([
      [
        3,
        [
          [0, 4],
          [17, 22],
        ],
      ],
      [
        1,
        [
          [0, 5],
          [9, 13],
        ],
      ],
    ])
  })

  it('counts the places in UTF-16 units', async () => {
    const { room } = await roomSaying('👍🏽 Schöne Grüße!')
    const [message] = (await search(room, 'grusse')).messages
    const [[start, end] = [0, 0]] = message?.found ?? []
    expect(message?.message?.slice(start, end)).toBe('Grüße')
  })

  it.each([
    ['東京', '明日東京に行きます', '明日京都に行きます'],
    ['อากาศ', 'วันนี้อากาศดีมาก', 'สวัสดีครับ'],
    ['مرحبا', 'مَرْحَبًا بِكُمْ', 'كيف حالك'],
    ['مَرْحَبًا', 'مرحبا بكم', 'كيف حالك'],
    ['koln', 'Grüße aus Köln', 'Grüße aus Kiel'],
    ['ｈｅｌｌｏ', 'hello', 'hallo'],
    ['hello', 'ｈｅｌｌｏ', 'ｈａｌｌｏ'],
    ['100%', 'a 100% yes', 'a 1000 yes'],
    ['a_b', 'the a_b', 'the axb'],
    ['"it works"', 'so it works', 'it never works'],
    ["o'clock", "five o'clock", 'five oclock'],
    ['5" disk', 'a 5" disk', 'a 5 disk'],
    ['AND', 'this and that', 'this or that'],
    ['NOT (x OR y)*', 'not (x or y)*', 'not x'],
    ['*', 'a * b', 'a b'],
    ['[a-z]', 'regex [a-z]+', 'regex b'],
    ['\\n', 'a \\n b', 'a n b'],
    ["'; drop table users; --", "x '; drop table users; --", 'x'],
    ['"double  space"', 'a double space', 'a double, space'],
    ['"double space"', 'a double   space', 'a double, space'],
  ])('for %s finds %j and not %j', async (query, found, other) => {
    const { room } = await roomSaying(found, other)
    expect(textsOf(await search(room, query))).toEqual([found])
  })

  it('finds text as it stands now, and deleted text never', async () => {
    const { room, userName } = await roomSaying('the first', 'the second')
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'the changed one' } })
    await ok('DELETE', `${room}/message/2?userName=${userName}`)
    expect(textsOf(await search(room, 'changed'))).toEqual(['the changed one'])
    expect(textsOf(await search(room, 'first'))).toEqual([])
    expect(textsOf(await search(room, 'second'))).toEqual([])
    await say(room, userName, 'the third')
    expect(textsOf(await search(room, 'the'))).toEqual(['the third', 'the changed one'])
  })

  it('takes a query of 1,000 characters and no longer one', async () => {
    const { room, userName } = await roomSaying()
    const long = '長い'.repeat(500)
    const many = Array.from({ length: 250 }, (_, i) => `w${i % 90}`)
    await say(room, userName, long)
    await say(room, userName, many.join(' '))
    expect(textsOf(await search(room, long))).toEqual([long])
    expect(textsOf(await search(room, many.join(' ').slice(0, 1000)))).toEqual([many.join(' ')])
    const problem = await fails(400, 'GET', `${room}/message?q=${encodeURIComponent(`${long}長`)}`)
    expect(problem.errors).toEqual([{ path: 'q', message: 'q must be 1 to 1000 characters' }])
  })

  it.each(['', '%20', '%22%22', '%22%20%22', '%E2%80%8B', '%CC%81'])(
    'for nothing (%j) is refused',
    async (query) => {
      const { room } = await roomSaying('x')
      const problem = await fails(400, 'GET', `${room}/message?q=${query}`)
      expect(problem.errors?.map(({ path }) => path)).toEqual(['q'])
    },
  )

  it('goes on by next, each message once, whatever the limit', async () => {
    const { room } = await roomSaying('a 1', 'b', 'a 2', 'a 3', 'b', 'a 4')
    for (const limit of [1, 2, 3, 4, 5]) {
      const { messages } = await all(`${room}/message?q=a&limit=${limit}`)
      expect(messages.map(({ seq }) => seq)).toEqual([6, 4, 3, 1])
    }
    expect((await search(room, 'a', '&limit=4')).next).toBeNull()
    expect((await search(room, 'a', '&before=4')).messages.map(({ seq }) => seq)).toEqual([3, 1])
    const onwards = await all(`${room}/message?q=a&after=1&limit=2`)
    expect(onwards.messages.map(({ seq }) => seq)).toEqual([4, 3, 6])
  })

  it('looks at 2,000 messages a request, and goes on when it has found none', async () => {
    const fixture = await roomSaying('needle')
    await grow(fixture, 5000)
    const { room } = fixture
    const first = await search(room, 'needle')
    expect(first.messages).toEqual([])
    expect(first.next).toMatch(/before=3001/)
    const { messages, pages } = await all(`${room}/message?q=needle`)
    expect([messages.map(({ seq }) => seq), pages]).toEqual([[1], 3])
    const forwards = await all(`${room}/message?q=needle&after=0`)
    expect([forwards.messages.map(({ seq }) => seq), forwards.pages]).toEqual([[1], 3])
    const cost = await costOf('GET', `${room}/message?q=needle`)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(cost.rowsRead).toBeLessThanOrEqual(2000 + 15)
    // Reads the authors of the messages that may be shown, and of no more.
    const common = await costOf('GET', `${room}/message?q=message`)
    expect(common.rowsRead).toBeLessThanOrEqual(2000 + 500 + 15)
  })

  it('looks at 500 messages a request where each must be folded', async () => {
    const fixture = await roomSaying('針')
    await grow(fixture, 1200)
    const name = fixture.room.split('/').at(-1)
    await env.DB.prepare(
      "update messages set text = '藁' || seq where seq > 1 and room_id = (select id from rooms where name = ?)",
    )
      .bind(name)
      .run()
    const { messages, pages } = await all(`${fixture.room}/message?q=針`)
    expect([messages.map(({ message }) => message), pages]).toEqual([['針'], 3])
  })

  it('looks at fewer messages a request where they are long', async () => {
    // Each of these characters is folded to 18.
    const long = 'ﷺ'.repeat(4000)
    const { room } = await roomSaying('針', ...Array<string>(6).fill(long))
    const { messages, pages } = await all(`${room}/message?q=針`)
    expect([messages.map(({ seq }) => seq), pages]).toEqual([[1], 4])
    const forwards = await all(`${room}/message?q=صلى&after=0`)
    expect([forwards.messages.map(({ seq }) => seq), forwards.pages]).toEqual([[3, 2, 5, 4, 7, 6], 3])
  })

  it('begins at the last message when `before` is beyond it', async () => {
    const { room } = await roomSaying('needle')
    expect(textsOf(await search(room, 'needle', `&before=${Number.MAX_SAFE_INTEGER}`))).toEqual(['needle'])
    expect(textsOf(await search(room, 'needle', '&before=1'))).toEqual([])
    const { room: empty } = await roomWithUser()
    expect(await search(empty, 'needle')).toEqual({ messages: [], quoted: [], next: null })
    expect(await search(empty, 'needle', '&after=0')).toEqual({ messages: [], quoted: [], next: null })
  })

  it('finds nothing for those who may not read', async () => {
    const { room, owner, member, guest } = await roomFixture({ readers: 'members', posters: 'members' })
    await say(room, member.name, 'secret')
    expect(textsOf(await ok('GET', `${room}/message?q=secret&userName=${member.name}`))).toEqual(['secret'])
    await fails(403, 'GET', `${room}/message?q=secret`)
    await fails(403, 'GET', `${room}/message?q=secret&userName=${guest.name}`)
    await fails(403, 'GET', `${room}/message?author=${member.name}`)
    await ok('PATCH', `${room}/member/${member.name}`, { token: owner.token, body: { ban: {} } })
    await fails(403, 'GET', `${room}/message?q=secret&userName=${member.name}`)
    await fails(404, 'GET', `/chatroom/${fresh('none')}/message?q=secret`)
  })

  it('has an ETag that changes with the answer', async () => {
    const { room, userName } = await roomSaying('needle')
    const path = `${room}/message?q=needle`
    const headers = { 'If-None-Match': (await call('GET', path)).headers.get('etag') ?? '' }
    expect((await call('GET', path, { headers })).status).toBe(304)
    expect((await call('HEAD', path)).headers.get('etag')).toBe(headers['If-None-Match'])
    await say(room, userName, 'another needle')
    expect((await call('GET', path, { headers })).status).toBe(200)
  })
})

describe("an author's messages", () => {
  it('are those that are not deleted, the oldest first, page by page', async () => {
    const { room, userName } = await roomSaying('1', '2', '3')
    const other = await newUser()
    await say(room, other.name, '4')
    await say(room, userName, '5')
    await ok('DELETE', `${room}/message/2?userName=${userName}`)
    const author = `author=${userName.toUpperCase()}`
    expect(textsOf(await ok('GET', `${room}/message?${author}`))).toEqual(['1', '3', '5'])
    const newest = await ok<MessageList>('GET', `${room}/message?${author}&limit=2`)
    expect(textsOf(newest)).toEqual(['3', '5'])
    expect(textsOf(await ok('GET', newest.next ?? ''))).toEqual(['1'])
    expect(textsOf(await ok('GET', `${room}/message?${author}&after=1&limit=1`))).toEqual(['3'])
    expect(textsOf(await ok('GET', `${room}/message?author=${other.name}&q=4`))).toEqual(['4'])
    expect(textsOf(await ok('GET', `${room}/message?author=${other.name}&q=5`))).toEqual([])
  })

  it('are of a user who exists', async () => {
    const { room } = await roomSaying('1')
    const problem = await fails(404, 'GET', `${room}/message?author=${fresh('nobody')}`)
    expect(problem.title).toBe('User not found')
  })

  it('cost no more than the messages that are looked at', async () => {
    const fixture = await roomSaying('first')
    await grow(fixture, 3000)
    const { messages, pages } = await all(`${fixture.room}/message?author=${fixture.userName}`)
    expect([messages.map(({ seq }) => seq), pages]).toEqual([[1], 2])
    const cost = await costOf('GET', `${fixture.room}/message?author=${fixture.userName}`)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
    expect(cost.rowsRead).toBeLessThanOrEqual(2000 + 20)
  })
})
