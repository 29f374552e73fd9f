import { describe, expect, it } from 'vitest'
import { isInCodeBlock } from '../../../src/client/element/composing/code-block.ts'
import { findEmoji, namedEmoji } from '../../../src/client/element/composing/emoji.ts'
import { type Format, formatted } from '../../../src/client/element/composing/formatting.ts'
import fc from '../../support/properties.ts'

/** Formats a text in which `|` stands at both ends of the selection, or once at the caret. Returns it in the same way. */
const format = (marked: string, kind: Format): string => {
  const [start, last] = [marked.indexOf('|'), marked.lastIndexOf('|')]
  const end = last === start ? start : last - 1
  const text = marked.replaceAll('|', '')
  const { from, to, text: inserted, select } = formatted({ text, start, end }, kind)
  const result = text.slice(0, from) + inserted + text.slice(to)
  const [first, second] = select
  if (first === second) return `${result.slice(0, first)}|${result.slice(first)}`
  return `${result.slice(0, first)}|${result.slice(first, second)}|${result.slice(second)}`
}

describe('the keys for formats', () => {
  it.each<[Format, string, string]>([
    ['bold', 'a |b| c', 'a **|b|** c'],
    ['bold', '|', '**|**'],
    ['italic', 'a |b| c', 'a *|b|* c'],
    ['italic', 'a **|b|** c', 'a ***|b|*** c'],
    ['bold', 'a *|b|* c', 'a ***|b|*** c'],
    ['code', 'a |b| c', 'a `|b|` c'],
    ['code', '|one\ntwo|', '|```\none\ntwo\n```|'],
    ['code', 'see |one\ntwo|', 'see \n|```\none\ntwo\n```|'],
  ])('%s: %j becomes %j, and back', (kind, before, after) => {
    expect(format(before, kind)).toBe(after)
    expect(format(after, kind).replace('see \n', 'see ')).toBe(before)
  })

  it.each<[Format, string, string]>([
    // White space stays outside: no mark works beside it.
    ['bold', '|word |next', '**|word|** next'],
    // The marks may be selected too.
    ['bold', '|**b**|', '|b|'],
    ['italic', '|*b*|', '|b|'],
    ['italic', '_|b|_', '|b|'],
    ['italic', '***|b|***', '**|b|**'],
    ['code', '|`b`|', '|b|'],
    ['link', 'see |this|', 'see [this](|https://|)'],
    ['link', '|https://example.org|', '[|](https://example.org)'],
    ['link', 'see [th|is](https://example.org)!', 'see |this|!'],
    ['link', '|', '[](|https://|)'],
  ])('%s: %j becomes %j', (kind, before, after) => {
    expect(format(before, kind)).toBe(after)
  })

  it('never lose a character of the text, and twice are none', () => {
    const texts = fc.stringMatching(/^[a-z \n]{0,20}$/)
    fc.assert(
      fc.property(texts, texts, texts, fc.constantFrom('bold', 'italic'), (before, inner, after, kind) => {
        const text = before + inner + after
        const first = formatted({ text, start: before.length, end: before.length + inner.length }, kind)
        const once = text.slice(0, first.from) + first.text + text.slice(first.to)
        expect(once.replaceAll('*', '')).toBe(text)
        const [start, end] = first.select
        const second = formatted({ text: once, start, end }, kind)
        expect(once.slice(0, second.from) + second.text + once.slice(second.to)).toBe(text)
      }),
    )
  })
})

describe('a block of code', () => {
  it.each([
    ['```', true],
    ['```js\nlet a', true],
    ['text\n```\na\n```', false],
    ['```\na\n```\nb', false],
    ['```\na\n```\nb\n```', true],
    ['a ``` b', false],
    ['``` a ``` b', false],
    ['', false],
  ])('is open at the end of %j: %j', (text, isOpen) => {
    expect(isInCodeBlock(text, text.length)).toBe(isOpen)
  })
})

describe('the names of emoji', () => {
  const all = [
    { emoji: '🎉', name: 'party popper', words: ['tada', 'celebration'] },
    { emoji: '🎊', name: 'confetti ball', words: ['confetti_ball', 'party'] },
    { emoji: '🥳', name: 'partying face', words: ['partying_face', 'birthday'] },
    { emoji: '🇪🇸', name: 'bandera: España', words: ['es'] },
  ]
  const found = (query: string) => findEmoji(all, query, 8).map(({ emoji }) => emoji)

  it('are found by their beginning, in any case and without accents, the same ones first', () => {
    expect(found('party')).toEqual(['🎉', '🥳', '🎊'])
    expect(found('PARTY_P')).toEqual(['🎉'])
    expect(found('popp')).toEqual(['🎉'])
    expect(found('espana')).toEqual(['🇪🇸'])
    expect(found('opper')).toEqual([])
  })

  it('stand for one emoji between colons', () => {
    expect(namedEmoji(all, 'tada')?.emoji).toBe('🎉')
    expect(namedEmoji(all, 'confetti_ball')?.emoji).toBe('🎊')
    expect(namedEmoji(all, 'Party_Popper')?.emoji).toBe('🎉')
    expect(namedEmoji(all, 'party')).toBeUndefined()
  })
})
