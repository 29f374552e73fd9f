import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { prettyJSON } from 'hono/pretty-json'

type Row = { id: number; author: string; body: string; created_at: number }

const view = (chatroom: string, { id, author, body, created_at }: Row) => ({
  seq: id,
  chatroom,
  userName: author,
  message: body,
  createdAt: new Date(created_at).toISOString(),
})

/**
 * Works like a small comment system (such as opine): Hono and D1 with one table, and no authentication. It adds an index
 * and a page size of 50, where the systems that we read return all comments.
 */
const app = new Hono<{ Bindings: { DB: D1Database } }>()
  .use(prettyJSON(), cors())
  .post('/chatroom/:name/message', async (c) => {
    const { userName, message } = await c.req.json<{ userName: string; message: string }>()
    if (!userName || !message) return c.json({ error: 'Can not create new comment' }, 422)
    const room = c.req.param('name')
    const row = { author: userName, body: message, created_at: Date.now() }
    const id = await c.env.DB.prepare(
      'insert into comments (author, body, created_at, post_slug) values (?, ?, ?, ?) returning id',
    )
      .bind(...Object.values(row), room)
      .first<number>('id')
    return c.json(view(room, { id: id ?? 0, ...row }), 201)
  })
  .get('/chatroom/:name/message', async (c) => {
    const room = c.req.param('name')
    const { results } = await c.env.DB.prepare(
      'select * from comments where post_slug = ? order by id desc limit 50',
    )
      .bind(room)
      .all<Row>()
    return c.json({ messages: results.reverse().map((row) => view(room, row)) })
  })

export default app
