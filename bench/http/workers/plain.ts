import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'

type Env = { Bindings: { DB: D1Database } }
type Message = { id: number; name: string; text: string; created_at: number }
type NewMessage = { userName: string; message: string }

const view = (chatroom: string, { id, name, text, created_at }: Message) => ({
  seq: id,
  chatroom,
  userName: name,
  message: text,
  createdAt: new Date(created_at).toISOString(),
})

/** Returns the id of a row. Answers 404 if it does not exist. */
const idOf = async (c: Context<Env>, table: 'rooms' | 'users', name: string): Promise<number> => {
  const id = await c.env.DB.prepare(`select id from ${table} where name = ?`).bind(name).first<number>('id')
  if (id === null) throw new HTTPException(404)
  return id
}

const joinedAt = (c: Context<Env>, roomId: number, userId: number) =>
  c.env.DB.prepare('select joined_at from members where room_id = ? and user_id = ?')
    .bind(roomId, userId)
    .first<number>('joined_at')

/** A plain implementation: one query after another looks up room, user and membership, then the change. */
const app = new Hono<Env>()
  .post('/chatroom/:name/message', async (c) => {
    const { userName, message } = await c.req.json<NewMessage>()
    const room = c.req.param('name')
    const roomId = await idOf(c, 'rooms', room)
    const userId = await idOf(c, 'users', userName)
    if ((await joinedAt(c, roomId, userId)) === null) throw new HTTPException(403)
    const now = Date.now()
    const { meta } = await c.env.DB.prepare(
      'insert into messages (room_id, user_id, text, created_at) values (?, ?, ?, ?)',
    )
      .bind(roomId, userId, message, now)
      .run()
    return c.json(view(room, { id: meta.last_row_id, name: userName, text: message, created_at: now }), 201)
  })
  .get('/chatroom/:name/message', async (c) => {
    const room = c.req.param('name')
    const roomId = await idOf(c, 'rooms', room)
    const { results } = await c.env.DB.prepare(
      `select messages.id, name, text, created_at from messages join users on users.id = user_id
        where room_id = ? order by messages.id desc limit 50`,
    )
      .bind(roomId)
      .all<Message>()
    return c.json({ messages: results.reverse().map((row) => view(room, row)) })
  })
  .patch('/chatroom/:name/message/:id', async (c) => {
    const { userName, message } = await c.req.json<NewMessage>()
    const roomId = await idOf(c, 'rooms', c.req.param('name'))
    const userId = await idOf(c, 'users', userName)
    const found = await c.env.DB.prepare(
      'select id, user_id, created_at from messages where room_id = ? and id = ?',
    )
      .bind(roomId, c.req.param('id'))
      .first<{ id: number; user_id: number; created_at: number }>()
    if (found?.user_id !== userId) throw new HTTPException(403)
    await c.env.DB.prepare('update messages set text = ?, edited_at = ? where id = ?')
      .bind(message, Date.now(), found.id)
      .run()
    return c.json(view(c.req.param('name'), { ...found, name: userName, text: message }))
  })
  .put('/chatroom/:name', async (c) => {
    const { userName } = await c.req.json<NewMessage>()
    const chatroom = c.req.param('name')
    const roomId = await idOf(c, 'rooms', chatroom)
    const userId = await idOf(c, 'users', userName)
    const known = await joinedAt(c, roomId, userId)
    const at = known ?? Date.now()
    if (known === null)
      await c.env.DB.prepare('insert into members (room_id, user_id, joined_at) values (?, ?, ?)')
        .bind(roomId, userId, at)
        .run()
    return c.json({ chatroom, userName, role: 'member', joinedAt: new Date(at).toISOString() })
  })
  .get('/api/chatroom', async (c) => {
    const { results } = await c.env.DB.prepare(
      `select name, (select count(*) from members where room_id = rooms.id) as memberCount from rooms order by id limit 50`,
    ).all()
    return c.json({ chatrooms: results })
  })

export default app
