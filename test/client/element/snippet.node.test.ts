import { describe, expect, it } from 'vitest'
import { snippetOf } from '../../../src/client/element/snippet.ts'
import fc from '../../support/properties.ts'

/** Returns a snippet as one text, with what was found in brackets. */
const marked = (text: string, found?: [number, number][]): string =>
  snippetOf(text, found)
    .map((piece) => (piece.isFound ? `[${piece.text}]` : piece.text))
    .join('')

describe('the snippet of a message that was found', () => {
  it('marks the places that were found', () => {
    expect(marked('one two three', [[4, 7]])).toBe('one [two] three')
    const both: [number, number][] = [
      [0, 3],
      [8, 13],
    ]
    expect(marked('one two three', both)).toBe('[one] two [three]')
    expect(marked('plain')).toBe('plain')
  })

  it('marks places that overlap once', () => {
    const found: [number, number][] = [
      [0, 4],
      [2, 6],
    ]
    expect(marked('abcdefgh', found)).toBe('[abcd][ef]gh')
  })

  it('begins near the first place, and ends before a long text does', () => {
    const text = `${'a'.repeat(500)}word${'b'.repeat(500)}`
    const snippet = marked(text, [[500, 504]])
    expect(snippet).toMatch(/^…a{60}\[word\]b+…$/)
  })

  it('never cuts a character', () => {
    const characters = fc.constantFrom('a', ' ', '🎉', 'é', '👩‍👩‍👧', 'เ', 'ด็', '語')
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 400 }), fc.nat(400), (parts, at) => {
        const text = parts.join('')
        const start = parts.slice(0, at).join('').length
        const found: [number, number][] =
          start < text.length ? [[start, start + (parts[at]?.length ?? 0)]] : []
        const whole = snippetOf(text, found)
          .map((piece) => piece.text)
          .join('')
          .replace(/^…|…$/g, '')
        expect(whole.isWellFormed()).toBe(true)
        expect(text).toContain(whole)
        expect(whole).not.toMatch(/^[\u200D\p{M}]|\u200D$/u)
        for (const { isFound, text: piece } of snippetOf(text, found))
          if (isFound) expect(piece).toBe(parts[at])
      }),
    )
  })
})
