import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { openDatabase } from './database'
import type { Env } from './env'
import { Problem } from './problem'

/** Answers that a page of another origin may read beside the body. */
const exposeHeaders = [
  'Allow',
  'Link',
  'Location',
  'ETag',
  'Retry-After',
  'RateLimit',
  'Idempotent-Replayed',
  'x-d1-bookmark',
  'x-request-id',
]

const anyOrigin = cors({
  origin: '*',
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
})

/** CORS for pages of any origin. An OPTIONS that is no preflight goes on, to be answered with `Allow`. */
export const crossOrigin = (): MiddlewareHandler<Env> =>
  async function crossOrigin(c, next) {
    const preflight = c.req.header('Access-Control-Request-Method') !== undefined
    if (c.req.method === 'OPTIONS' && !preflight) {
      c.header('Access-Control-Allow-Origin', '*')
      return next()
    }
    return anyOrigin(c, next)
  }

/** Gives each request an id of our own making: it goes into answers and the log, so the caller can't choose it. */
export const identify = (): MiddlewareHandler<Env> =>
  async function identify(c, next) {
    c.set('requestId', crypto.randomUUID())
    c.header('x-request-id', c.var.requestId)
    await next()
  }

/** Opens the database for the request; `x-d1-bookmark` comes in, for read-your-writes, and goes out. */
export const database = (): MiddlewareHandler<Env> =>
  async function database(c, next) {
    const given = c.req.header('x-d1-bookmark')
    if (given !== undefined && !/^[0-9a-f-]{1,100}$/.test(given)) {
      const message = 'x-d1-bookmark is not one that this service gave out'
      throw new Problem('invalid-request', message, { errors: [{ path: 'x-d1-bookmark', message }] })
    }
    const reading = c.req.method === 'GET' || c.req.method === 'HEAD'
    const { db, bookmark } = openDatabase(c.env.DB, { bookmark: given, reading })
    c.set('db', db)
    await next()
    const now = bookmark()
    if (now) c.header('x-d1-bookmark', now)
  }
