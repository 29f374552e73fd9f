import { readFileSync } from 'node:fs'
import confusables from 'unhomoglyph/data.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { lookAlikes } from '../../scripts/look-alikes'
import * as contract from '../../src/contract'
import { nameKey } from '../../src/lib/name-key'

describe('src/lib/look-alikes.json', () => {
  it('is the output of `npm run look-alikes`', () => {
    expect(readFileSync('src/lib/look-alikes.json', 'utf8')).toBe(lookAlikes())
  })

  const key = (name: string): string | undefined => {
    const parsed = contract.userName.safeParse(name)
    return parsed.success ? nameKey(parsed.data) : undefined
  }

  it('gives a character and its prototype in Unicode’s table one key', () => {
    const different = Object.entries(confusables).filter(([character, prototype]) => {
      const isOne = [character, prototype].every(
        (side) => /^.$/u.test(side) && side.normalize('NFKD') === side,
      )
      const [mine, other] = [key(`a${character}`), key(`a${prototype}`)]
      return isOne && mine !== undefined && other !== undefined && mine !== other
    })
    // Their capitals look like something else than they do.
    const exceptions = { ƽ: 's', β: 'ß', ꞵ: 'ß', 𑣄: 'z', 𑣆: '7', 𑣕: '6', 𑣜: 'y', '\u0345': '\u0328' }
    expect(Object.fromEntries(different)).toEqual(exceptions)
  })

  it('gives a character one key in either case', () => {
    for (let code = 0x21; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const character = String.fromCodePoint(code)
      for (const other of [character.toUpperCase(), character.toLowerCase()]) {
        if (other === character) continue
        // After a letter that is not Latin, because a name may not begin with a mark.
        const [mine, its] = [key(`あ${character}`), key(`あ${other}`)]
        if (mine !== undefined && its !== undefined) expect(its, `${character} ${other}`).toBe(mine)
      }
    }
  })

  it('makes no two letters or digits of ASCII one but i, l and 1, o and 0', () => {
    const plain = Array.from('abcdefghijklmnopqrstuvwxyz0123456789')
    const classes = Object.values(Object.groupBy(plain, (character) => nameKey(character)))
    expect(classes.filter((members) => members && members.length > 1)).toEqual([
      ['i', 'l', '1'],
      ['o', '0'],
    ])
  })
})
