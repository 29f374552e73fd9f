import { describe, expect, it } from 'vitest'
import { findLinks } from '../../src/contract/links'
import { type Block, type Inline, parse } from '../../src/contract/markdown'
import fc from '../support/properties.ts'

const found = (text: string) => findLinks(text).map(({ start, end }) => text.slice(start, end))
const addresses = (text: string) => findLinks(text).map(({ address }) => address)

describe('an address ends where a person expects', () => {
  it.each([
    ['请看https://example.com/foo', 'https://example.com/foo'],
    ['看这里https://example.com/foo，然后告诉我', 'https://example.com/foo'],
    ['（https://example.com/foo）', 'https://example.com/foo'],
    ['“https://example.com/foo”', 'https://example.com/foo'],
    ['‘https://example.com/foo’', 'https://example.com/foo'],
    ['„https://example.com/foo“', 'https://example.com/foo'],
    ['«https://example.com/foo»', 'https://example.com/foo'],
    ['「https://example.com/foo」です', 'https://example.com/foo'],
    ['《https://example.com/foo》', 'https://example.com/foo'],
    ['https://example.com/foo…', 'https://example.com/foo'],
    ['https://example.com/foo。好', 'https://example.com/foo'],
    ['https://example.com/foo、bar', 'https://example.com/foo'],
    ['https://example.com/foo：好', 'https://example.com/foo'],
    ['https://example.com/foo！', 'https://example.com/foo'],
    ['https://example.com/foo？', 'https://example.com/foo'],
    ['https://example.com/foo——好', 'https://example.com/foo'],
    ['https://example.com/foo～', 'https://example.com/foo'],
    ['https://example.com/foo–', 'https://example.com/foo'],
    ['https://example.com/foo، ثم', 'https://example.com/foo'],
    ['https://example.com/foo؟', 'https://example.com/foo'],
    ['https://example.com/foo।', 'https://example.com/foo'],
    ['\u2068https://example.com/foo\u2069', 'https://example.com/foo'],
    ['https://example.com/foo\u200b', 'https://example.com/foo'],
    ['여기https://example.com/foo', 'https://example.com/foo'],
    ['(https://example.com/foo)', 'https://example.com/foo'],
    ['(https://example.com/foo),', 'https://example.com/foo'],
    ['(https://example.com/a_(b))', 'https://example.com/a_(b)'],
    ['https://example.com/a_(b), or', 'https://example.com/a_(b)'],
    ['https://example.com/foo?!', 'https://example.com/foo'],
    ['*https://example.com/foo*', 'https://example.com/foo'],
    ['https://example.com/?q=a,b;c', 'https://example.com/?q=a,b;c'],
    ['https://ja.wikipedia.org/wiki/ジョン・レノン', 'https://ja.wikipedia.org/wiki/ジョン・レノン'],
    ['https://fa.wikipedia.org/wiki/می\u200cخواهم', 'https://fa.wikipedia.org/wiki/می\u200cخواهم'],
    ['HTTPS://EXAMPLE.COM', 'HTTPS://EXAMPLE.COM'],
  ])('%s', (text, address) => {
    expect(found(text)).toEqual([address])
  })

  it('and may leave the scheme out before www', () => {
    expect(addresses('see www.example.com/a, or not')).toEqual(['https://www.example.com/a'])
  })
})

describe('a Markdown link', () => {
  it.each([
    ['[x](https:host/path)', 'https:host/path'],
    ['[x](https:\\\\host)', 'https:\\\\host'],
    ['[x](https:/host)', 'https:/host'],
    ['[x](HTTPS:host)', 'HTTPS:host'],
    ['[x](\u0001https:host)', '\u0001https:host'],
    ['[x](mailto:me@example.com)', 'mailto:me@example.com'],
    ['[x](MAILTO:me@example.com)', 'MAILTO:me@example.com'],
    ['> [x\n> y](https:host)', 'https:host'],
  ])('%j leads to an address', (text, address) => {
    expect(addresses(text)).toEqual([address])
  })

  it('starts at the bracket that ends its label', () => {
    expect(found('[x](https:host)!')).toEqual(['](https:host)'])
  })
})

describe('no link', () => {
  it.each([
    'xhttps://example.com',
    'https://',
    'https://…',
    'www.',
    'http',
    '[x](javascript:alert(1))',
    '[x](//example.com)',
    '[x](y)',
    'a://b',
    'wwwx',
  ])('%s', (text) => {
    expect(findLinks(text)).toEqual([])
  })
})

const hrefs = (nodes: readonly (Inline | Block)[]): string[] =>
  nodes.flatMap((node) => {
    if (typeof node === 'string' || 'text' in node) return []
    if ('items' in node) return node.items.flatMap(({ children }) => hrefs(children))
    return ['href' in node ? [node.href] : [], hrefs(node.children)].flat()
  })

it('every link that the element shows is found', () => {
  const piece = fc.constantFrom(
    ...[
      '[',
      '](',
      ')',
      '(',
      ']',
      '[x](',
      '> ',
      '- ',
      '1. ',
      '\n',
      ' ',
      '`',
      '*',
      '_',
      '**',
      '\\',
      '\t',
      '\u0001',
    ],
    ...[
      'https:',
      'HTTP:',
      'mailto:',
      'www.',
      'javascript:',
      '/',
      '//',
      '\\\\',
      'host',
      'e.org',
      'a@b',
      '?',
      '#',
    ],
    ...['https://', '看', '，', '）', '“', '”', '…', '،', '\u200b', '\u00ad', 'é', '.', ',', ':', '😀'],
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'grapheme', maxLength: 100 }),
  )
  fc.assert(
    fc.property(text, (it) => {
      const known = addresses(it).map((address) => URL.parse(address)?.href)
      expect(known).toEqual(expect.arrayContaining(hrefs(parse(it))))
    }),
    { numRuns: 5000 },
  )
})
