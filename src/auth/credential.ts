import type { Context } from 'hono'
import type { Env } from '../env'
import { bearerOf } from '../http/bearer'
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

const loginOf = async (c: Context<Env>, token: string, options: { fetchKeys: boolean }): Promise<Login> => {
  const verified = await verifyLogin(token, c.env, options)
  switch (verified.outcome) {
    case 'valid':
      return verified.login
    case 'invalid':
      throw invalidToken(`The login is not valid: ${verified.reason}.`)
    case 'unavailable':
      throw new Problem(
        'unavailable',
        'The key server of this site does not answer. Try again in a few seconds.',
        {
          headers: { 'Retry-After': '5' },
          cause: verified.cause,
        },
      )
  }
}

const isAdminToken = async (c: Context<Env>, hash: string): Promise<boolean> => {
  const admin = c.env.ADMIN_TOKEN
  return Boolean(admin) && sameDigest(hash, await digest(admin ?? ''))
}

const read = async (c: Context<Env>, options: { fetchKeys: boolean }): Promise<Credential> => {
  const bearer = bearerOf(c.req.header('Authorization'))
  switch (bearer.outcome) {
    case 'none':
      return { kind: 'none' }
    case 'malformed':
      throw refusedBecause('invalid token', {})
    case 'token': {
      const { token } = bearer
      const hash = await digest(token)
      if (await isAdminToken(c, hash)) return { kind: 'admin' }
      if (!isLogin(token, c.env)) return { kind: 'token', hash }
      return { kind: 'login', ...(await loginOf(c, token, options)) }
    }
  }
}

/** Tells whether the request shows the admin's token. */
export const isAdmin = async (c: Context<Env>): Promise<boolean> => {
  const bearer = bearerOf(c.req.header('Authorization'))
  return bearer.outcome === 'token' && isAdminToken(c, await digest(bearer.token))
}

/**
 * Reads the credential of the request, once a request. The statement that does the work finds out whether a token belongs to
 * a user, and which user a login is. Throws a 401 problem for a bearer token that can't be one, or a login that is not valid.
 */
export const credentialOf = (c: Context<Env>): Promise<Credential> => {
  const known = c.get('credential') ?? read(c, { fetchKeys: true })
  c.set('credential', known)
  return known
}

/** Reads the credential for the limits; `none` where it is not valid, which the route will refuse if it asks for one. */
export const credentialOrNone = (
  c: Context<Env>,
  { fetchKeys }: { fetchKeys: boolean },
): Promise<Credential> =>
  (fetchKeys ? credentialOf(c) : read(c, { fetchKeys })).catch((): Credential => ({ kind: 'none' }))

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
