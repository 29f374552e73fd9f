import type { User } from '../contract/index.ts'
import type { ParlourError } from './error.ts'
import { fieldsOf } from './json.ts'
import type { Login } from './login.ts'
import { openStorage } from './storage.ts'
import type { LostIdentity } from './types.ts'

export type Person = { userId?: number | undefined; userName: string }
export type Credential = { token?: string | undefined; login?: Login }
/** The user who acts from this page. Without a token or a login it is an open name, which anybody may use. */
export type Identity = Person & Credential

/** Compares by id. Identities that older versions stored have only a name. */
export const isSamePerson = (
  one: Partial<Person> | undefined,
  other: Partial<Person> | undefined,
): boolean => (one?.userId && other?.userId ? one.userId === other.userId : one?.userName === other?.userName)

export const isSameCredential = (one: Credential | undefined, other: Credential | undefined): boolean =>
  one?.token === other?.token && one?.login === other?.login

/** Returns the person that stored JSON or a message names, or `undefined` if it names none. */
export const parsePerson = (stored: unknown): Person | undefined => {
  const { userId, userName } = fieldsOf(stored)
  if (typeof userName !== 'string') return undefined
  return { userName, userId: typeof userId === 'number' ? userId : undefined }
}

/** Remembers who acts, for all tabs and for the next visit. A site's login is not stored: its next page gives it again. */
export class IdentityStore {
  /** Set when the server no longer accepts an identity, until somebody signs in. */
  lost: LostIdentity | undefined
  readonly #storage = openStorage('localStorage')
  readonly #key: string
  readonly #watchers = new Set<(isAnother: boolean) => void>()
  /** The identity by the site's login, or nobody after it was refused. Hides the one that is stored. */
  #ofSite: { identity: Identity | undefined } | undefined

  constructor(url: string) {
    this.#key = `parlour ${url}`
    // Another tab has signed in, signed out or renamed.
    globalThis.addEventListener?.('storage', ({ key }) => {
      if (key === this.#key) this.#changed(true)
    })
  }

  get current(): Identity | undefined {
    if (this.#ofSite) return this.#ofSite.identity
    const stored = this.#storage.get(this.#key)
    const person = parsePerson(stored)
    const { token } = fieldsOf(stored)
    return person && { ...person, token: typeof token === 'string' ? token : undefined }
  }

  /** Calls `changed` when somebody else acts from now on, or the same person under another name. Returns a function that ends it. */
  watch(changed: (isAnother: boolean) => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #changed(isAnother: boolean): void {
    for (const changed of this.#watchers) changed(isAnother)
  }

  #keep(identity: Identity | undefined, lost?: LostIdentity): void {
    this.#ofSite = identity?.login || (this.#ofSite && lost) ? { identity } : undefined
    if (!this.#ofSite) this.#storage.set(this.#key, identity)
  }

  /** Sets who acts; nobody, without an identity. `lost` says why it was dropped. */
  set(identity?: Identity, lost?: LostIdentity): void {
    this.lost = lost
    this.#keep(identity, lost)
    this.#changed(true)
  }

  /** Takes over the name, and the id where it is not known yet, that the server gives a person, unless somebody else acts by now. */
  update(found: Partial<Person>, of: Partial<Person> | undefined): void {
    const { current } = this
    if (!current || !isSamePerson(current, of)) return
    const updated = { ...current, ...found }
    if (updated.userName === current.userName && updated.userId === current.userId) return
    this.#keep(updated)
    this.#changed(false)
  }

  /** Drops an identity that the server does not accept any more, unless somebody else acts by now. */
  drop(identity: Identity, problem: ParlourError): void {
    const { current } = this
    if (isSameCredential(current, identity) && isSamePerson(current, identity))
      this.set(undefined, { userName: identity.userName, problem })
  }
}

export const personOf = ({ id, name }: User): Person => ({ userId: id, userName: name })
