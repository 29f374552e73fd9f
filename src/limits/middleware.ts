import type { MiddlewareHandler } from 'hono'
import type { Credential } from '../auth/actor'
import { credentialOf } from '../auth/credential'
import type { Env } from '../env'
import { openRequestLimits } from './request-limits'

/** Methods that write nothing. */
const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** Counts each request before its body is read: by its method, never by its path, which has many spellings. */
export const limit = (): MiddlewareHandler<Env> =>
  async function limit(c, next) {
    // What is no token is for the route to refuse, if it asks for one.
    const credential = await credentialOf(c).catch((): Credential => ({ kind: 'none' }))
    const limits = openRequestLimits(c.env, {
      // Never X-Forwarded-For, which the caller writes.
      address: c.req.header('CF-Connecting-IP'),
      credential,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    })
    c.set('limits', limits)
    if (c.req.method === 'OPTIONS') return next()
    if (reading.includes(c.req.method)) {
      await limits.countRead()
      return next()
    }
    const wrote = await limits.countWrite()
    c.set('rowsWritten', 0)
    await next()
    const rows = c.get('rowsWritten')
    // Where D1 failed on the way, nobody knows; then what was set aside stays spent.
    if (rows !== undefined) wrote(rows)
  }
