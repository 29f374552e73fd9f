import { describe, expect, it } from 'vitest'
import { Archive } from '../../scripts/convert/archive.ts'
import { discordText } from '../../scripts/convert/discord-text.ts'
import { createEmojiNames } from '../../scripts/convert/emoji.ts'
import { createNames, type Renamed } from '../../scripts/convert/names.ts'
import { fileLine, sizeOf, splitText } from '../../scripts/convert/text.ts'
import { chatroomName, messageText, userName } from '../../src/contract/fields.ts'
import { escaperFor } from '../../src/lib/markdown-text.ts'
import { nameKey } from '../../src/lib/name-key.ts'
import { slackText } from '../../src/lib/slack-text.ts'
import { shown } from '../support/node/converted.ts'
import fc from '../support/properties.ts'

const emoji = createEmojiNames()

describe("Slack's mrkdwn", () => {
  const custom: string[] = []
  const names = {
    user: (id: string) => ({ U1: 'anna', U2: 'Ben O' })[id],
    channel: (id: string) => ({ C1: 'general' })[id],
    emoji,
    onCustomEmoji: (name: string) => void custom.push(name),
  }

  it.each([
    ['*bold* _it_ ~no~ `co*d*e`', '<p><bold>bold</bold> <italic>it</italic> ~no~ <code>co*d*e</code></p>'],
    ['2*3*4 and a * b * c and **x**', '<p>2*3*4 and a * b * c and **x**</p>'],
    ['*_both_* and *<@U1>*', '<p><bold><italic>both</italic></bold> and <bold>@anna</bold></p>'],
    ['[a](b) \\*', '<p>[a](b) \\*</p>'],
    ['[x](<https://example.com>)', '<p>[x](<a https://example.com/>https://example.com</a>)</p>'],
    ['&lt;b&gt; &amp;amp; &amp;lt;', '<p><b> &amp; &lt;</p>'],
    ['<@U1> <@U2> <@U9> <@U8|carl>', '<p>@anna @"Ben O" @U9 @carl</p>'],
    ['<#C1> <#C1|> <#C9|gone> <#C8>', '<p>#general #general #gone #C8</p>'],
    [
      '<!here> <!channel> <!subteam^S1|@team> <!date^1392734382^{date}|Feb 18>',
      '<p>@here @channel @team Feb 18</p>',
    ],
    [
      '<https://example.com/?a=1&amp;b=2>',
      '<p><a https://example.com/?a=1&b=2>https://example.com/?a=1&b=2</a></p>',
    ],
    ['<https://example.com|example.com>', '<p><a https://example.com/>https://example.com</a></p>'],
    ['<https://example.com|a *b* [c]>', '<p><a https://example.com/>a *b* c</a></p>'],
    [
      '<mailto:a@example.com|a@example.com> <mailto:a@example.com|mail>',
      '<p>a@example.com <a mailto:a@example.com>mail</a></p>',
    ],
    ['<tel:123|123> <slack://user|me>', '<p>123 me (slack://user)</p>'],
    [':+1: :thumbsup::skin-tone-6: :flag-de: :e-mail: 10:30:45', '<p>👍 👍🏿 🇩🇪 📧 10:30:45</p>'],
    ['`:+1:` ```:+1:```', '<p><code>:+1:</code> </p><pre>:+1:</pre>'],
    ['&gt; a\n&gt;b\nc', '<quote><p>a\nb</p></quote><p>c</p>'],
    ['a\n&gt;&gt;&gt; b\n\nc', '<p>a</p><quote><p>b</p><p>c</p></quote>'],
    [
      'a ```<https://x.example> <@U1>\n  b &lt; c``` d',
      '<p>a </p><pre>https://x.example @anna\n  b < c</pre><p> d</p>',
    ],
    ['not closed ``` and *b*', '<p>not closed ``` and <bold>b</bold></p>'],
    ['• one\n- two\n* three', '<p>• one</p><list><li><p>two</p></li><li><p>three</p></li></list>'],
  ])('%j is shown as %j', (source, expected) => {
    expect(shown(slackText(source, names))).toBe(expected)
  })

  it('keeps the words of a custom emoji', () => {
    expect(slackText(':our-logo: at 10:30:45', names)).toBe(':our-logo: at 10:30:45')
    expect(custom).toEqual(['our-logo'])
  })
})

describe("Discord's Markdown", () => {
  const names = {
    user: () => undefined,
    channel: () => undefined,
    mentioned: [
      { written: 'Ann', name: 'Ann' },
      { written: 'Ann Lee', name: 'Ann Lee 2' },
    ],
    onCustomEmoji: () => {},
  }

  it.each([
    [
      '**b** *i* _i_ ***both*** __u__',
      '<p><bold>b</bold> <italic>i</italic> <italic>i</italic> <bold><italic>both</italic></bold> <bold>u</bold></p>',
    ],
    ['@Ann Lee, @Ann, a@Ann', '<p>@"Ann Lee 2", @Ann, a@Ann</p>'],
    ['## Head **x**\n-# small', '<p><bold>Head x</bold>\nsmall</p>'],
    ['\\*a\\* \\> \\# \\| \\\\o/', '<p>*a* > # | \\o/</p>'],
    [
      '[a](<https://example.com>) <https://example.com>',
      '<p><a https://example.com/>a</a> <a https://example.com/>https://example.com</a></p>',
    ],
    ['``a ` b`` `__c__`', '<p>a ` b <code>__c__</code></p>'],
    ['```\ncode\n``` ```one line```', '<pre>code</pre><pre>one line</pre>'],
    ['> q\n- l', '<quote><p>q</p></quote><list><li><p>l</p></li></list>'],
    ['>>> q\n```\ncode\n```\nend', '<quote><p>q</p><pre>code</pre><p>end</p></quote>'],
    ['snake_case __init__', '<p>snake_case <bold>init</bold></p>'],
  ])('%j is shown as %j', (source, expected) => {
    expect(shown(discordText(source, names))).toBe(expected)
  })
})

describe('a text without markup', () => {
  it('is shown as it is', () => {
    const texts = fc.string({
      unit: fc.constantFrom(
        '*',
        '`',
        '[',
        ']',
        '(',
        ')',
        '\\',
        '@',
        'a',
        'b',
        '1',
        ' ',
        '.',
        ...'https://x.y/',
      ),
    })
    fc.assert(
      fc.property(texts, (text) => {
        // A list that is only meant as text can't be told from one that is meant.
        fc.pre(text.trim() !== '' && !/^ *([-*]|\d+[.)]) /.test(text) && text.trim() === text)
        const links = (html: string) => html.replace(/<a [^>]*>|<\/a>/g, '')
        expect(links(shown(escaperFor(text)(text)))).toBe(`<p>${text}</p>`)
      }),
    )
  })
})

describe('a text that is too long', () => {
  const words = fc.array(fc.constantFrom('word ', 'line\n', 'x'.repeat(900), '👩‍👩‍👧', 'é'), {
    minLength: 1,
    maxLength: 60,
  })

  it('is split into messages that together have all of it', () => {
    fc.assert(
      fc.property(fc.array(words), (parts) => {
        const text = parts.flat().join('')
        const pieces = splitText(text)
        for (const piece of pieces) expect(Array.from(piece).length).toBeLessThanOrEqual(4000)
        expect(pieces.join('').replaceAll('\n', '')).toBe(text.replaceAll('\n', ''))
      }),
    )
  })

  it('stays code where it is code', () => {
    const pieces = splitText(`before\n\`\`\`\n${'a * b * c\n'.repeat(900)}\`\`\`\nafter`)
    expect(pieces.length).toBe(3)
    expect(
      pieces
        .map(shown)
        .join('')
        .replace(/<\/pre><pre>/g, '\n'),
    ).toBe(`<p>before</p><pre>${'a * b * c\n'.repeat(900).trimEnd()}</pre><p>after</p>`)
    for (const piece of pieces) expect(messageText.safeParse(piece).success).toBe(true)
  })

  it('becomes several messages of the author, of which the first has replies and reactions', () => {
    const archive = new Archive()
    const room = archive.room('r', ['r'])
    room.add({
      key: '1',
      author: 'anna',
      text: 'x '.repeat(4100),
      at: 0,
      reactions: [{ emoji: '👍', people: ['ben', 'ben'] }],
    })
    room.add({ author: 'ben', text: 'so', at: 1, replyTo: '1' })
    room.add({ author: 'ben', text: '\0 \ud800\u200b'.slice(0, 2), at: 2 })
    expect(
      room.messages.map(({ replyTo, reactions }) => [replyTo, reactions?.get('👍')?.map(({ name }) => name)]),
    ).toEqual([
      [undefined, ['ben']],
      [undefined, undefined],
      [undefined, undefined],
      [1, undefined],
    ])
    expect(archive.split).toBe(1)
    expect(archive.losses.count('empty')).toBe(1)
  })
})

describe('names', () => {
  it('are all valid, and none looks like another', () => {
    const wanted = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '.', 'Danny', 'danny', 'dаnny', 'a/b', '\u0301x', 'x'.repeat(99)),
      ),
    )
    fc.assert(
      fc.property(wanted, fc.constantFrom('person' as const, 'room' as const), (names, kind) => {
        const renamed: Renamed[] = []
        const nameOf = createNames(kind, renamed)
        const given = names.map((name) => nameOf(name, 'somebody'))
        const schema = kind === 'person' ? userName : chatroomName
        for (const name of given) expect(schema.safeParse(name).data).toBe(name)
        expect(new Set(given.map(nameKey)).size).toBe(given.length)
        expect(renamed.every(({ why }) => why !== '')).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

describe('a file that is not taken', () => {
  it('is named with its size', () => {
    expect(fileLine('a_*b*.png', 1_234_567)).toBe('📎 a_\\*b\\*.png (1.2 MB)')
    expect([0, 999, 1000, 99_999, 2e9, 5e13].map(sizeOf)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 KB',
      '100 KB',
      '2.0 GB',
      '50000 GB',
    ])
  })
})
