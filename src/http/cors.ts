import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env'
import { allowsAnyOrigin, allowsOrigin } from './origins'

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
  'Parlour-Seq',
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
  'Parlour-After',
  'x-d1-bookmark',
]

/** Returns a list for a preflight answer: the known values, then what the page asked for beside them. */
const withAsked = (known: string[], asked: string[], isSame: (a: string, b: string) => boolean): string =>
  [...known, ...asked.filter((one) => !known.some((other) => isSame(one, other)))].join(',')

/** Returns the names in a list that can be names of headers. */
const split = (header = ''): string[] =>
  header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name))

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
