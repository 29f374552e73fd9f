/** Matches names of the machine itself, of private networks, and those that never lead anywhere (RFC 6761, RFC 6762, RFC 8375, ICANN). */
const PRIVATE_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid)$/

/** Tells whether a host without an address may be a server on the internet. */
export const isPublicName = (host: string): boolean => host.includes('.') && !PRIVATE_NAME.test(host)

/**
 * Returns whether a URL that somebody gives may be that of a server on the internet: `https:` at the usual port, under a name and not an
 * address, without a user name. It doesn't ask DNS: a name may still lead to a private address, which Cloudflare's network can't reach.
 */
export const isPublicAddress = (text: string): boolean => {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '')
    return false
  const host = url.hostname.replace(/\.$/, '')
  // A URL writes each form of an IPv4 address as four numbers.
  return isPublicName(host) && !/(^\[|\.\d+$)/.test(host)
}
