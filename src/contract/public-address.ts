/** Ends of names that lead into private networks (RFC 6761, RFC 6762, RFC 8375, and what ICANN has reserved). */
const privateName = /(^|\.)(localhost|local|internal|home\.arpa|lan|intranet|private|test|invalid)$/

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
  return host.includes('.') && !/(^\[|\.\d+$)/.test(host) && !privateName.test(host)
}
