import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env'
import { sharedHeaders } from '../lib/shared-headers'

const securityHeaders = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  ...sharedHeaders,
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
