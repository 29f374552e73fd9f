import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { openDatabase } from '../db/client'
import type { Env } from '../env'
import { allowedOrigins } from './origins'
import { Problem } from './problem'

// All of these say their headers before there is an answer, so that it is made with them: Hono makes another for each that
// comes late. A handler that doesn't answer by way of `c` takes them along with `c.newResponse`.

/** Answers that a page of another origin may read beside the body. */
const exposeHeaders = [
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
]

const exposed = exposeHeaders.join(',')

const settings = {
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-None-Match',
    'Last-Event-ID',
    'x-d1-bookmark',
  ],
  exposeHeaders,
  maxAge: 86_400,
}
const isAllowed = (origin: string, c: Context<Env>) =>
  allowedOrigins(c.env.ALLOWED_ORIGINS)?.includes(origin) ? origin : null
const anyOrigin = cors({ ...settings, origin: '*' })
// Says `Vary: Origin`, which an answer to anyone has no need of.
const listedOrigins = cors({ ...settings, origin: isAllowed })

/**
 * CORS for pages of the origins that the instance allows, without credentials: nothing here asks for a cookie. An OPTIONS
 * that is no preflight goes on, to be answered with `Allow`.
 */
export const crossOrigin = (): MiddlewareHandler<Env> =>
  async function crossOrigin(c, next) {
    const isOpen = allowedOrigins(c.env.ALLOWED_ORIGINS) === undefined
    const isOptions = c.req.method === 'OPTIONS'
    if (isOptions && c.req.header('Access-Control-Request-Method') !== undefined)
      return (isOpen ? anyOrigin : listedOrigins)(c, next)
    const origin = isOpen ? '*' : isAllowed(c.req.header('Origin') ?? '', c)
    if (origin) c.header('Access-Control-Allow-Origin', origin)
    if (!isOpen) c.header('Vary', 'Origin')
    if (!isOptions) c.header('Access-Control-Expose-Headers', exposed)
    return next()
  }

/** What every answer says for the sake of browsers. */
const securityHeaders = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  // Not for the subdomains: they are not ours to speak for.
  'Strict-Transport-Security': 'max-age=15552000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
})

/**
 * What a browser is told to be careful about. An answer is data: opened as a page it may load nothing and stand in no
 * frame. Any page may use it, though, so its resource policy is no narrower than CORS. `public/_headers` says the same for
 * files; what they say of themselves stands.
 */
export const secureHeaders = (): MiddlewareHandler<Env> =>
  async function guard(c, next) {
    for (const [name, value] of securityHeaders) c.header(name, value)
    await next()
  }

/** Gives each request an id of our own making: it goes into answers and the log, so the caller can't choose it. */
export const requestId = (): MiddlewareHandler<Env> =>
  async function identify(c, next) {
    c.set('requestId', crypto.randomUUID())
    c.header('x-request-id', c.var.requestId)
    await next()
  }

/** Opens the database for the request; `x-d1-bookmark` comes in, for read-your-writes, and goes out. */
export const database = (): MiddlewareHandler<Env> =>
  async function database(c, next) {
    const given = c.req.header('x-d1-bookmark') || undefined
    if (given !== undefined && !/^[0-9a-f-]{1,100}$/.test(given)) {
      const message = 'x-d1-bookmark is not one that this service gave out'
      throw new Problem('invalid-request', message, { errors: [{ path: 'x-d1-bookmark', message }] })
    }
    const reading = c.req.method === 'GET' || c.req.method === 'HEAD'
    const { db, bookmark, rowsWritten } = openDatabase(c.env.DB, { bookmark: given, reading })
    c.set('db', db)
    await next()
    c.set('rowsWritten', rowsWritten())
    const now = bookmark()
    // `c.header` would make another Response of one that is there already.
    if (now) c.res.headers.set('x-d1-bookmark', now)
  }
