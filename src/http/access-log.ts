import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env'
import { log, routePattern } from './log'

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
