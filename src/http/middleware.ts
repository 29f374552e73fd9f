import type { MiddlewareHandler } from 'hono'
import { openDatabase } from '../db/client'
import type { Env } from '../env'
import { log, routePattern } from './log'
import { allowsAnyOrigin, allowsOrigin } from './origins'
import { Problem } from './problem'

// Each of these sets its headers before the handler runs, so that the answer is made with them: Hono copies an answer to
// which a header is added later. A handler that makes its own Response takes the headers along with `c.newResponse`.

/** Answer headers that a page of another origin may read. */
const exposedHeaders = [
  'Allow',
  'Link',
  'Location',
  'ETag',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'WWW-Authenticate',
  'Idempotent-Replayed',
  'x-d1-bookmark',
  'x-request-id',
].join(',')

const allowedMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Request headers that mean something here. */
const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'x-d1-bookmark',
]

/** Returns a list for a preflight answer: the known values, then what the page asked for beside them. */
const withAsked = (known: string[], asked: string[], isSame: (a: string, b: string) => boolean): string =>
  [...known, ...asked.filter((one) => !known.some((other) => isSame(one, other)))].join(',')

const split = (header = ''): string[] =>
  header
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)

/**
 * Answers CORS preflights and lets pages of the allowed origins read answers. Nothing here uses cookies, so no credentials
 * are allowed. A page may send any header: libraries for tracing and error reports add their own. An OPTIONS request that
 * is no preflight goes on and is answered with `Allow`.
 */
export const crossOrigin = (): MiddlewareHandler<Env> =>
  async function crossOrigin(c, next) {
    const { ALLOWED_ORIGINS } = c.env
    const isAny = allowsAnyOrigin(ALLOWED_ORIGINS)
    const origin = c.req.header('Origin') ?? ''
    if (isAny) c.header('Access-Control-Allow-Origin', '*')
    else {
      if (allowsOrigin(ALLOWED_ORIGINS, origin)) c.header('Access-Control-Allow-Origin', origin)
      c.header('Vary', 'Origin')
    }
    if (c.req.method !== 'OPTIONS') {
      c.header('Access-Control-Expose-Headers', exposedHeaders)
      return next()
    }
    const method = c.req.header('Access-Control-Request-Method')
    if (method === undefined) return next()
    // Browsers send `fetch(…, { method: 'patch' })` as it is written, and compare it letter by letter.
    const methods = allowedMethods.includes(method.toUpperCase()) ? [method] : []
    const headers = split(c.req.header('Access-Control-Request-Headers'))
    c.header(
      'Access-Control-Allow-Methods',
      withAsked(allowedMethods, methods, (a, b) => a === b),
    )
    c.header(
      'Access-Control-Allow-Headers',
      withAsked(allowedHeaders, headers, (a, b) => a.toLowerCase() === b.toLowerCase()),
    )
    c.header('Access-Control-Max-Age', '86400')
    return c.body(null, 204)
  }

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

/** Gives each request a random id. It goes into answers and the log, so callers can't choose it. */
export const requestId = (): MiddlewareHandler<Env> =>
  async function requestId(c, next) {
    c.set('requestId', crypto.randomUUID())
    c.header('x-request-id', c.var.requestId)
    await next()
  }

/** Writes one line to the log for each request, unless `LOG` is "off". */
export const accessLog = (): MiddlewareHandler<Env> =>
  async function accessLog(c, next) {
    if (c.env.LOG === 'off') return next()
    const start = Date.now()
    await next()
    const { roundTrips = 0, rowsRead = 0, rowsWritten = 0 } = c.get('cost') ?? {}
    const { method } = c.req
    const milliseconds = Date.now() - start
    log('info', 'request', c.var.requestId, {
      method,
      route: routePattern(c),
      status: c.res.status,
      milliseconds,
      roundTrips,
      rowsRead,
      rowsWritten,
    })
  }

/** Opens the database for the request. `x-d1-bookmark` comes in, for read-your-writes, and goes out. */
export const database = (): MiddlewareHandler<Env> =>
  async function database(c, next) {
    const given = c.req.header('x-d1-bookmark') || undefined
    if (given !== undefined && !/^[0-9a-f-]{1,100}$/.test(given)) {
      const message = 'x-d1-bookmark must be a value that an earlier answer had in its x-d1-bookmark header'
      throw new Problem('invalid-request', message, { errors: [{ path: 'x-d1-bookmark', message }] })
    }
    const reading = c.req.method === 'GET' || c.req.method === 'HEAD'
    const { db, bookmark, cost } = openDatabase(c.env.DB, { bookmark: given, reading })
    c.set('db', db)
    c.set('cost', cost)
    // Most answers are for the one who asked. A route whose answers may be kept sets its own value.
    c.header('Cache-Control', 'private, no-store')
    await next()
    const now = bookmark()
    // `c.header` would copy the answer that is there already.
    if (now) c.res.headers.set('x-d1-bookmark', now)
  }
