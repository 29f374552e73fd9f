import { Problem } from '../http/problem'

/** Returns a host as a URL has it: in lower case, and in ASCII. Takes a URL of the host, too. */
const hostOf = (text: string): string =>
  URL.parse(text.includes('://') ? text : `https://${text}`)?.host ?? text

const patternsOf = (hosts: string): string[] =>
  hosts
    .split(/[\s,]+/)
    .filter((host) => host !== '')
    .map(hostOf)

const matches = (host: string, pattern: string): boolean =>
  pattern === '*' || host === pattern || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))

/** Returns the sources by which a Content-Security-Policy lets in the pictures of people. `hosts` is as for `allowedAvatar`. */
export const avatarSources = (hosts = ''): string[] =>
  patternsOf(hosts.toLowerCase()).flatMap((pattern) => {
    if (pattern === '*') return 'https:'
    // Anything else is the host of no URL, and could end the policy.
    return /^(\*\.)?[a-z0-9.:[\]-]+$/.test(pattern) ? `https://${pattern}` : []
  })

/**
 * Returns the URL of a picture as browsers read it. `hosts` is the list that the site allows: a host, `*.` and a domain for all hosts
 * in it, or `*` for any. Throws a 400 problem for another host.
 */
export const allowedAvatar = (avatar: string, hosts = ''): string => {
  const { host, href } = new URL(avatar)
  const patterns = patternsOf(hosts)
  if (patterns.some((pattern) => matches(host, pattern))) return href
  const message =
    patterns.length === 0
      ? 'avatar can not be set, because this site allows no host of pictures. Its owner can allow some: set AVATAR_HOSTS'
      : `avatar must be at one of the hosts that this site allows (${patterns.join(', ')}), not at ${host}`
  throw new Problem('invalid-request', message, { errors: [{ path: 'avatar', message }] })
}
