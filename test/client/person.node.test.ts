import { describe, expect, it } from 'vitest'
import { isSamePerson, parsePerson } from '../../src/client/identity.ts'

describe('a person', () => {
  it.each([
    [{ userId: 1, userName: 'danny' }, { userId: 1, userName: 'daniel' }, true],
    [{ userId: 1, userName: 'danny' }, { userId: 2, userName: 'danny' }, false],
    [{ userId: 1, userName: 'danny' }, { userName: 'danny' }, true],
    [{ userName: 'danny' }, { userName: 'daniel' }, false],
    [{ userName: 'danny' }, undefined, false],
    [undefined, undefined, true],
  ])('is compared by id where both have one: %j and %j', (one, other, isSame) => {
    expect(isSamePerson(one, other)).toBe(isSame)
  })

  it.each([
    [
      { userId: 7, userName: 'danny', seq: 3 },
      { userId: 7, userName: 'danny' },
    ],
    [{ userName: 'danny' }, { userName: 'danny' }],
    [{ userId: '7', userName: 'danny' }, { userName: 'danny' }],
    [{ userId: null, userName: null }, undefined],
    [{ userName: 7 }, undefined],
    [null, undefined],
    ['danny', undefined],
  ])('is read from %j', (stored, person) => {
    expect(parsePerson(stored)).toEqual(person)
  })
})
