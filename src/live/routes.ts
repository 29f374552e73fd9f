import { type Context, Hono } from 'hono'
import { readRequest, writeRequest } from '../auth/credential'
import { chatroomParams, liveHeaders, liveQuery, type Ticket, ticketBody } from '../contract'
import type { Env } from '../env'
import { allowsOrigin } from '../http/origins'
import { Problem } from '../http/problem'
import { valid } from '../http/validate'
import { time } from '../lib/time'
import { askHub } from '../notify'
import { eventStream } from './event-stream'
import type { ListenRequest } from './hub'
import { authorizeListener } from './store'

const PROTOCOL = 'parlour.v1'
const TICKET = 'ticket.'

const protocolsOf = (c: Context<Env>): string[] =>
  (c.req.header('Sec-WebSocket-Protocol') ?? '').split(',').map((protocol) => protocol.trim())

/**
 * Whether the page that asks is one of those that may: browsers open WebSockets to anywhere and leave the asking to the
 * server. Pages of ours may whatever the setting.
 */
const mayListen = (c: Context<Env>): boolean => {
  const origin = c.req.header('Origin')
  if (origin === undefined || origin === new URL(c.req.url).origin) return true
  return allowsOrigin(c.env.ALLOWED_ORIGINS, origin)
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
      const { userName, after: asked } = c.req.valid('query')
      const after = c.req.valid('header')['Last-Event-ID'] ?? asked
      const protocols = protocolsOf(c)
      const ticket = protocols.find((protocol) => protocol.startsWith(TICKET))?.slice(TICKET.length)
      if (!mayListen(c))
        throw new Problem(
          'origin-not-allowed',
          `Pages of ${c.req.header('Origin')} may not listen here. Add that origin to ALLOWED_ORIGINS.`,
        )
      const { actor } = await readRequest(c, name, userName)
      const entrance: ListenRequest = {
        requestId: c.var.requestId,
        source: await c.var.limits.addressKey(),
        room: name,
        actor,
        ticket,
        after,
      }
      const entering = { Upgrade: 'websocket', 'x-entrance': encodeURIComponent(JSON.stringify(entrance)) }
      const answer = await askHub(c.env, name.key, (hub) => hub.fetch('http://hub/', { headers: entering }))
      const socket = answer.webSocket
      if (!socket) return c.newResponse(answer.body, answer)
      if (c.req.header('Upgrade')?.toLowerCase() === 'websocket') {
        const { headers } = c.newResponse(null)
        if (protocols.includes(PROTOCOL)) headers.set('Sec-WebSocket-Protocol', PROTOCOL)
        return new Response(null, { status: 101, webSocket: socket, headers })
      }
      const headers = {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      }
      if (c.req.raw.method !== 'HEAD') return c.newResponse(eventStream(socket, after), { headers })
      socket.accept()
      socket.close(1000)
      return c.newResponse(null, { headers })
    },
  )
  .post('/ticket', valid('param', chatroomParams), valid('json', ticketBody, { actor: true }), async (c) => {
    const { name } = c.req.valid('param')
    const { userName } = c.req.valid('json')
    const request = await writeRequest(c, name, userName)
    const found = await authorizeListener(c.var.db, { ...request, after: undefined, limit: 0 })
    const { ticket, until } = await askHub(c.env, name.key, (hub) => hub.issue(request.actor))
    const body: Ticket = { ticket, expiresAt: time(until) }
    return c.json(body, 201, { Location: `/chatroom/${encodeURIComponent(found.chatroom)}/live` })
  })
