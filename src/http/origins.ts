const anyPort = /:\*\/?$/

/** Returns an entry as browsers write an origin: in lower case, in Punycode, and without a default port. */
const normalized = (entry: string): string => {
  const url = URL.parse(entry.replace(anyPort, ''))
  // `URL.parse` refuses a `*` as the port, so it was taken off. If it refuses the rest, as with a `*` in the scheme, only the case changes.
  return url ? `${url.protocol}//${url.host}${anyPort.test(entry) ? ':*' : ''}` : entry.toLowerCase()
}

const patternOf = (entry: string): RegExp => {
  const origin = normalized(entry)
  const literals = origin.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  // `*` stands for a part of the host or for a port. An origin has no path that it could match.
  return new RegExp(`^${literals.join('[a-z0-9.-]+')}$`)
}

/** The patterns of each setting seen so far, which is one outside of the tests. */
const known = new Map<string, RegExp[]>()

const patternsOf = (setting: string): RegExp[] => {
  const entries = setting.split(',').map((entry) => entry.trim())
  const patterns = known.get(setting) ?? entries.filter((entry) => entry !== '').map(patternOf)
  known.set(setting, patterns)
  return patterns
}

/** Tells whether `ALLOWED_ORIGINS` lets pages of any origin call. */
export const allowsAnyOrigin = (setting = '*'): boolean =>
  setting.split(',').some((entry) => entry.trim() === '*')

/**
 * Tells whether pages of an origin may call. A route that accepts WebSockets asks this too, because browsers open a socket
 * to another origin without CORS.
 */
export const allowsOrigin = (setting: string | undefined, origin: string): boolean =>
  allowsAnyOrigin(setting) || patternsOf(setting ?? '').some((pattern) => pattern.test(origin))
