import { toUserName } from '../lib/tidy-name'

type Claims = Record<string, unknown>

/** Returns a claim by its name, or by a path of names with dots between them: `user_metadata.full_name`. */
export const claimAt = (claims: unknown, path: string): unknown => {
  if (typeof claims !== 'object' || claims === null) return undefined
  if (Object.hasOwn(claims, path)) return (claims as Claims)[path]
  const [first = '', ...rest] = path.split('.')
  return rest.length > 0 && Object.hasOwn(claims, first)
    ? claimAt((claims as Claims)[first], rest.join('.'))
    : undefined
}

/** The name of a person whose login says none. A number tells them apart. */
const NAMELESS = 'User'

/**
 * Returns the user name that a login asks for: the claim at `path`, or else the usual ones of OpenID Connect. It never fails, because
 * a name must not keep a person with a valid login out.
 */
export const loginName = (claims: Claims, path: string): string => {
  const fullName = [claims.given_name, claims.family_name]
    .filter((part) => typeof part === 'string')
    .join(' ')
  for (const candidate of [claimAt(claims, path), claims.name, claims.preferred_username, fullName]) {
    const name = typeof candidate === 'string' ? toUserName(candidate) : undefined
    if (name !== undefined) return name
  }
  return NAMELESS
}
