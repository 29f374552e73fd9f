import { userName } from '../contract'
import { makeVisible, normalizeName } from '../contract/name-characters'

/** In Unicode code points, as the contract counts them. */
const MAX_NAME_LENGTH = 64
const MAX_NUMBER_LENGTH = ' 999999'.length

/** Cuts a text to at most `length` code points, between what people see as characters. */
const cut = (text: string, length: number): string => {
  if (text.length <= length) return text
  let kept = ''
  let left = length
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= Array.from(segment).length
    if (left < 0) break
    kept += segment
  }
  return kept === '' ? Array.from(text).slice(0, length).join('') : kept
}

const cutName = (name: string, length: number): string => makeVisible(cut(name, length)).trim()

/** Returns a text as a user name: what a name can't hold is replaced, and a long one cut. Undefined if nothing is left of it. */
const toUserName = (text: string): string | undefined => {
  // Normalising takes the square of a text's length, and no login needs more than this.
  const spaced = text
    .slice(0, 1024)
    .replace(/[\p{Zl}\p{Zp}\s]|(?!\p{Default_Ignorable_Code_Point})\p{Cc}/gu, ' ')
  const normalized = normalizeName(makeVisible(normalizeName(spaced)).replaceAll('/', '-'))
  return userName.safeParse(cutName(normalized.replace(/^\p{M}+/u, ''), MAX_NAME_LENGTH)).data
}

/** Returns the part of a name that has room for a number behind it: `Maria Garcia 2`. */
export const numberedStem = (name: string): string => cutName(name, MAX_NAME_LENGTH - MAX_NUMBER_LENGTH)

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
