import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env'

const securityHeaders = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  // Without includeSubDomains: other subdomains may belong to somebody else.
  'Strict-Transport-Security': 'max-age=15552000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
})

/**
 * Sets the security headers. An answer opened as a page may load nothing and may not be framed. Any page may use its data,
 * so its resource policy is as wide as CORS. `public/_headers` sets the same for files.
 */
export const secureHeaders = (): MiddlewareHandler<Env> =>
  async function secureHeaders(c, next) {
    for (const [name, value] of securityHeaders) c.header(name, value)
    await next()
  }
