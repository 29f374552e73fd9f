import { expect, it } from 'vitest'
import { searchText } from '../../src/lib/search-text'
import { wordKey } from '../../src/lib/word-key'
import fc from '../support/properties.ts'

const ascii = fc.string({ unit: 'binary-ascii', maxLength: 100 })

it('an ASCII text has the same words as with a character that cannot be seen', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      // The character takes the text to the longer way, and is in no key.
      expect(wordKey(text)).toBe(wordKey(`${text}\u200b`))
    }),
    { numRuns: 2000 },
  )
})

it('no more than thirty marks of a character are in a key, as in the text that is searched', () => {
  const marks = '\u0f71\u0f72'.repeat(15)
  const keyOfThirty = wordKey(`ཀ${marks}ཁ`)
  // The characters between the marks are removed from a key.
  for (const between of ['', '\u0640', '\u200b']) {
    const text = `ཀ${marks}${`${between}${marks}`.repeat(9)}ཁ`
    expect(wordKey(text)).toBe(keyOfThirty)
    expect(searchText(text)).toBe(searchText(`ཀ${marks}ཁ`))
  }
})
