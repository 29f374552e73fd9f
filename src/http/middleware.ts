import type { Context, MiddlewareHandler } from 'hono'
import { openDatabase } from '../db/client'
import type { Env } from '../env'
import { Problem } from './problem'

// Each of these sets its headers before the handler runs, so that the answer is made with them: Hono copies an answer to
// which a header is added later. A handler that makes its own Response takes the headers along with `c.newResponse`.

/** Gives each request a random id. It goes into answers and the log, so callers can't choose it. */
export const requestId = (): MiddlewareHandler<Env> =>
  async function requestId(c, next) {
    c.set('requestId', crypto.randomUUID())
    c.header('x-request-id', c.var.requestId)
    await next()
  }

/** The bookmark of a request that reads what the primary has. */
const PRIMARY = 'first-primary'
/** The answers that a replica may give only because it lags behind: to a new token, user, member or room. */
const DENIALS = [401, 403, 404]

/**
 * Opens the database for the request. `x-d1-bookmark` comes in, for read-your-writes, and goes out. A client that has sent a frame, whose
 * answer has no bookmark, sends `first-primary`. A read that a replica denies is made again at the primary, by `repeat`: a page forgets a token that
 * is invalid, and so a new user would lose the name.
 */
export const database = (
  repeat: (request: Request, c: Context<Env>) => Response | Promise<Response>,
): MiddlewareHandler<Env> =>
  async function database(c, next) {
    const given = c.req.header('x-d1-bookmark') || undefined
    if (given !== undefined && !/^([0-9a-f-]{1,100}|first-primary)$/.test(given)) {
      const message =
        'x-d1-bookmark must be first-primary, or a value that an earlier answer had in its x-d1-bookmark header'
      throw new Problem('invalid-request', message, { errors: [{ path: 'x-d1-bookmark', message }] })
    }
    const reading = c.req.method === 'GET' || c.req.method === 'HEAD'
    const { db, bookmark, cost } = openDatabase(c.env.DB, { bookmark: given, reading })
    c.set('db', db)
    c.set('cost', cost)
    // Most answers are for the one who asked. A route whose answers may be kept sets its own value.
    c.header('Cache-Control', 'private, no-store')
    await next()
    const isDenied = c.get('isDenied') || DENIALS.includes(c.res.status)
    if (reading && given === undefined && cost.isOfReplica && isDenied) {
      const request = new Request(c.req.raw)
      request.headers.set('x-d1-bookmark', PRIMARY)
      const answer = await repeat(request, c)
      // Hono would keep the headers of the answer before.
      c.res = undefined
      c.res = answer
      c.set('problem', undefined)
      return
    }
    const now = bookmark()
    // `c.header` would copy the answer that is there already.
    if (now) c.res.headers.set('x-d1-bookmark', now)
  }
