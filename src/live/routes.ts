import { type Context, Hono } from 'hono'
import { readRequest, writeRequest } from '../auth/credential'
import {
  actorQuery,
  chatroomParams,
  liveHeaders,
  liveQuery,
  type ProblemBody,
  type Ticket,
  ticketBody,
} from '../contract'
import type { Env } from '../env'
import { baseUrl } from '../files/request-links'
import { allowsOrigin } from '../http/origins'
import { publicUrl } from '../http/pagination'
import { Problem } from '../http/problem'
import { valid } from '../http/validate'
import { time } from '../lib/time'
import { askHub } from '../notify'
import { eventStream } from './event-stream'
import { listenHeaders } from './listen-request'
import { readProtocols } from './protocol'
import { authorizeActor } from './store'

/**
 * Returns whether the page that asks may listen. Browsers open WebSockets to any origin and leave the check to the server. Pages of our own
 * origin may listen whatever the setting is.
 */
const mayListen = (c: Context<Env>): boolean => {
  const origin = c.req.header('Origin')
  if (origin === undefined || origin === publicUrl(c, '/').origin) return true
  return allowsOrigin(c.env.ALLOWED_ORIGINS, origin)
}

/** Headers of an event stream. Proxies must neither store it, nor compress it, nor wait for more of it before they pass it on. */
const streamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

/** `/chatroom/:name/live` and the ticket for it. */
export const live = new Hono<Env>()
  .get(
    '/live',
    valid('param', chatroomParams),
    valid('query', liveQuery),
    valid('header', liveHeaders),
    async (c) => {
      const { name } = c.req.valid('param')
      const { userName, after: asked, lastEventId, roomId } = c.req.valid('query')
      // A client that reconnects sends the last id beside the `after` of its first request.
      const after = c.req.valid('header')['Last-Event-ID'] ?? lastEventId ?? asked
      if (!mayListen(c))
        throw new Problem(
          'origin-not-allowed',
          `Pages of ${c.req.header('Origin')} may not listen here. Add that origin to ALLOWED_ORIGINS.`,
        )
      const request = await readRequest(c, name, userName)
      if (c.req.raw.method === 'HEAD') {
        await authorizeActor(c.var.db, request, 'read')
        return c.newResponse(null, { headers: streamHeaders })
      }
      const isWebSocket = c.req.header('Upgrade')?.toLowerCase() === 'websocket'
      const { protocol, ticket } = readProtocols(c.req.header('Sec-WebSocket-Protocol'))
      const headers = listenHeaders({
        requestId: c.var.requestId,
        apiUrl: baseUrl(c),
        addressKey: await c.var.limits.addressKey(),
        room: name,
        actor: request.actor,
        protocol: isWebSocket ? (protocol ?? 'parlour.v1') : 'parlour.v2',
        ticket,
        after,
        roomId,
      })
      const answer = await askHub(c.env, name.key, (hub) => hub.fetch('http://hub/', { headers }))
      const socket = answer.webSocket
      if (!socket) {
        const problem = await answer.json<ProblemBody>()
        c.set('problem', problem.type.slice('/problems/'.length))
        return c.newResponse(JSON.stringify(problem), answer)
      }
      if (isWebSocket) {
        const { headers } = c.newResponse(null)
        if (protocol) headers.set('Sec-WebSocket-Protocol', protocol)
        return new Response(null, { status: 101, webSocket: socket, headers })
      }
      return c.newResponse(eventStream(socket, after), { headers: streamHeaders })
    },
  )
  .post(
    '/ticket',
    valid('param', chatroomParams),
    valid('query', actorQuery),
    valid('json', ticketBody),
    async (c) => {
      const { name } = c.req.valid('param')
      const { userName = c.req.valid('query').userName } = c.req.valid('json')
      const request = await writeRequest(c, name, userName)
      const { chatroom } = await authorizeActor(c.var.db, request, 'read')
      const { ticket, until } = await askHub(c.env, name.key, (hub) => hub.issueTicket(request.actor))
      const body: Ticket = { ticket, expiresAt: time(until) }
      return c.json(body, 201, { Location: `/chatroom/${encodeURIComponent(chatroom)}/live` })
    },
  )
