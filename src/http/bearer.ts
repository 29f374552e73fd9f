/** The bearer token of an `Authorization` header. */
type Bearer = { outcome: 'none' } | { outcome: 'token'; token: string } | { outcome: 'malformed' }

/**
 * Reads a bearer token from an `Authorization` header (RFC 6750). Any other scheme counts as no token: it may be the `Basic`
 * password of a staging site, which browsers send along, or nothing but the name of that scheme. A header that holds nothing
 * but a token is a mistake that people make, and is malformed.
 */
export const bearerOf = (header: string | undefined): Bearer => {
  if (header === undefined) return { outcome: 'none' }
  const [, token] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(header) ?? []
  if (token !== undefined) return { outcome: 'token', token }
  return /^Bearer\b|^(?!(Basic|Digest|Negotiate)$)\S*$/i.test(header)
    ? { outcome: 'malformed' }
    : { outcome: 'none' }
}
