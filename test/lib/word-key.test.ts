import { expect, it } from 'vitest'
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
