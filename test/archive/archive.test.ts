import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { call, fails, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { roomIdOf } from '../support/live'

const read = async (path: string, options: Parameters<typeof call>[2] = {}): Promise<string> => {
  const answer = await call('GET', path, options)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  return answer.text()
}

/** Returns the numbers of the messages on a page. */
const seqsOn = (html: string): number[] =>
  [...html.matchAll(/<article id="message-(\d+)"/g)].map(([, seq]) => Number(seq))
const linksOn = (html: string) => ({
  prev: /<link rel="prev" href="([^"]+)"/.exec(html)?.[1],
  next: /<link rel="next" href="([^"]+)"/.exec(html)?.[1],
})

/** Stores messages under these numbers, as if other entries had the numbers between. */
const store = async (
  room: string,
  userId: number,
  seqs: number[],
  createdAt = Date.UTC(2026, 0, 2, 3, 4),
) => {
  const roomId = await roomIdOf(room)
  await env.DB.batch(
    seqs.map((seq) =>
      env.DB.prepare(
        'insert into messages (room_id, seq, author_id, text, created_at) values (?, ?, ?, ?, ?)',
      ).bind(roomId, seq, userId, `text ${seq}`, createdAt + seq),
    ),
  )
}

describe('GET /chatroom/:name/archive', () => {
  it('shows the messages by day, with their authors, edits, deletions, replies, mentions and reactions', async () => {
    const { room, owner, member } = await roomFixture()
    const say2 = (body: object) => ok('POST', `${room}/message`, { body: { userName: member.name, ...body } })
    await ok('PATCH', room, { token: owner.token, body: { title: 'Cats & <dogs>', topic: 'All of "them"' } })
    await say(
      room,
      member.name,
      '**bold** <script>alert(1)</script> [x](javascript:alert(1)) https://example.org/?a=1&b="2',
    )
    await say2({ message: `hello @${member.name}`, replyTo: 1 })
    await say2({ message: 'a mistake' })
    await ok('PUT', `${room}/message/2/reaction/🎉`, { body: { userName: member.name } })
    await ok('PATCH', `${room}/message/2`, {
      body: { userName: member.name, message: `bye @${member.name}` },
    })
    await ok('DELETE', `${room}/message/3?userName=${encodeURIComponent(member.name)}`)
    await say2({ message: 'to nothing', replyTo: 1 })
    const html = await read(`${room}/archive`)
    expect(html).toContain('<h1 dir="auto">Cats &amp; &lt;dogs&gt;</h1>')
    expect(html).toContain('All of &quot;them&quot;')
    expect(html).toContain(
      '<p dir="auto"><strong>bold</strong> &lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) ',
    )
    expect(html).toContain(
      '<a href="https://example.org/?a=1&amp;b=" rel="noopener noreferrer nofollow ugc">',
    )
    expect(html).not.toMatch(/<script|href="javascript/)
    expect(html).toContain(`bye <b><bdi>@${member.name}</bdi></b>`)
    expect(html).toContain('(edited)')
    expect(html).toContain('🎉 1')
    expect(html).toContain('This message is deleted.')
    expect(html).not.toContain('a mistake')
    expect(html).toMatch(
      /Reply to <a href="\?page=1#message-1"><b><bdi>[^<]+<\/bdi><\/b>: <span dir="auto">bold/,
    )
    expect(html).toContain(`<h2><time datetime="${new Date().toISOString().slice(0, 10)}">`)
    expect(seqsOn(html)).toEqual([1, 2, 3, 7])
  })

  it('keeps a message on its page, and leads to the pages before and after that have messages', async () => {
    const { room, member } = await roomFixture()
    await store(room, member.id, [1, 2, 99, 100, 101, 350, 400])
    const pages = [
      { at: '?page=1', seqs: [1, 2, 99, 100], prev: undefined, next: '?page=2' },
      { at: '?page=2', seqs: [101], prev: '?page=1', next: '?page=4' },
      { at: '?page=3', seqs: [], prev: '?page=2', next: '?page=4' },
      { at: '?page=4', seqs: [350, 400], prev: '?page=2', next: undefined },
      { at: '', seqs: [350, 400], prev: '?page=2', next: undefined },
    ]
    for (const { at, seqs, prev, next } of pages) {
      const html = await read(`${room}/archive${at}`)
      expect([at, seqsOn(html), linksOn(html)]).toEqual([at, seqs, { prev, next }])
    }
    await fails(404, 'GET', `${room}/archive?page=5`)
    await fails(400, 'GET', `${room}/archive?page=0`)
    await fails(400, 'GET', `${room}/archive?page=x`)
    await env.DB.prepare('update rooms set first_seq = 350 where id = ?')
      .bind(await roomIdOf(room))
      .run()
    await env.DB.prepare('delete from messages where room_id = ? and seq < 350')
      .bind(await roomIdOf(room))
      .run()
    expect(linksOn(await read(`${room}/archive`))).toEqual({ prev: undefined, next: undefined })
  })

  it('quotes what a reply answers, also on another page and without a page in the URL', async () => {
    const { room, member } = await roomFixture()
    await store(room, member.id, [3, 95, 100, 101])
    const roomId = await roomIdOf(room)
    for (const [seq, replyTo] of [
      [102, 3],
      [103, 95],
      [104, 100],
      [105, 101],
    ])
      await env.DB.prepare(
        "insert into messages (room_id, seq, author_id, text, created_at, reply_to) values (?, ?, ?, 'reply', ?, ?)",
      )
        .bind(roomId, seq, member.id, Date.UTC(2026, 0, 3), replyTo)
        .run()
    for (const at of ['', '?page=2']) {
      const html = await read(`${room}/archive${at}`)
      const quotes = [...html.matchAll(/<p class="reply">Reply to <a href="([^"]+)".*?text (\d+)/g)]
      expect([at, quotes.map(([, href, seq]) => [href, seq])]).toEqual([
        at,
        [
          ['?page=1#message-3', '3'],
          ['?page=1#message-95', '95'],
          ['?page=1#message-100', '100'],
          ['?page=2#message-101', '101'],
        ],
      ])
      expect(html).not.toContain('Reply to a message that is deleted')
    }
  })

  it('has a section for each day', async () => {
    const { room, member } = await roomFixture()
    await store(room, member.id, [1], Date.UTC(2026, 1, 28, 23, 59))
    await store(room, member.id, [2, 3], Date.UTC(2026, 2, 1, 0, 0))
    const html = await read(`${room}/archive`)
    expect([...html.matchAll(/<h2><time datetime="([^"]+)"/g)].map(([, day]) => day)).toEqual([
      '2026-02-28',
      '2026-03-01',
    ])
    expect(html).toMatch(/<h2>[^/]*Saturday,? 28 February 2026</)
  })

  it('is a page without messages in a new room', async () => {
    const { room } = await roomFixture()
    expect(await read(`${room}/archive`)).toContain('There are no messages here.')
    await fails(404, 'GET', '/chatroom/no-such-room/archive')
  })

  it('shows what only members may read to members, and never to search engines', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, member.name, 'secret')
    await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
    const stranger = await newUser()
    await fails(403, 'GET', `${room}/archive`)
    await fails(403, 'GET', `${room}/archive?userName=${stranger.name}`)
    const answer = await call('GET', `${room}/archive?userName=${member.name}`, {
      env: { ARCHIVE_INDEX: 'on' },
    })
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect(answer.headers.get('x-robots-tag')).toBe('noindex')
    const html = await answer.text()
    expect(html).toContain('secret')
    expect(html).toContain(`<link rel="canonical" href="?page=1&amp;userName=${member.name}">`)
  })

  it('is listed by search engines where the site wants it', async () => {
    const { room } = await roomFixture()
    const off = await call('GET', `${room}/archive`)
    expect([off.headers.get('x-robots-tag'), await off.text()]).toEqual([
      'noindex',
      expect.stringContaining('<meta name="robots" content="noindex">'),
    ])
    const on = await call('GET', `${room}/archive`, { env: { ARCHIVE_INDEX: 'on' } })
    expect([on.headers.get('x-robots-tag'), await on.text()]).toEqual([
      null,
      expect.stringContaining('<meta name="robots" content="index, follow">'),
    ])
  })

  it('has an ETag, runs nothing and can not be framed', async () => {
    const { room, member } = await roomFixture()
    await say(room, member.name, 'one')
    const first = await call('GET', `${room}/archive`)
    const headers = { 'If-None-Match': first.headers.get('etag') ?? '' }
    expect(first.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect((await call('GET', `${room}/archive`, { headers })).status).toBe(304)
    await say(room, member.name, 'two')
    expect((await call('GET', `${room}/archive`, { headers })).status).toBe(200)
  })
})
