import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convertDisqus } from '../../scripts/convert/disqus.ts'
import { htmlText } from '../../scripts/convert/html-text.ts'
import { roomName } from '../../src/client/element/room-name.ts'
import { converted, fileWith, shown } from '../support/node/converted.ts'

const path = 'test/fixtures/convert/disqus.xml'
const content = readFileSync(path, 'utf8')
const convert = (file = path) => converted((archive) => convertDisqus([file], archive))
const page = roomName('/blog/first-post')

describe("Disqus's XML", () => {
  it('becomes the rooms that the element opens on the pages, also if a page has two threads', async () => {
    const { all } = await convert()
    expect(all('room')).toEqual([
      {
        type: 'room',
        id: 1,
        name: 'blog_first-post',
        title: 'The first & best post',
        archived: true,
        createdAt: '2015-03-01T08:00:00.000Z',
      },
      {
        type: 'room',
        id: 2,
        name: 'A-page-without-a-link',
        title: 'A page: without a link',
        createdAt: '2015-03-03T09:00:00.000Z',
      },
    ])
    expect(page).toBe('blog_first-post')
  })

  it('keeps times and replies, an answer behind its question whatever the clock said', async () => {
    const { messagesOf } = await convert()
    expect(
      messagesOf(page).map(({ by, createdAt, replyTo, deletedAt }) => ({
        by,
        createdAt,
        replyTo,
        deletedAt,
      })),
    ).toMatchObject([
      { by: 'Anna', createdAt: '2015-03-01T09:00:00.000Z' },
      {
        by: 'Anna',
        createdAt: '2015-03-01T10:00:00.000Z',
        replyTo: 1,
        deletedAt: '2015-03-01T10:00:00.000Z',
      },
      { by: 'anna 2', createdAt: '2015-03-01T09:30:00.000Z', replyTo: 2 },
      { by: 'Guest' },
    ])
  })

  it('gives the HTML as Markdown', async () => {
    const { messagesOf } = await convert()
    const texts = messagesOf(page).map(({ text }) => text)
    expect(texts).toEqual([
      'Hello **world**, see https://example.org/a/very/long/way\n\n2 \\* 3 \\* 4 < 25\nnext *line*',
      undefined,
      'an answer that a wrong clock dates before its question, for @Anna and @Anna',
      '> said before\n\nthen\n\n- one\n- two *and*\n\n```\nif (a && b) *x*\n```\n\ninline `a*b*c` https://example.com/cat.png',
    ])
    expect(messagesOf('A-page-without-a-link')[0]?.text).toBe('Mother Russia\nin two lines')
  })

  it('counts spam, deleted comments without answers, and comments of unknown pages', async () => {
    const { archive, all } = await convert()
    expect(archive.losses.count('deleted')).toBe(1)
    expect(archive.losses.count('thread')).toBe(1)
    expect(all('user').map(({ name }) => name)).not.toContain('Spammer')
  })
})

describe('HTML', () => {
  const text = (html: string) => shown(htmlText(html, () => undefined))

  it.each([
    ['<p>a<i>b</i>c <b> d </b>e</p>', '<p>a<italic>b</italic>c  <bold>d</bold> e</p>'],
    [
      '<p><a href="https://example.com/(x)">the page</a></p>',
      '<p><a https://example.com/%28x%29>the page</a></p>',
    ],
    ['<p><a href="javascript:alert(1)">click</a></p>', '<p>click</p>'],
    ['<p>[a](b) *c* `d` \\*</p>', '<p>[a](b) *c* `d` \\*</p>'],
    [
      '<p>https://example.com/a*b*c_d</p>',
      '<p><a https://example.com/a*b*c_d>https://example.com/a*b*c_d</a></p>',
    ],
    [
      '<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>',
      '<list><li><p>a</p><list><li><p>b</p></li></list></li><li><p>c</p></li></list>',
    ],
    ['<blockquote><p>a</p><p>b</p></blockquote><p>c</p>', '<quote><p>a</p><p>b</p></quote><p>c</p>'],
    ['<pre>a\n\n  b</pre>', '<pre>a\n\n  b</pre>'],
    ['<p>not closed <b>bold', '<p>not closed <bold>bold</bold></p>'],
    ['a &lt;script&gt; &amp;amp; b', '<p>a <script> &amp; b</p>'],
  ])('%j is shown as %j', (html, expected) => {
    expect(text(html)).toBe(expected)
  })

  it('of a great depth does no harm', () => {
    expect(text(`${'<b>'.repeat(20_000)}x`)).toContain('x')
  })
})

describe('an XML file that is no such export', () => {
  it.each([
    ['is cut off', content.slice(0, 2000), /a\.xml:\d+:\d+: unclosed tag: .*damaged or cut off/],
    ['is broken', content.replace('</isClosed>', '</isOpen>'), /a\.xml:\d+:\d+: unexpected close tag/],
    ['is another format', '<?xml version="1.0"?><rss></rss>', /a\.xml begins with <rss>, not <disqus>/],
    [
      'has a post without a time',
      content.replace('<createdAt>2015-03-01T11:00:00Z</createdAt>', ''),
      /a\.xml: line \d+: the post 103 has no valid <createdAt>/,
    ],
    [
      'defines entities that grow or read files',
      '<!DOCTYPE disqus [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><disqus><post dsq:id="1"><message>&b;&c;</message></post></disqus>',
      /a\.xml:1:\d+: undefined entity/,
    ],
    [
      'is not UTF-8',
      Buffer.concat([Buffer.from('<disqus>\n'), Buffer.from([0xff, 0xfe])]),
      /a\.xml: line \d+ is not UTF-8/,
    ],
  ])('%s', async (_, text, error) => {
    await expect(convert(fileWith('a.xml', text))).rejects.toThrow(error)
  })

  it('is missing', async () => {
    await expect(convert('nowhere.xml')).rejects.toThrow(/Could not read nowhere\.xml: ENOENT/)
  })
})
