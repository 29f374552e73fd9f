import { readFileSync } from 'node:fs'
import confusables from 'unhomoglyph/data.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { lookAlikes } from '../../scripts/look-alikes'
import * as contract from '../../src/contract'
import { fold, nameKey } from '../../src/name'

describe('src/look-alikes.json', () => {
  it('is what `npm run look-alikes` writes', () => {
    expect(readFileSync('src/look-alikes.json', 'utf8')).toBe(lookAlikes())
  })

  it('gives every character that a name may hold the key that the whole table would', () => {
    const whole = new Map(Object.entries(confusables))
    const wholeKey = (name: string) => {
      const skeleton = Array.from(
        fold(name).normalize('NFD'),
        (character) => whole.get(character) ?? character,
      )
      return fold(skeleton.join('')).normalize('NFD')
    }
    const different: string[] = []
    for (let code = 0x21; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      // After a letter, because a name may not begin with a mark, and a sigma is another one at the end of a word.
      const parsed = contract.userName.safeParse(`a${String.fromCodePoint(code)}`)
      if (parsed.success && nameKey(parsed.data) !== wholeKey(parsed.data)) different.push(parsed.data)
    }
    expect(different).toEqual([])
  })
})
