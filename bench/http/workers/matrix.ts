import { type Context, Hono } from 'hono'
import { createMiddleware } from 'hono/factory'

type Env = { Bindings: { DB: D1Database }; Variables: { userName: string } }
type Event = {
  event_id: string
  sender: string
  content: string
  origin_server_ts: number
  depth: number
  stream_ordering: number
}

const hex = (bytes: ArrayBuffer): string => new Uint8Array(bytes).toHex()

/** Finds the user of the token. */
const auth = createMiddleware<Env>(async (c, next) => {
  const token = c.req.header('Authorization')?.replace('Bearer ', '') ?? ''
  const hash = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)))
  const found = await c.env.DB.prepare('select user_id from access_tokens where token_hash = ?')
    .bind(hash)
    .first('user_id')
  if (typeof found !== 'string') return c.json({ errcode: 'M_UNKNOWN_TOKEN' }, 401)
  c.set('userName', found)
  return next()
})

const membershipOf = ({ env, var: { userName } }: Context<Env>, room: string) =>
  env.DB.prepare('select membership, event_id from room_memberships where room_id = ? and user_id = ?')
    .bind(room, userName)
    .first<{ membership: string; event_id: string }>()

const stateOf = ({ env }: Context<Env>, room: string, type: string) =>
  env.DB.prepare(
    `select events.event_id from room_state join events on events.event_id = room_state.event_id
      where room_state.room_id = ? and room_state.event_type = ? and room_state.state_key = ''`,
  )
    .bind(room, type)
    .first<string>('event_id')

const newest = ({ env }: Context<Env>, room: string, limit: number) =>
  env.DB.prepare(
    'select * from events where room_id = ? and state_key is null order by stream_ordering desc limit ?',
  )
    .bind(room, limit)
    .all<Event>()

const view = (chatroom: string, { stream_ordering, sender, content, origin_server_ts }: Event) => ({
  seq: stream_ordering,
  chatroom,
  userName: sender,
  message: JSON.parse(content).body,
  createdAt: new Date(origin_server_ts).toISOString(),
})

/**
 * Works like matrix-workers: Hono and D1, with one query after another for the token, the membership, the room's creation,
 * the power levels and the latest event, then the insert, then the members to notify. matrix-workers reads the last
 * number in a separate query, so concurrent sends get the same number; here the insert reads it. It also notifies each
 * member through an object before it answers, which is left out here.
 */
const app = new Hono<Env>()
  .post('/chatroom/:name/message', auth, async (c) => {
    const room = c.req.param('name')
    const member = await membershipOf(c, room)
    if (member?.membership !== 'join') return c.json({ errcode: 'M_FORBIDDEN' }, 403)
    const { message } = await c.req.json<{ message: string }>()
    const origins = [await stateOf(c, room, 'm.room.create'), await stateOf(c, room, 'm.room.power_levels')]
    const { results: latest } = await newest(c, room, 1)
    const event = {
      event_id: `$${hex(crypto.getRandomValues(new Uint8Array(16)).buffer)}`,
      sender: c.var.userName,
      content: JSON.stringify({ msgtype: 'm.text', body: message }),
      origin_server_ts: Date.now(),
      depth: (latest[0]?.depth ?? 0) + 1,
    }
    const links = [[...origins, member.event_id], latest.map(({ event_id }) => event_id)]
    const number = await c.env.DB.prepare(
      `insert into events (event_id, sender, content, origin_server_ts, depth, room_id, event_type, auth_events, prev_events,
        stream_ordering) select ?, ?, ?, ?, ?, ?, 'm.room.message', ?, ?, 1 + max(stream_ordering) from events
        returning stream_ordering`,
    )
      .bind(...Object.values(event), room, ...links.map((ids) => JSON.stringify(ids)))
      .first<number>('stream_ordering')
    await c.env.DB.prepare("select user_id from room_memberships where room_id = ? and membership = 'join'")
      .bind(room)
      .all()
    return c.json(view(room, { ...event, stream_ordering: number ?? 0 }), 201)
  })
  .get('/chatroom/:name/message', auth, async (c) => {
    const room = c.req.param('name')
    if (!(await membershipOf(c, room))) return c.json({ errcode: 'M_FORBIDDEN' }, 403)
    const { results } = await newest(c, room, 50)
    return c.json({ messages: results.reverse().map((event) => view(room, event)) })
  })

export default app
