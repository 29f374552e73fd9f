import { batch, type Database, type Results, type Statements } from '../db/client'
import type { Credential } from './actor'
import { loginStatements } from './store'

/**
 * The logins whose user exists under their name. It only tells which statements to run first: those that create or rename a user are
 * long, and a login needs them once.
 */
const known = new Set<string>()
const MAX_KNOWN = 10_000

const loginKey = (credential: Extract<Credential, { kind: 'login' }>): string =>
  `${credential.subject}\n${credential.name}`

/** Returns whether the user of a credential needs not be created or renamed first, as far as the isolate knows. */
export const isKnown = (credential: Credential): boolean =>
  credential.kind !== 'login' || known.has(loginKey(credential))

/** Remembers that the user of a login exists under its name. */
export const noteLogin = (credential: Credential): void => {
  if (credential.kind !== 'login') return
  if (known.size >= MAX_KNOWN) known.clear()
  known.add(loginKey(credential))
}

/**
 * Runs statements in one batch, and those before them that create or rename the user of a login if they are needed. `hasUser` tells whether the
 * user was there; if not, the statements must have changed nothing.
 */
export const runAsUser = async <Given extends Statements>(
  db: Database,
  credential: Credential,
  now: number,
  statements: Given,
  hasUser: (results: Results<Given>) => boolean,
): Promise<Results<Given>> => {
  if (isKnown(credential)) {
    const results = await batch(db, statements)
    if (credential.kind !== 'login' || hasUser(results)) return results
  }
  const results = await batch(db, { ...loginStatements(db, credential, now), ...statements })
  noteLogin(credential)
  return results
}
