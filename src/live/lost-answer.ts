import type { MiddlewareHandler } from 'hono'
import { normalizeName } from '../contract/name-characters'
import type { Env } from '../env'
import { toName } from '../lib/name'
import { notify } from '../notify'

/**
 * Lets a room's hub compare itself with D1 after a write whose answer was lost, or that failed after it: what it stored may be there, and nobody
 * tells the listeners of it. A repeat finds nothing to change.
 */
export const compareAfterLostAnswer = (): MiddlewareHandler<Env> =>
  async function compareAfterLostAnswer(c, next) {
    await next()
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return
    const { unfinished, rowsWritten } = c.get('cost') ?? { unfinished: 0, rowsWritten: 0 }
    if (unfinished === 0 && (rowsWritten === 0 || c.res.status < 500)) return
    notify(c, toName(normalizeName(c.req.param('name') ?? '')).key, (hub) => hub.compare())
  }
