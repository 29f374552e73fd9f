import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'

/** With `TELLS`, the room's object is told of each message, as Parlour's hub is. */
type Bindings = { DB: D1Database; HUB: DurableObjectNamespace<Hub>; TELLS: boolean }

/** A room's object without listeners. */
export class Hub extends DurableObject<Bindings> {
  publish(_seq: number | undefined): void {}
}

const sql = {
  send: `insert into messages (room_id, seq, author_id, text, created_at)
    select rooms.id, 1 + coalesce((select max(seq) from messages where room_id = rooms.id), 0), users.id, ?, ?
    from rooms, users where rooms.name_key = ? and users.name_key = ? returning seq, author_id`,
  page: `select seq, author_id, name, text, messages.created_at from messages left join users on users.id = author_id
    where room_id = (select id from rooms where name_key = ?) order by seq desc limit 50`,
  member: `select role, joined_at from members where user_id = (select id from users where name_key = ?)
    and room_id = (select id from rooms where name_key = ?)`,
  join: `insert into members (room_id, ordinal, user_id, joined_at)
    select rooms.id, 1 + coalesce((select max(ordinal) from members where room_id = rooms.id), 0), users.id, ?
    from rooms, users where rooms.name_key = ? and users.name_key = ? returning role, joined_at`,
  list: `select name, title, topic, readers, posters, created_at, (select name from users where id = owner_id) as owner,
    member_offset + coalesce((select max(ordinal) from members where room_id = rooms.id), 0) as member_count
    from rooms order by id limit 50`,
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

type Message = { seq: number; author_id: number; name: string; text: string; created_at: number }
type Member = { role: string; joined_at: number }
type Room = Record<'name' | 'readers' | 'posters', string> &
  Record<'title' | 'topic' | 'owner', string | null> &
  Record<'created_at' | 'member_count', number>

/**
 * The least work that does what the routes do, on Parlour's tables: one short statement for each request, found by hand. It checks
 * nothing, authorises nobody, counts no request and sets no further headers.
 */
const app = new Hono<{ Bindings: Bindings }>()
  .post('/chatroom/:name/message', async (c) => {
    const { userName, message } = await c.req.json<{ userName: string; message: string }>()
    const chatroom = c.req.param('name')
    const now = Date.now()
    const statement = c.env.DB.prepare(sql.send).bind(message, now, chatroom, userName)
    const { results } = await statement.all<Pick<Message, 'seq' | 'author_id'>>()
    const [stored] = results
    if (c.env.TELLS) c.executionCtx.waitUntil(c.env.HUB.getByName(chatroom).publish(stored?.seq))
    const view = { seq: stored?.seq, chatroom, userId: stored?.author_id, userName, message }
    return c.json({ ...view, createdAt: time(now) }, 201)
  })
  .get('/chatroom/:name/message', async (c) => {
    const chatroom = c.req.param('name')
    const { results } = await c.env.DB.prepare(sql.page).bind(chatroom).all<Message>()
    const messages = results.reverse().map(({ seq, author_id, name, text, created_at }) => ({
      seq,
      chatroom,
      userId: author_id,
      userName: name,
      message: text,
      createdAt: time(created_at),
    }))
    return c.json({ messages })
  })
  .put('/chatroom/:name', async (c) => {
    const { userName } = await c.req.json<{ userName: string }>()
    const chatroom = c.req.param('name')
    const { DB } = c.env
    const member =
      (await DB.prepare(sql.member).bind(userName, chatroom).first<Member>()) ??
      (await DB.prepare(sql.join).bind(Date.now(), chatroom, userName).first<Member>())
    return c.json({ chatroom, userName, role: member?.role, joinedAt: time(member?.joined_at ?? 0) })
  })
  .get('/api/chatroom', async (c) => {
    const { results } = await c.env.DB.prepare(sql.list).all<Room>()
    const chatrooms = results.map(({ created_at, member_count, ...room }) => ({
      ...room,
      memberCount: member_count,
      createdAt: time(created_at),
    }))
    return c.json({ chatrooms })
  })

export default app
