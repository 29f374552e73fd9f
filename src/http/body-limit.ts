import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { MAX_BODY_BYTES, MAX_BODY_SIZE } from '../contract'
import type { Env } from '../env'
import { Problem } from './problem'

const tooLarge = (): never => {
  throw new Problem('body-too-large', `The body has more than ${MAX_BODY_SIZE}. Send less in one request.`)
}
const counting = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge })

/**
 * Refuses bodies that are too large. A body that says its length is not touched: Hono's middleware makes a stream of it first, which takes
 * longer than any other middleware.
 */
export const limitBody = (): MiddlewareHandler<Env> =>
  async function limitBody(c, next) {
    const length = c.req.header('Content-Length')
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return counting(c, next)
    return Number.parseInt(length, 10) > MAX_BODY_BYTES ? tooLarge() : next()
  }
