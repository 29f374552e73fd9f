import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ParlourError } from '../../src/client/error.ts'
import { IdentityStore, isSamePerson, parsePerson } from '../../src/client/identity.ts'
import { Login } from '../../src/client/login.ts'

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

describe('the name that is stored in the browser', () => {
  const problem = new ParlourError(401, undefined)

  it('stays for the next page when a login of the site is refused, and is forgotten by a sign-out', () => {
    const items = new Map<string, string>()
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
      removeItem: (key: string) => items.delete(key),
    })
    onTestFinished(() => void vi.unstubAllGlobals())
    const store = new IdentityStore('http://nowhere.invalid')
    store.set({ userId: 1, userName: 'danny', token: 'token' })
    store.set({ userId: 2, userName: 'eve', login: new Login(() => 'jwt') })
    expect(store.current?.userName).toBe('eve')
    if (store.current) store.drop(store.current, problem)
    expect(store.current).toBeUndefined()
    expect(new IdentityStore('http://nowhere.invalid').current?.token).toBe('token')
    store.set({ userId: 2, userName: 'eve', login: new Login(() => 'jwt') })
    store.set()
    expect(store.current).toBeUndefined()
    expect(new IdentityStore('http://nowhere.invalid').current).toBeUndefined()
  })
})
