import type { MiddlewareHandler } from 'hono'
import { credentialOrNone, isAdmin } from '../auth/credential'
import type { Env } from '../env'
import { openRequestLimits } from './request-limits'

/** Counts each request before its body is read: by its method, because one path has many spellings. */
export const limit = (): MiddlewareHandler<Env> =>
  async function limit(c, next) {
    const limits = openRequestLimits(c.env, {
      // Not X-Forwarded-For, which callers can write.
      address: c.req.header('CF-Connecting-IP'),
      isAdmin: await isAdmin(c),
      credential: (options) => credentialOrNone(c, options),
      requestId: c.var.requestId,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    })
    c.set('limits', limits)
    const { method } = c.req
    if (method === 'OPTIONS') return next()
    const isRead = method === 'GET' || method === 'HEAD'
    if (isRead) await limits.countRead()
    const settle = isRead ? limits.settle : await limits.countWrite()
    await next()
    const { rowsWritten = 0, unfinished = 0 } = c.get('cost') ?? {}
    // A failed batch may have written or not. Then the reserved rows stay spent.
    if (unfinished === 0) settle(rowsWritten)
  }
