import type { Context } from 'hono'
import type { Env } from '../env'
import { invalidToken, Problem } from '../http/problem'
import { missingUserName } from '../http/validate'
import { nameKey } from '../lib/name-key'
import { digest } from '../lib/token'
import type { Actor, Credential, Login } from './actor'
import { isLogin, verifyLogin } from './jwt'
import { refusedBecause } from './refusals'

const encoder = new TextEncoder()

/** Compares in a time that tells nothing of where two texts differ; both have the length of a digest. */
const sameDigest = (a: string, b: string): boolean =>
  crypto.subtle.timingSafeEqual(encoder.encode(a), encoder.encode(b))

const loginOf = async (c: Context<Env>, token: string): Promise<Login> => {
  const verified = await verifyLogin(token, c.env)
  switch (verified.outcome) {
    case 'valid':
      return verified.login
    case 'invalid':
      throw invalidToken(`The login is not valid: ${verified.reason}.`)
    case 'unavailable':
      throw new Problem('unavailable', 'The keys that logins are checked with are out of reach. Try again.', {
        headers: { 'Retry-After': '5' },
        cause: verified.cause,
      })
  }
}

const read = async (c: Context<Env>): Promise<Credential> => {
  const header = c.req.header('Authorization')
  if (header === undefined) return { kind: 'none' }
  const [, token] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(header) ?? []
  if (token === undefined) throw refusedBecause('invalid token', {})
  const hash = await digest(token)
  const admin = c.env.ADMIN_TOKEN
  if (admin && sameDigest(hash, await digest(admin))) return { kind: 'admin' }
  return isLogin(token, c.env) ? { kind: 'login', ...(await loginOf(c, token)) } : { kind: 'token', hash }
}

/**
 * What the request shows of its sender (RFC 6750), found out once a request. Whether a token is a user's is for the statement to find out that
 * does the work; so is who the user of a login is. Throws a 401 problem for an `Authorization` that is no bearer token,
 * or a login that is not valid.
 */
export const credentialOf = (c: Context<Env>): Promise<Credential> => {
  const known = c.get('credential') ?? read(c)
  c.set('credential', known)
  return known
}

/** The same for a request that writes: where the instance demands it, nobody writes without a token. */
export const writerOf = async (c: Context<Env>): Promise<Credential> => {
  const credential = await credentialOf(c)
  if (credential.kind === 'none' && c.env.IDENTITY === 'protected') throw refusedBecause('token required', {})
  return credential
}

/**
 * Who acts: whom the token or login names, or the `userName` of the request. Counts it against the limit of that name.
 */
export const actorOf = async (c: Context<Env>, userName: string | undefined): Promise<Actor> => {
  const credential = await writerOf(c)
  const { kind } = credential
  if ((kind === 'none' || kind === 'admin') && userName === undefined) {
    throw new Problem('invalid-request', missingUserName.message, { errors: [missingUserName] })
  }
  const userKey = userName === undefined ? undefined : nameKey(userName)
  if (userKey !== undefined) await c.var.limits.countWriteByName(userKey)
  return { credential, userKey }
}

/** Who reads: nobody in particular, unless the request says. */
export const readerOf = async (c: Context<Env>, userName: string | undefined): Promise<Actor> => ({
  credential: await credentialOf(c),
  userKey: userName === undefined ? undefined : nameKey(userName),
})

/** Who uses the power of a role, which takes a token. */
export const authorityOf = async (c: Context<Env>): Promise<Actor> => {
  const credential = await credentialOf(c)
  if (credential.kind === 'none') throw refusedBecause('token required', {})
  return { credential, userKey: undefined }
}
