import { parseAtomFeed, parseJsonFeed } from 'feedsmith'
import { describe, expect, it } from 'vitest'
import type { Chatroom, Message } from '../../src/contract'
import { call, fails, fresh, newUser, ok, origin, roomWithUser, say } from '../support/api'
import { counting } from '../support/database'
import { exported } from '../support/export'
import { roomFixture } from '../support/fixtures'
import { toText } from '../support/import-file'
import { asAdmin } from '../support/site'

const atomOf = async (room: string) => {
  const response = await call('GET', `${room}/feed`)
  expect(response.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
  const text = await response.text()
  return { text, ...parseAtomFeed(text) }
}
const jsonOf = async (room: string) => {
  const response = await call('GET', `${room}/feed.json`)
  expect(response.headers.get('content-type')).toBe('application/feed+json; charset=utf-8')
  return parseJsonFeed(await response.text())
}

describe('the feeds of a room', () => {
  it('hold its messages, the newest first, with authors, times, replies and HTML', async () => {
    const { room, owner, member } = await roomFixture()
    const settings = { title: 'Cats & <dogs>', topic: 'All of "them"' }
    const { createdAt: madeAt } = await ok<Chatroom>('PATCH', room, { token: owner.token, body: settings })
    const text = '**bold** <b>&amp;</b> ]]> \u0001\u000b\ufffe tab\t 🎉 https://example.org/?a=1&b=2'
    const first = await say(room, member.name, text)
    await say(room, member.name, 'soon gone')
    const reply = await ok<Message>('POST', `${room}/message`, {
      body: { userName: owner.name, message: 'a reply', replyTo: 1 },
      token: owner.token,
    })
    await ok('DELETE', `${room}/message/2`, { token: owner.token })
    const edited = await ok<Message>('PATCH', `${room}/message/3`, {
      body: { message: 'an edited reply' },
      token: owner.token,
    })

    const { text: xml, ...atom } = await atomOf(room)
    expect(xml).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\n<feed /)
    for (const code of [0x1, 0xb, 0xfffe]) expect(xml).not.toContain(String.fromCharCode(code))
    const archive = `${origin}${room}/archive`
    expect(atom).toMatchObject({
      title: { value: 'Cats & <dogs>' },
      subtitle: { value: 'All of "them"' },
      updated: edited.editedAt,
      links: [
        { rel: 'self', href: `${origin}${room}/feed` },
        { rel: 'alternate', href: archive },
      ],
    })
    expect(atom.id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8000-8000-000000000000$/)
    const content = '<p dir="auto"><strong>bold</strong> &lt;b&gt;&amp;amp;&lt;/b&gt; ]]&gt;'
    const [newest, oldest] = atom.entries ?? []
    expect(atom.entries?.length).toBe(2)
    expect(newest).toMatchObject({
      title: { value: `${owner.name}: an edited reply` },
      authors: [{ name: owner.name }],
      published: reply.createdAt,
      updated: edited.editedAt,
      links: [{ rel: 'alternate', href: `${archive}?page=1#message-3` }],
      content: expect.objectContaining({ value: '<p dir="auto">an edited reply</p>' }),
      thr: { inReplyTos: [{ ref: oldest?.id }] },
    })
    expect(oldest).toMatchObject({ published: first.createdAt, updated: first.createdAt })
    expect(JSON.stringify(oldest)).toContain(JSON.stringify(content).slice(1, -1))

    const feed = await jsonOf(room)
    expect(feed).toMatchObject({
      title: 'Cats & <dogs>',
      description: 'All of "them"',
      home_page_url: archive,
      feed_url: `${origin}${room}/feed.json`,
      items: [
        {
          id: newest?.id,
          url: `${archive}?page=1#message-3`,
          content_html: '<p dir="auto">an edited reply</p>',
          date_published: reply.createdAt,
          date_modified: edited.editedAt,
          authors: [{ name: owner.name }],
        },
        { id: oldest?.id, authors: [{ name: member.name }] },
      ],
    })
    expect(feed.items?.[1]?.content_html).toContain(content)
    expect(Date.parse(madeAt)).toBe(Number.parseInt(String(atom.id).slice(9, 22).replace('-', ''), 16))
  })

  it('keep the line breaks of a message', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'roses\n<are>\n*red\nand* blue\n\n> a\n> b')
    const html =
      '<p dir="auto">roses<br>&lt;are&gt;<br><em>red<br>and</em> blue</p><blockquote dir="auto"><p dir="auto">a<br>b</p></blockquote>'
    expect((await jsonOf(room)).items).toMatchObject([{ content_html: html }])
    expect((await atomOf(room)).entries).toMatchObject([{ content: { value: html } }])
    expect(await (await call('GET', `${room}/archive`)).text()).toContain(html)
  })

  it('are empty in a new room, and keep messages of users who are deleted', async () => {
    const { room, userName } = await roomWithUser()
    const { createdAt } = await ok<Chatroom>('GET', room)
    expect(await atomOf(room)).toMatchObject({ updated: createdAt })
    expect(await (await call('GET', `${room}/feed.json`)).json()).toMatchObject({ items: [] })
    const { userId } = await say(room, userName, 'bye')
    await ok('DELETE', `/api/users/${userId}`)
    expect((await atomOf(room)).entries).toMatchObject([{ authors: [{ name: 'Somebody who has left' }] }])
    expect((await jsonOf(room)).items?.[0]).not.toHaveProperty('authors')
  })

  it('answer 304 while nothing has changed, and HEAD like GET', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'x')
    for (const path of [`${room}/feed`, `${room}/feed.json`]) {
      const response = await call('GET', path, {
        headers: { Accept: 'text/html', Authorization: 'Bearer x' },
      })
      expect(response.status).toBe(200)
      const etag = response.headers.get('etag') ?? ''
      expect((await call('GET', path, { headers: { 'If-None-Match': etag } })).status).toBe(304)
      const head = await call('HEAD', path)
      expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
      await ok('PATCH', `${room}/message/1`, { body: { userName, message: fresh('y') } })
      expect((await call('GET', path, { headers: { 'If-None-Match': etag } })).status).toBe(200)
    }
  })

  it('are not there for a room for members, as if it did not exist', async () => {
    const { room, owner, member } = await roomFixture({ readers: 'members' })
    await say(room, member.name, 'secret')
    for (const path of ['feed', 'feed.json']) {
      const absent = await fails(404, 'GET', `/chatroom/${fresh('none')}/${path}`)
      const hidden = await fails(404, 'GET', `${room}/${path}`, { token: owner.token })
      expect([hidden.type, hidden.title, hidden.status]).toEqual([absent.type, absent.title, absent.status])
      expect(hidden.detail).toBe(absent.detail?.replace(/none-\d+/g, room.split('/').at(-1) ?? ''))
    }
  })

  it('cost one round trip, and read a bounded number of rows', async () => {
    const { room, userName } = await roomWithUser()
    for (let i = 0; i < 60; i++) await say(room, userName, `message ${i}`)
    for (const path of ['feed', 'feed.json']) {
      const { db, cost } = counting()
      const response = await call('GET', `${room}/${path}`, { db })
      expect((await response.text()).match(/message \d+/g)?.length).toBeGreaterThanOrEqual(50)
      const { rowsRead, ...rest } = cost
      expect(rest).toEqual({ roundTrips: 1, rowsWritten: 0 })
      expect(rowsRead).toBeLessThanOrEqual(260)
    }
  })

  it('keep the ids of their entries when the room is imported under another name', async () => {
    const { name } = await newUser()
    const { room } = await roomWithUser()
    await say(room, name, 'one')
    await say(room, name, 'two')
    const idsOf = async (of: string) => {
      const { id, entries = [] } = await atomOf(of)
      return [id, ...entries.map((entry) => entry.id)]
    }
    const before = await idsOf(room)
    const { text } = await exported(`${room}/export`, asAdmin)
    const renamed = fresh('moved')
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map((line) => (line.type === 'room' ? { ...line, name: renamed } : line))
      .map((line) => (line.type === 'user' ? { ...line, name: fresh('moved'), subject: undefined } : line))
    const headers = { 'Content-Type': 'application/x-ndjson' }
    await ok('POST', `/api/import?import=${fresh('i')}`, { ...asAdmin, headers, body: toText(lines) })
    expect(await idsOf(`/chatroom/${renamed}`)).toEqual(before)
  })
})

it('the archive names the feeds of a room that anyone may read, and none of another', async () => {
  const { room, owner } = await roomFixture()
  const page = async () => (await call('GET', `${room}/archive`, { token: owner.token })).text()
  expect(await page()).toContain('<link rel="alternate" type="application/atom+xml" href="feed"')
  await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
  expect(await page()).not.toContain('href="feed"')
})
