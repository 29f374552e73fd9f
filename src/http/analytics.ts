import type { Context, MiddlewareHandler } from 'hono'
import type { Cost } from '../db/client'
import type { Env } from '../env'
import { errorText, log, routePattern } from './log'

/** `frames`: a round trip to D1 for what came by sockets. `request`: a request that is none of the others. */
type Event = 'request' | 'send' | 'held' | 'reported' | 'refusal' | 'connect' | 'close' | 'frames'

/** The route by which frames come. */
export const LIVE_ROUTE = '/chatroom/:name/live'

type Binding = { ANALYTICS?: AnalyticsEngineDataset }

type Point = {
  route?: string
  method?: string
  /** The type of a refusal's problem, or the kind of a connection. */
  detail?: string
  /** The status of an answer, or the code of a close. */
  status?: number
  cost?: Cost | undefined
}

/**
 * Writes a data point, if the owner has bound a dataset: docs/operate.md explains the columns. As in the log, nothing in it may be personal
 * data. An error is logged and hurts nobody.
 */
export const record = (
  { ANALYTICS }: Binding,
  event: Event,
  { route = '', method = '', detail = '', status = 0, cost }: Point,
): void => {
  if (!ANALYTICS) return
  const { milliseconds = 0, roundTrips = 0, rowsRead = 0, rowsWritten = 0 } = cost ?? {}
  try {
    ANALYTICS.writeDataPoint({
      indexes: [event],
      blobs: [event, route, method, detail],
      doubles: [status, milliseconds, roundTrips, rowsRead, rowsWritten],
    })
  } catch (error) {
    log('warn', 'data point not written', undefined, { error: errorText(error) })
  }
}

const sent = (status: number): Event => (status === 202 ? 'held' : 'send')

/** Returns the event that an answered request is. */
const eventOf = (c: Context<Env>, route: string): Event => {
  const { method } = c.req
  const { status, headers } = c.res
  if (c.get('problem') !== undefined) return 'refusal'
  if (headers.has('Idempotent-Replayed')) return 'request'
  switch (`${method} ${route}`) {
    case 'POST /chatroom/:name/message':
      return sent(status)
    case 'PATCH /chatroom/:name/message/:seq':
      return status === 202 ? 'held' : 'request'
    case 'POST /chatroom/:name/message/:seq/report':
      return 'reported'
    case `GET ${LIVE_ROUTE}`:
      return 'connect'
    default:
      return 'request'
  }
}

/** Writes a data point for each request. */
export const analytics = (): MiddlewareHandler<Env> =>
  async function analytics(c, next) {
    if (!c.env.ANALYTICS) return next()
    await next()
    const route = routePattern(c)
    const event = eventOf(c, route)
    const kind = c.res.status === 101 ? 'websocket' : 'event-stream'
    const detail = event === 'connect' ? kind : (c.get('problem') ?? '')
    const { method } = c.req
    record(c.env, event, { route, method, detail, status: c.res.status, cost: c.get('cost') })
  }
