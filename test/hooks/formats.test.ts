import { describe, expect, it } from 'vitest'
import { parse } from '../../src/contract/markdown'
import { messageOf, payloadOf } from '../../src/hooks/payload'

const text = (text: string) => messageOf({ text })
const block = (block: object) => messageOf({ blocks: [block] })
const attachment = (attachment: object) => messageOf({ attachments: [attachment] })
const rich = (...elements: object[]) => block({ type: 'rich_text', elements })

describe('mrkdwn becomes Markdown:', () => {
  it.each([
    ['*bold* and _italic_', '**bold** and _italic_'],
    ['**bold, as Grafana writes it**', '**bold, as Grafana writes it**'],
    ['2**3**4, `a **b** c`', '2\\*\\*3\\*\\*4, `a **b** c`'],
    ['~gone~', '~gone~'],
    ['<https://x.example|a *b*>', '[a \\*b\\*](https://x.example)'],
    ['<https://x.example/1|`1a2b`>', '[`1a2b`](https://x.example/1)'],
    ['<https://x.example>', 'https://x.example'],
    ['<mailto:a@x.example|a@x.example>', 'a@x.example'],
    ['<javascript:alert(1)|click>', 'click (javascript:alert(1))'],
    ['<!here> <!channel|channel> <@U123> <@U123|anna> <#C1|general>', '@here channel @U123 @anna #general'],
    ['<!date^1392734382^{date_short}|18 Feb>', '18 Feb'],
    ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
    ['&gt; quoted', '> quoted'],
    [':tada: :unheard_of: 10:30:45', '🎉 :unheard_of: 10:30:45'],
    ['```\nlet a = *b\n```', '```\nlet a = *b\n```'],
  ])('%s', (mrkdwn, markdown) => expect(text(mrkdwn)).toBe(markdown))

  it('and no text of a stranger takes long', () => {
    for (const part of ['*', '*a ', '<', '`', ':a', '**a', '&lt;', '[', '<a|', '_', '\\', '> '])
      expect(text(part.repeat(60_000 / part.length))?.length).toBeLessThanOrEqual(4000)
  })
})

describe('blocks become Markdown:', () => {
  it.each([
    [
      { type: 'header', text: { type: 'plain_text', text: 'A *title*\nof two lines' } },
      '**A \\*title\\* of two lines**',
    ],
    [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*b*' },
        accessory: { type: 'image', image_url: 'https://x.example/i.png', alt_text: 'a cat' },
      },
      '**b**\n[a cat](https://x.example/i.png)',
    ],
    [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: 'a' },
        accessory: { type: 'button', text: { type: 'plain_text', text: 'Open' }, url: 'https://x.example' },
      },
      'a\n[Open](https://x.example)',
    ],
    [
      {
        type: 'image',
        title: { type: 'plain_text', text: 'T' },
        image_url: 'https://x.example/i.png',
        alt_text: 'alt',
      },
      'T\n[alt](https://x.example/i.png)',
    ],
    [
      { type: 'video', title: { type: 'plain_text', text: 'V' }, title_url: 'https://x.example/v' },
      '[V](https://x.example/v)',
    ],
    [{ type: 'markdown', text: '**as it is**' }, '**as it is**'],
  ])('%o', (given, markdown) => expect(block(given)).toBe(markdown))

  it('a button without an address, and an input, say nothing', () => {
    expect(
      block({ type: 'actions', elements: [{ type: 'button', text: { text: 'Approve' } }] }),
    ).toBeUndefined()
    expect(block({ type: 'input', label: { type: 'plain_text', text: 'x' } })).toBeUndefined()
  })

  it('rich text', () => {
    const says = (text: string, style?: object) => ({ type: 'text', text, ...(style && { style }) })
    expect(
      rich(
        {
          type: 'rich_text_section',
          elements: [
            says('Hi '),
            says('bold ', { bold: true }),
            says('both', { bold: true, italic: true }),
            says(' '),
            says('x*y', { code: true }),
            says(' '),
            { type: 'link', url: 'https://x.example', text: 'link' },
            says(' '),
            { type: 'emoji', name: 'woman', unicode: '1f469-1f3fd' },
            { type: 'broadcast', range: 'here' },
            { type: 'user', user_id: 'U1' },
          ],
        },
        {
          type: 'rich_text_list',
          style: 'ordered',
          elements: [
            { type: 'rich_text_section', elements: [says('one')] },
            { type: 'rich_text_section', elements: [says('two')] },
          ],
        },
        { type: 'rich_text_preformatted', elements: [says('a *b*\nc')] },
        { type: 'rich_text_quote', elements: [says('said')] },
      ),
    ).toBe(
      'Hi **bold** **_both_** `x*y` [link](https://x.example) 👩🏽@here@U1\n1. one\n2. two\n```\na *b*\nc\n```\n> said',
    )
  })

  it('are shown in place of the text', () => {
    const header = { type: 'header', text: { type: 'plain_text', text: 'H' } }
    expect(messageOf({ text: 'T', blocks: [header] })).toBe('**H**')
    expect(messageOf({ text: 'T', blocks: [{ type: 'unknown' }] })).toBe('T')
    expect(messageOf({ text: 'T', attachments: [{ blocks: [header] }] })).toBe('T\n> **H**')
  })
})

describe('attachments become quotes:', () => {
  it('with all of their fields', () => {
    expect(
      attachment({
        pretext: 'before *it*',
        author_name: 'anna',
        author_link: 'https://x.example/anna',
        title: 'A [title] of *it*',
        title_link: 'https://x.example',
        text: 'text\n',
        fields: [
          { title: 'Branch', value: '`main`', short: true },
          { title: 'Log', value: 'one\ntwo' },
          { value: 3 },
        ],
        image_url: 'https://x.example/i.png',
        footer: 'CI',
        fallback: 'not shown',
        color: 'danger',
      }),
    ).toBe(
      [
        'before **it**',
        '> [anna](https://x.example/anna)',
        '> **[A title of \\*it\\*](https://x.example)**',
        '> text',
        '> **Branch** `main`',
        '> **Log**',
        '> one',
        '> two',
        '> 3',
        '> https://x.example/i.png',
        '> CI',
      ].join('\n'),
    )
  })

  it('a fallback is shown where nothing else is', () => {
    expect(attachment({ fallback: 'only this', color: 'good' })).toBe('only this')
  })
})

describe('any JSON', () => {
  it('of another shape is not shown, and breaks nothing', () => {
    const odd = [null, 5, 'x', [], {}, [null], [[]], [{}], [{ type: 'section', text: ['x'], fields: 'y' }]]
    for (const blocks of odd)
      for (const attachments of odd) expect(messageOf({ blocks, attachments })).toBeUndefined()
    expect(
      messageOf({ blocks: [{ type: 'rich_text', elements: [{ elements: [{ type: 'text', text: {} }] }] }] }),
    ).toBeUndefined()
    expect(payloadOf('{"__proto__":{"text":"x"}}')).toBeDefined()
    expect(messageOf(payloadOf('{"__proto__":{"text":"x"}}') ?? {})).toBeUndefined()
    expect(text(':constructor: :__proto__:')).toBe(':constructor: :\\_\\_proto\\_\\_:'.replaceAll('\\_', '_'))
  })

  it('is shown by the element without a broken mark', () => {
    const blocks = parse(attachment({ title: 'a', title_link: 'https://x.example', text: 'b' }) ?? '')
    expect(blocks).toEqual([
      {
        kind: 'quote',
        children: [
          {
            kind: 'paragraph',
            children: [
              { kind: 'bold', children: [{ kind: 'link', href: 'https://x.example/', children: ['a'] }] },
              '\nb',
            ],
          },
        ],
      },
    ])
  })
})
