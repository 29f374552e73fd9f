import { describe, expect, it } from 'vitest'
import { userName } from '../../src/contract'
import { type Block, type Inline, parse } from '../../src/contract/markdown'
import { findMentions, mentionOf, namesAt } from '../../src/contract/mentions'
import fc from '../support/properties.ts'

describe('the names that a message may mention', () => {
  it.each([
    ['@anna.', [['anna.', 'anna']]],
    ["@anna's", [["anna's", "anna'", 'anna']]],
    ['**@anna**', [['anna**', 'anna*', 'anna']]],
    ['_@anna_', [['anna_', 'anna']]],
    ['@anna-lena', [['anna-lena', 'anna-']]],
    ['@"two words"s', [['two words']]],
    ['@“two "words"”', [['two "words"']]],
    ['@two words', [['two']]],
    ['＠anna', [['anna']]],
    ['こんにちは@田中さん', [['田中さん', '田中さ', '田中', '田']]],
    ['@علی‌رضا،', [['علی‌رضا،', 'علی‌رضا', 'علی‌']]],
    ['@👩‍👩‍👧x', [['👩‍👩‍👧x', '👩‍👩‍👧']]],
    ['a@b.c anna_@b.c anna+x@b.c', []],
    ['\\@anna', []],
    ['`@anna` ``@anna``', []],
    ['```\n@anna', []],
    ['https://example.com/@anna', []],
    [
      '[@anna](https://example.com/)',
      [
        [
          'anna](https://example.com/)',
          'anna](https://example.com/',
          'anna](https://example',
          'anna]',
          'anna',
        ],
      ],
    ],
    ['@ @\n@', []],
    ['@a`b` c`', [['a']]],
  ])('%s', (text, names) => {
    const found = findMentions(text)
    // An address offers many names; only some of them are of interest.
    if (text.startsWith('[')) expect(found[0]).toEqual(expect.arrayContaining(names[0] ?? []))
    else expect(found).toEqual(names)
  })
})

const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({
      unit: fc.constantFrom('a', 'B', 'é', '田', '.', '-', '_', '*', '"', '`', '\\', ' ', '@', '[', '”'),
      maxLength: 20,
    }),
  )
  .map((text) => userName.safeParse(text).data)
  .filter((text) => text !== undefined)

/** Names that hold code, or both kinds of quotation marks, can't be mentioned in every place. */
const isSimple = (text: string): boolean => !/[`“”„@＠]/.test(text)

it('the way in which the element writes a name mentions it, whatever follows', () => {
  fc.assert(
    fc.property(
      name.filter(isSimple),
      fc.constantFrom('', ' hello', ', hello', '\n', ' `code`'),
      (it, rest) => {
        const [found = []] = findMentions(`hello ${mentionOf(it)}${rest}`)
        expect(found).toContain(it)
        expect(found.slice(0, found.indexOf(it)).every((longer) => longer.length > it.length)).toBe(true)
      },
    ),
    { numRuns: 3000 },
  )
})

const codeIn = (nodes: readonly (Inline | Block)[]): string[] =>
  nodes.flatMap((node) => {
    if (typeof node === 'string') return []
    if ('items' in node) return node.items.flatMap(({ children }) => codeIn(children))
    if (node.kind === 'code') return [node.text]
    return 'children' in node ? codeIn(node.children) : []
  })

it('a mark of a mention in the element changes no code, and everything that it marks was found', () => {
  const piece = fc.constantFrom(
    ...[
      '@a',
      '@"a b"',
      '@a`',
      '@',
      'a',
      '`',
      '``',
      '```',
      '\n',
      ' ',
      '> ',
      '- ',
      '*',
      '_',
      '\\',
      '[',
      '](https://e.org)',
      '"',
      '.',
    ],
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
      (text) => {
        const marked: (string | undefined)[] = []
        const blocks = parse(text, (line, at) => {
          const [longest] = namesAt(line, at)
          if (longest) marked.push(longest.name)
          return longest?.end
        })
        expect(codeIn(blocks)).toEqual(codeIn(parse(text)))
        const found = new Set(findMentions(text).map(([longest]) => longest))
        for (const name of marked) expect(found).toContain(name)
      },
    ),
    { numRuns: 5000 },
  )
})

it('takes no time for any text of the longest length', () => {
  for (const part of ['@', '@ ', '@a', '@.', '@a.,', '`@', '@"', '@"x"', '_@', 'a_-@', '[@a](', '@\n'])
    expect(findMentions(part.repeat(4000 / part.length)).flat().length).toBeLessThanOrEqual(200)
})
