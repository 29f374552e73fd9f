import { describe, expect, it } from 'vitest'
import { type Block, type Inline, parse } from '../../src/contract/markdown.ts'
import fc from '../support/properties.ts'

const paragraph = (...children: Inline[]): Block => ({ kind: 'paragraph', children })
const bold = (...children: Inline[]): Inline => ({ kind: 'bold', children })
const italic = (...children: Inline[]): Inline => ({ kind: 'italic', children })
const code = (text: string): Inline => ({ kind: 'code', text })
const link = (href: string, ...children: Inline[]): Inline => ({ kind: 'link', href, children })

/** Returns all text in order, with the addresses of links and the numbers of lists. */
const text = (node: Inline | Block): string => {
  if (typeof node === 'string') return node
  if ('text' in node) return node.text
  if ('items' in node)
    return node.items.map(({ number, children }) => `${number ?? ''}${children.map(text).join('')}`).join('')
  return node.children.map(text).join('') + ('href' in node ? node.href : '')
}
const links = (nodes: readonly (Inline | Block)[]): string[] =>
  nodes.flatMap((node) => {
    if (typeof node === 'string' || 'text' in node) return []
    if ('items' in node) return node.items.flatMap(({ children }) => links(children))
    return ['href' in node ? [node.href] : [], links(node.children)].flat()
  })

describe('text in a line', () => {
  it.each<[string, Inline[]]>([
    ['a **b** c', ['a ', bold('b'), ' c']],
    ['a *b* _c_', ['a ', italic('b'), ' ', italic('c')]],
    ['***a***', [bold(italic('a'))]],
    ['*a **b***', [italic('a ', bold('b'))]],
    ['**a *b***', [bold('a ', italic('b'))]],
    ['日本**太字**です', ['日本', bold('太字'), 'です']],
    ['2 * 3 * 4', ['2 * 3 * 4']],
    ['4 *5 is *fun*', ['4 *5 is ', italic('fun')]],
    ['snake_case_name', ['snake_case_name']],
    ['__init__ and ___', ['__init__ and ___']],
    ['2*3*4 is 24', ['2*3*4 is 24']],
    ['*_* and *-*', ['*_* and *-*']],
    ['(*^_^*)', ['(*^_^*)']],
    ['¯\\_(ツ)_/¯', ['¯\\_(ツ)_/¯']],
    ['\\*not\\*', ['*not*']],
    ['**open', ['**open']],
    ['****', ['****']],
    ['`a *b*` ``c``', [code('a *b*'), ' ', code('c')]],
    ['`open', ['`open']],
    [
      'see https://example.org/a_(b), or not',
      ['see ', link('https://example.org/a_(b)', 'https://example.org/a_(b)'), ', or not'],
    ],
    ['(https://example.org)', ['(', link('https://example.org/', 'https://example.org'), ')']],
    ['*https://example.org*', [italic(link('https://example.org/', 'https://example.org'))]],
    ['[a **b**](https://example.org/x)', [link('https://example.org/x', 'a ', bold('b'))]],
    ['[me](mailto:me@example.org)', [link('mailto:me@example.org', 'me')]],
    ['[https://a.example](https://b.example)', [link('https://b.example/', 'https://a.example')]],
    ['![a](https://example.org/a.png)', ['!', link('https://example.org/a.png', 'a')]],
    ['[a](b)', ['[a](b)']],
    ['[1] https://example.org', ['[1] ', link('https://example.org/', 'https://example.org')]],
    ['xhttps://example.org', ['xhttps://example.org']],
    ['请看https://example.com/foo', ['请看', link('https://example.com/foo', 'https://example.com/foo')]],
    ...['，然后', '）', '”', '…', '،', '。', '」', '؟', '।', '', ' …'].map((after): [string, Inline[]] => [
      `(“https://example.com/foo${after}`,
      ['(“', link('https://example.com/foo', 'https://example.com/foo'), ...(after ? [after] : [])],
    ]),
    ['https://', ['https://']],
  ])('%s', (source, children) => {
    expect(parse(source)).toEqual([paragraph(...children)])
  })

  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](\u0001javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](//example.org)',
    '[x](file:///etc/passwd)',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
  ])('%s stays text', (source) => {
    expect(parse(source)).toEqual([paragraph(source)])
  })
})

describe('blocks', () => {
  it('keep the lines of a paragraph', () => {
    expect(parse('a\nb\n\n\nc')).toEqual([paragraph('a\nb'), paragraph('c')])
  })

  it('leave code as it is', () => {
    expect(parse('```js\na *b*\n\n  c\n```\nd')).toEqual([
      { kind: 'code', text: 'a *b*\n\n  c' },
      paragraph('d'),
    ])
    expect(parse('```never\nended')).toEqual([{ kind: 'code', text: 'never\nended' }])
  })

  it('hold blocks in a quote', () => {
    expect(parse('> a\n> > b\nc')).toEqual([
      { kind: 'quote', children: [paragraph('a'), { kind: 'quote', children: [paragraph('b')] }] },
      paragraph('c'),
    ])
    expect(parse('> a\n>\n> b')).toEqual([{ kind: 'quote', children: [paragraph('a'), paragraph('b')] }])
  })

  it.each(['>:(', '>.<', '>>> x', '>=3', '>', '> '])('%j is no quote', (source) => {
    expect(parse(source)).toEqual([paragraph(source)])
  })

  it('keep the numbers and the indented lines of a list', () => {
    expect(parse('- a\n  more\n- b\n  - c')).toEqual([
      {
        kind: 'list',
        isOrdered: false,
        items: [
          { children: [paragraph('a\nmore')] },
          {
            children: [
              paragraph('b'),
              { kind: 'list', isOrdered: false, items: [{ children: [paragraph('c')] }] },
            ],
          },
        ],
      },
    ])
    expect(parse('3. a\n7) b')).toEqual([
      {
        kind: 'list',
        isOrdered: true,
        items: [
          { number: 3, children: [paragraph('a')] },
          { number: 7, children: [paragraph('b')] },
        ],
      },
    ])
    expect(parse('-a\n1.5 b')).toEqual([paragraph('-a\n1.5 b')])
    expect(parse('+ 1')).toEqual([paragraph('+ 1')])
  })
})

describe('any text', () => {
  const piece = fc.constantFrom(
    ...[
      '*',
      '**',
      '_',
      '`',
      '```',
      '[',
      ']',
      '](',
      '(',
      ')',
      '>',
      '> ',
      '- ',
      '1. ',
      '\n',
      '\n\n',
      '  ',
      ' ',
    ],
    ...[
      'a',
      'word',
      'é',
      '漢字',
      '😀',
      '\\',
      '<b>',
      '&amp;',
      '.',
      'https://',
      'https://e.org/x',
      'mailto:a@b',
    ],
    ...['javascript:', '](javascript:x)', '](https://e.org)', '](data:x)', '\t', '\r\n'],
  )
  const source = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  )

  it('loses no character but markup, and keeps their order', () => {
    // Removes the characters of markup. Addresses are normalised when they become links, so there are none here.
    const kept = (it: string) => it.replace(/[\s*_`[\]()>\-+\\.\d]/g, '')
    fc.assert(
      fc.property(
        source.filter((it) => !it.includes(':') && !it.includes('```')),
        (it) => {
          expect(kept(parse(it).map(text).join(''))).toBe(kept(it))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('has links to http, https and mailto only', () => {
    fc.assert(
      fc.property(source, (it) => {
        expect(links(parse(it)).filter((href) => !/^(https?|mailto):/.test(href))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ...[
      '*',
      '**',
      '_',
      '`',
      '``a',
      '[',
      ']',
      '](',
      '[](',
      '[a](',
      '](x](x',
      '](x(y)',
      '>',
      '> ',
      '- ',
      '1. ',
    ],
    ...[
      '*a',
      '**a*',
      '_a ',
      '`a',
      '```\n',
      'https://',
      'https://a',
      'https://.',
      'h',
      '\\*',
      '*a_b',
      '[*',
      '- > ',
    ],
    ...['[a](https://e.org) ', '*_**', '  - a\n', '\n', '[https://', '`'.repeat(50), 'https://a)'],
  ])('takes time in proportion to its length: %j', (unit) => {
    const time = (length: number) => {
      const long = unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
      const start = performance.now()
      for (let round = 0; round < 5; round++) parse(long)
      return performance.now() - start
    }
    time(4000)
    // Ten times as long. Quadratic code would be a hundred times slower. Clocks in workerd may stand still during computation.
    expect(time(40_000)).toBeLessThan(2500)
  })
})
