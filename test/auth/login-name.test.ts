import { describe, expect, it } from 'vitest'
import { loginName } from '../../src/auth/login-name'
import { userName } from '../../src/contract'
import { nameKey } from '../../src/lib/name-key'
import { numberedStem } from '../../src/lib/tidy-name'
import fc from '../support/properties.ts'

const named = (name: unknown) => loginName({ name }, 'name')

describe('the name of a login', () => {
  it.each([
    ['Ravi s/o Kumar', 'Ravi s-o Kumar'],
    ['a\uff0fb', 'a-b'],
    ['  Maria \n Garcia ', 'Maria Garcia'],
    ['Ma\u200bria\u00ad', 'Maria'],
    ['\u202eMaria', 'Maria'],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['an\u200cna', 'anna'],
    ['Anna ❤\ufe0f', 'Anna ❤\ufe0f'],
    ['\u0301Maria', 'Maria'],
    ['Maria\u{e000}\u{378}', 'Maria\ufffd\ufffd'],
    ['Maria\ud800', 'Maria\ufffd'],
    ['x'.repeat(65), 'x'.repeat(64)],
    [`${'x'.repeat(62)} yz`, `${'x'.repeat(62)} y`],
    [`${'x'.repeat(63)} yz`, 'x'.repeat(63)],
    [`${'x'.repeat(63)}👩\u200d💻`, 'x'.repeat(63)],
    [`${'ب'.repeat(63)}\u200cب`, 'ب'.repeat(63)],
    [`x${'\u0301'.repeat(100)}`, `x${'\u0301'.repeat(64)}`.normalize('NFKC').slice(0, 64)],
    ['x'.repeat(100_000), 'x'.repeat(64)],
  ])('%j is %j', (name, expected) => {
    expect(named(name)).toBe(expected)
  })

  it('is the claim that is configured, also one inside another', () => {
    const claims = { name: 'no', user: { full: { name: 'Maria' } }, 'https://site.example/name': 'Anna' }
    expect(loginName(claims, 'user.full.name')).toBe('Maria')
    expect(loginName(claims, 'https://site.example/name')).toBe('Anna')
    expect(loginName({ preferred_username: 'maria' }, '__proto__.name')).toBe('maria')
  })

  it.each([
    [{ preferred_username: 'maria', given_name: 'Maria' }, 'maria'],
    [{ given_name: 'Maria', family_name: 'Garcia' }, 'Maria Garcia'],
    [{ family_name: 'Garcia' }, 'Garcia'],
    [{ name: '', preferred_username: '..', given_name: 'Maria' }, 'Maria'],
    [{ name: { first: 'Maria' }, preferred_username: 'maria' }, 'maria'],
    [{ name: '\u3164' }, 'User'],
    [{ name: '\u{1d159}' }, 'User'],
    [{}, 'User'],
  ])('where there is none, is another claim: %j', (claims, expected) => {
    expect(loginName(claims, 'name')).toBe(expected)
  })

  it.each([
    [{ name: 'Maria', preferred_username: 'maria' }, 'Maria'],
    [{ nick: '', name: 'Maria' }, 'Maria'],
    [{ name: '..', preferred_username: 'maria' }, 'maria'],
    [{ nick: 'mia', name: 'Maria' }, 'mia'],
  ])('is the claim `name` where the configured one is missing: %j', (claims, expected) => {
    expect(loginName(claims, 'nick')).toBe(expected)
  })

  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 100 }),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc
      .array(
        fc.constantFrom(
          'a',
          ' ',
          '/',
          '.',
          '\u0301',
          '\u200d',
          '\u200c',
          '❤',
          '\ufe0f',
          'ب',
          '한',
          '\u3164',
          '\u{e0041}',
          '1',
          '\u20e3',
        ),
        { maxLength: 150 },
      )
      .map((parts) => parts.join('')),
  )

  it('can always be a user’s, also with a number behind it, and a valid one stays', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 999_999 }), (it, number) => {
        const name = named(it)
        expect(userName.parse(name)).toBe(name)
        const valid = userName.safeParse(it)
        if (valid.success) expect(name).toBe(valid.data)
        const stem = numberedStem(name)
        const numbered = `${stem} ${number}`
        expect(userName.parse(numbered)).toBe(numbered)
        expect(nameKey(numbered)).toBe(`${nameKey(stem)} ${nameKey(String(number))}`)
      }),
      { numRuns: 3000 },
    )
  })
})
