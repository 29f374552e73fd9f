/** Returns the eight groups of an IPv6 address, which the URL parser has normalised; undefined for any other text. */
const groups = (text: string): number[] | undefined => {
  if (!text.includes(':')) return undefined
  const url = `http://[${text}]/`
  if (!URL.canParse(url)) return undefined
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::')
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [before, after] = [read(head), read(tail ?? '')]
  return [...before, ...Array(8 - before.length - after.length).fill(0), ...after]
}

/**
 * Returns the network that is counted for an address: an IPv4 address as it is, and the /64 of an IPv6 address, because a
 * household or a rented machine has a whole /64. `header` is `CF-Connecting-IP`, which Cloudflare sets and callers can't.
 */
export const networkOf = (header: string): string => {
  const ipv6 = groups(header)
  if (!ipv6) return header
  const [zeros, mapped] = [ipv6.slice(0, 5), ipv6[5]]
  if (mapped === 0xffff && zeros.every((group) => group === 0)) {
    return ipv6
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.')
  }
  if (isLoopbackGroups(ipv6)) return '::1'
  return `${ipv6
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

const isLoopbackGroups = (ipv6: number[]): boolean =>
  ipv6[7] === 1 && ipv6.slice(0, 7).every((group) => group === 0)

/** Tells whether a network is this machine itself. */
export const isLoopback = (network: string): boolean => network === '::1' || /^127\.[\d.]+$/.test(network)
