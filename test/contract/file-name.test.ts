import { describe, expect, it } from 'vitest'
import { sentFiles } from '../../src/contract/file-line'
import { toFileName } from '../../src/contract/file-name'
import fc from '../support/properties'

const special = [
  'e',
  '\u0301',
  '\u00ad',
  '*',
  '\ufe0f',
  '\u20e3',
  '👩',
  '\u200d',
  ' ',
  '.',
  '/',
  '\u202e',
  '한',
  '\u1161',
  'क',
  '\u093c',
  '_',
]
const names = fc.oneof(
  fc.string({ unit: fc.constantFrom(...special), maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .tuple(fc.nat(60), fc.string({ unit: fc.constantFrom(...special), maxLength: 120 }))
    .map(([count, end]) => 'a'.repeat(140 + count) + end),
)

const lineOf = (name: string) => [{ id: 'x'.repeat(22), name, type: 'image/png', bytes: 1 }]
const takes = (name: string): boolean => sentFiles.safeParse(lineOf(name)).success

describe('the name of a file', () => {
  it.each(['e\u00ad\u0301.png', '*\ufe0f\u20e3.png', `${'a'.repeat(194)}👩\u200d👩.png`, '/'])(
    'is kept as it is once it is one, such as %j',
    (given) => {
      const name = toFileName(given)
      expect(toFileName(name)).toBe(name)
      expect(takes(name)).toBe(true)
    },
  )

  it('is kept as it is once it is one, and an import takes it', () => {
    fc.assert(
      fc.property(names, (given) => {
        const name = toFileName(given)
        expect(toFileName(name)).toBe(name)
        expect(takes(name)).toBe(true)
        expect(Array.from(name).length).toBeLessThanOrEqual(200)
      }),
      { numRuns: 2000 },
    )
  })

  it('is taken by an import as it was stored before 2026-11-28', () => {
    for (const name of ['e\u0301.png', '_\ufe0f\u20e3.png', `${'a'.repeat(194)}👩\u200d.png`]) {
      expect(toFileName(name)).not.toBe(name)
      expect(takes(name)).toBe(true)
    }
    for (const name of [
      '',
      'a/b.png',
      'a\\b',
      '..',
      'evil\u202egnp.exe',
      'a\0b',
      ' a',
      'a:b',
      'x'.repeat(201),
    ])
      expect(takes(name)).toBe(false)
  })
})
