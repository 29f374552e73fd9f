import type { Context, MiddlewareHandler, Next } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { MAX_BODY_BYTES, MAX_BODY_SIZE, MAX_IMPORT_BYTES, MAX_IMPORT_SIZE } from '../contract'
import type { Env } from '../env'
import { Problem } from './problem'

const limitTo = (bytes: number, size: string) => {
  const tooLarge = (): never => {
    throw new Problem('body-too-large', `The body has more than ${size}. Send less in one request.`)
  }
  const counting = bodyLimit({ maxSize: bytes, onError: tooLarge })
  return (c: Context<Env>, next: Next) => {
    const length = c.req.header('Content-Length')
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return counting(c, next)
    return Number.parseInt(length, 10) > bytes ? tooLarge() : next()
  }
}

const ofMost = limitTo(MAX_BODY_BYTES, MAX_BODY_SIZE)
const ofImport = limitTo(MAX_IMPORT_BYTES, MAX_IMPORT_SIZE)

const takesFile = /^(POST \/chatroom\/[^/]+\/file|PUT \/api\/import\/file\/[^/]+)$/

/**
 * Refuses bodies that are too large. A body that says its length is not touched: Hono's middleware makes a stream of it first, which takes
 * longer than any other middleware.
 */
export const limitBody = (): MiddlewareHandler<Env> =>
  async function limitBody(c, next) {
    // The routes that take files check their length, and never hold all of it.
    if (takesFile.test(`${c.req.method} ${c.req.path}`)) return next()
    return c.req.path === '/api/import' ? ofImport(c, next) : ofMost(c, next)
  }
