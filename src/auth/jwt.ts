import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { nameKey } from '../lib/name-key'
import type { Login } from './actor'
import { claimAt, loginName } from './login-name'

/** The Worker's vars about logins. An empty one counts as not set. */
export type LoginVars = {
  JWT_SECRET?: string
  JWT_JWKS_URL?: string
  JWT_ISSUER?: string
  JWT_AUDIENCE?: string
  JWT_NAME_CLAIM?: string
  JWT_ROLE_CLAIM?: string
}

/** `reason` completes the sentence "The login is not valid: …" and shows nothing of the token. */
type Verified =
  | { outcome: 'valid'; login: Login }
  | { outcome: 'invalid'; reason: string }
  | { outcome: 'unavailable'; cause: unknown }

/**
 * The most that the clock of the server that signs logins may differ from Cloudflare's (RFC 7519, 4.1.4). A login is accepted for
 * this long after its `exp`.
 */
const CLOCK_SKEW_SECONDS = 30
/** The key of HS256 may not be shorter than its hash (RFC 7518, 3.2). */
const MIN_SECRET_BYTES = 32
/** A key server that takes longer counts as down, because a person is waiting. */
const JWKS_TIMEOUT_MILLISECONDS = 3000
/** The longest `sub` of OpenID Connect. */
const MAX_SUBJECT_LENGTH = 255

/** The audience in a login for a Parlour server. */
const OUR_AUDIENCE = 'parlour'

/** Signing algorithms by kind of key. With HS256 in the second list, a public key could be used as its secret. */
const algorithms = { secret: ['HS256'], keySet: ['RS256', 'ES256', 'EdDSA'] }

type KeySet = ReturnType<typeof createRemoteJWKSet>
/**
 * Key sets by URL, for as long as the isolate lives. jose fetches a set again after ten minutes, and for an unknown key, but
 * then at most every 30 seconds.
 */
const keySets = new Map<string, KeySet>()

const keySetAt = (url: string): KeySet => {
  const known = keySets.get(url)
  if (known) return known
  const parsed = URL.parse(url)
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(parsed?.hostname ?? '')
  if (parsed?.protocol !== 'https:' && !(parsed?.protocol === 'http:' && local)) {
    throw new Error('JWT_JWKS_URL must be a URL that begins with https://, or http:// on localhost')
  }
  const keySet = createRemoteJWKSet(parsed, { timeoutDuration: JWKS_TIMEOUT_MILLISECONDS })
  keySets.set(url, keySet)
  return keySet
}

const secretKey = (secret: string): Uint8Array => {
  const bytes = new TextEncoder().encode(secret)
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new Error(`JWT_SECRET must have at least ${MIN_SECRET_BYTES} bytes: it has ${bytes.length}`)
  }
  return bytes
}

/** The meaning of jose's errors about a token. Its other errors are about the keys. */
const reasons: Record<string, string> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'its algorithm (alg) is not allowed here',
  ERR_JOSE_NOT_SUPPORTED: 'this kind of JWT is not supported here',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'it does not say which of several keys (kid) signed it',
  ERR_JWKS_NO_MATCHING_KEY: 'no key of the site fits it (kid)',
  ERR_JWS_INVALID: 'it is no JWT',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'wrong signature',
  ERR_JWT_EXPIRED: 'expired',
  ERR_JWT_INVALID: 'it is no JWT',
}
const wrongClaims: Record<string, string> = {
  aud: 'wrong audience (aud)',
  iss: 'wrong issuer (iss)',
  nbf: 'not valid yet (nbf)',
}

type JoseError = { code?: unknown; claim?: string; reason?: string }

const reasonOf = (error: unknown): string | undefined => {
  const { code, claim = '', reason } = error as JoseError
  if (code !== 'ERR_JWT_CLAIM_VALIDATION_FAILED') return reasons[String(code)]
  if (reason === 'missing') return `it has no ${claim}`
  return reason === 'check_failed' ? (wrongClaims[claim] ?? `wrong ${claim}`) : `its ${claim} is no time`
}

const invalid = (reason: string): Verified => ({ outcome: 'invalid', reason })

/**
 * Returns whether a login is meant for this server where no audience is configured. A login for somebody else must be refused
 * (RFC 7519, 4.1.3), because keys that a provider publishes are shared by many services. With a secret of the site's own,
 * `parlour` names this server, as in the examples of the docs.
 */
const isForUs = (audience: JWTPayload['aud'], { isSecret }: { isSecret: boolean }): boolean =>
  audience === undefined || (isSecret && [audience].flat().includes(OUR_AUDIENCE))

/** Returns the `sub` as a text. A number that JavaScript rounds is refused, because two people could have the same one then. */
const subjectOf = (sub: unknown): string | undefined => {
  if (typeof sub === 'number' && Number.isSafeInteger(sub)) return String(sub)
  return typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_LENGTH ? sub : undefined
}

/** Returns the role in a claim: a text, or a list that may hold the names of other roles too. */
const claimedRole = (claims: JWTPayload, path: string): Login['role'] => {
  if (path === '') return undefined
  const claimed: unknown[] = [claimAt(claims, path)].flat()
  if (claimed.includes('admin')) return { kind: 'admin' }
  return claimed.includes('moderator') ? { kind: 'siteModerator' } : undefined
}

const loginOf = (claims: JWTPayload, issuer: string | undefined, vars: LoginVars): Verified => {
  const sub = subjectOf(claims.sub)
  if (sub === undefined) {
    return invalid(`its sub must be a text of 1 to ${MAX_SUBJECT_LENGTH} characters, or a whole number`)
  }
  const name = loginName(claims, vars.JWT_NAME_CLAIM || 'name')
  // JSON keeps every two pairs of texts apart. It also escapes half a surrogate pair: D1 would store each one as U+FFFD.
  const subject = JSON.stringify(issuer === undefined ? [sub] : [issuer, sub])
  return {
    outcome: 'valid',
    login: {
      subject,
      name,
      nameKey: nameKey(name),
      role: claimedRole(claims, vars.JWT_ROLE_CLAIM ?? ''),
      // The server accepts the login until then.
      expires: 1000 * ((claims.exp ?? 0) + CLOCK_SKEW_SECONDS),
    },
  }
}

/** Returns whether a bearer token is a login: logins are on, and it has the shape of one (RFC 7515, 7.1). */
export const isLogin = (token: string, vars: LoginVars): boolean =>
  Boolean(vars.JWT_SECRET || vars.JWT_JWKS_URL) && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)

/**
 * Verifies a login's JWT (RFC 7519, with the advice of RFC 8725). Without `fetchKeys` it asks no key server, and answers
 * `unavailable` unless this isolate has keys. Throws if the vars are wrong.
 */
export const verifyLogin = async (
  token: string,
  vars: LoginVars,
  { fetchKeys }: { fetchKeys: boolean },
): Promise<Verified> => {
  const { JWT_SECRET: secret, JWT_JWKS_URL: url } = vars
  if (secret && url) throw new Error('JWT_SECRET and JWT_JWKS_URL are both set: logins come from one of them')
  const issuer = vars.JWT_ISSUER || undefined
  const audience = vars.JWT_AUDIENCE || undefined
  const options: JWTVerifyOptions = {
    clockTolerance: CLOCK_SKEW_SECONDS,
    requiredClaims: ['exp', 'sub'],
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  }
  const keySet = url ? keySetAt(url) : undefined
  const fetched = keySet?.jwks()
  if (keySet && !fetchKeys && !fetched)
    return { outcome: 'unavailable', cause: new Error('no keys fetched yet') }
  const keys = keySet && (fetched && !fetchKeys ? createLocalJWKSet(fetched) : keySet)
  const key = keys ?? secretKey(secret ?? '')
  try {
    const { payload } =
      key instanceof Uint8Array
        ? await jwtVerify(token, key, { ...options, algorithms: algorithms.secret })
        : await jwtVerify(token, key, { ...options, algorithms: algorithms.keySet })
    if (audience === undefined && !isForUs(payload.aud, { isSecret: key instanceof Uint8Array }))
      return invalid('it is for another audience (aud), and JWT_AUDIENCE is not set')
    return loginOf(payload, issuer, vars)
  } catch (error) {
    const reason = reasonOf(error)
    if (reason !== undefined) return invalid(reason)
    if (url) return { outcome: 'unavailable', cause: error }
    throw error
  }
}
