import type { Context } from 'hono'
import type { Env } from '../env'
import { bearerOf } from '../http/bearer'
import { Problem } from '../http/problem'
import { invalidToken } from '../http/problems'
import { missingUserName } from '../http/validate'
import type { Name } from '../lib/name'
import { digest, sameDigest } from '../lib/token'
import type { Credential, Login, RoomRequest } from './actor'
import type { CallerRequest } from './caller'
import { isLogin, verifyLogin } from './jwt'
import { Refused } from './refusals'

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
      throw new Refused('invalid token')
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

/** Returns the credential of a request that writes. Throws a 401 problem where the instance demands a token and there is none. */
export const writerOf = async (c: Context<Env>): Promise<Credential> => {
  const credential = await credentialOf(c)
  if (credential.kind === 'none' && c.env.IDENTITY === 'protected') throw new Refused('token required')
  return credential
}

/**
 * Returns the request of somebody who writes in a room: the user of the token or login, or the `userName` of the request. Counts it
 * against the limit of that name.
 */
export const writeRequest = async (
  c: Context<Env>,
  room: Name,
  user: Name | undefined,
): Promise<RoomRequest> => {
  const credential = await writerOf(c)
  const { kind } = credential
  if ((kind === 'none' || kind === 'admin') && user === undefined) {
    const why = kind === 'admin' ? '. ADMIN_TOKEN belongs to no user: name the one who acts.' : ''
    throw new Problem('invalid-request', missingUserName.message + why, { errors: [missingUserName] })
  }
  if (user) await c.var.limits.countWriteByName(user.key)
  return { room, actor: { credential, user }, now: Date.now(), network: await c.var.limits.network() }
}

/** Returns the request of somebody who reads in a room, who may be anonymous. */
export const readRequest = async (
  c: Context<Env>,
  room: Name,
  user: Name | undefined,
): Promise<RoomRequest> => ({
  room,
  actor: { credential: await credentialOf(c), user },
  now: Date.now(),
})

/** Returns the request of somebody who uses the power of a role, which takes a token. */
export const roleRequest = async (c: Context<Env>, room: Name): Promise<RoomRequest> => {
  const credential = await credentialOf(c)
  if (credential.kind === 'none') throw new Refused('token required')
  return { room, actor: { credential, user: undefined }, now: Date.now() }
}

/** Returns the request of a user about itself: the user of the token or login, or the one of the name. */
export const callerRequest = async (c: Context<Env>, user: Name | undefined): Promise<CallerRequest> => ({
  actor: { credential: await credentialOf(c), user },
  now: Date.now(),
})
