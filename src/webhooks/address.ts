import { isPublicName } from '../contract/public-address'

/** IPv4 networks that are not public: https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE_NETWORKS: [first: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

const numberOf = (address: string): number =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0)

const isPrivate4 = (address: string): boolean =>
  PRIVATE_NETWORKS.some(([first, bits]) => {
    const size = 2 ** (32 - bits)
    return Math.floor(numberOf(address) / size) === Math.floor(numberOf(first) / size)
  })

/**
 * Tells whether an IPv6 address, as `URL` writes it, is not public. Public ones begin with 2000::/3. Of these, some hold an IPv4 address (6to4, Teredo)
 * or are for documents: https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const isPrivate6 = (address: string): boolean => {
  const [first = '', second = ''] = address.split(':')
  const group = Number.parseInt(first.padStart(4, '0'), 16)
  if (!(group >= 0x2000 && group <= 0x3fff)) return true
  const next = Number.parseInt(second || '0', 16)
  return group === 0x2002 || (group === 0x2001 && (next < 0x200 || next === 0xdb8)) || group === 0x3fff
}

/** The server's own address, and the settings that say which others it may call. */
export type AddressRules = { ownHost?: string | undefined; allowsLocalhost: boolean }

/**
 * Returns why a webhook may not have a URL, to follow the word "url"; undefined for one that it may have. Cloudflare itself lets no Worker reach a private
 * address, also by a name that leads to one; this check says so at once, and protects servers elsewhere.
 */
export const addressRefusal = (
  text: string,
  { ownHost, allowsLocalhost }: AddressRules,
): string | undefined => {
  const url = URL.parse(text)
  if (!url) return 'must be an absolute URL, such as https://example.org/parlour'
  if (url.username || url.password) return 'must not hold a user name or a password'
  const host = url.hostname.replace(/\.$/, '')
  const isLocal = host === 'localhost' || host === '127.0.0.1'
  if (allowsLocalhost && isLocal && /^https?:$/.test(url.protocol)) return undefined
  if (url.protocol !== 'https:') return 'must begin with https://'
  if (ownHost !== undefined && host === ownHost) return 'must not be an address of this server'
  const isAddress4 = /^\d+(\.\d+){3}$/.test(host)
  const isPrivate = isAddress4
    ? isPrivate4(host)
    : host.startsWith('[')
      ? isPrivate6(host.slice(1, -1))
      : !isPublicName(host)
  return isPrivate ? 'must lead to a public address' : undefined
}
