import { DurableObject } from 'cloudflare:workers'
import { Hono, type MiddlewareHandler } from 'hono'
import { sharedHeaders } from '../../../src/lib/shared-headers'

/**
 * With `TELLS`, the room's object is told of each message, as Parlour's hub is. With `ANSWERS`, answers have the headers and the fields of Parlour's
 * answers, and D1 is asked in a session.
 */
type Bindings = { DB: D1Database; HUB: DurableObjectNamespace<Hub>; TELLS: boolean; ANSWERS: boolean }

type Env = { Bindings: Bindings; Variables: { db: D1Database | D1DatabaseSession } }

/** The headers of all of Parlour's answers. */
const headers = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  ...sharedHeaders,
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Allow,Link,Location,ETag,Retry-After,RateLimit,RateLimit-Policy,WWW-Authenticate,Idempotent-Replayed,Parlour-Seq,x-d1-bookmark,x-request-id',
  'Cache-Control': 'private, no-store',
}

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

/** Fields of Parlour's answers, with the value that they have for most messages, members and rooms. */
const fields = {
  message: { avatar: null, replyTo: null, mentions: [], reactions: [], files: [] },
  member: { avatar: null },
  room: {
    archived: false,
    slowModeSeconds: 0,
    newcomerLinkSeconds: 0,
    newcomerMentionSeconds: 0,
    newcomerReactionSeconds: 0,
    reactions: null,
    approval: 'none',
    retentionDays: 0,
    firstSeq: 1,
    ownSettings: [],
    pinned: [],
  },
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

type Message = { seq: number; author_id: number; name: string; text: string; created_at: number }
type Member = { role: string; joined_at: number }
type Room = Record<'name' | 'readers' | 'posters', string> &
  Record<'title' | 'topic' | 'owner', string | null> &
  Record<'created_at' | 'member_count', number>

/** Answers with the headers of Parlour's answers. */
const answersLikeParlour: MiddlewareHandler<Env> = async (c, next) => {
  const { DB, ANSWERS } = c.env
  if (!ANSWERS) {
    c.set('db', DB)
    return next()
  }
  const session = DB.withSession(c.req.method === 'GET' ? 'first-unconstrained' : 'first-primary')
  c.set('db', session)
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  c.header('x-request-id', crypto.randomUUID())
  await next()
  c.res.headers.set('x-d1-bookmark', session.getBookmark() ?? '')
}

/**
 * The least work that does what the routes do, on Parlour's tables: one short statement for each request, found by hand. It checks
 * nothing, authorises nobody and counts no request.
 */
const app = new Hono<Env>()
  .use(answersLikeParlour)
  .post('/chatroom/:name/message', async (c) => {
    const { userName, message } = await c.req.json<{ userName: string; message: string }>()
    const chatroom = c.req.param('name')
    const now = Date.now()
    const statement = c.var.db.prepare(sql.send).bind(message, now, chatroom, userName)
    const { results } = await statement.all<Pick<Message, 'seq' | 'author_id'>>()
    const [stored] = results
    if (c.env.TELLS) c.executionCtx.waitUntil(c.env.HUB.getByName(chatroom).publish(stored?.seq))
    const view = { seq: stored?.seq, chatroom, userId: stored?.author_id, userName, message }
    if (!c.env.ANSWERS) return c.json({ ...view, createdAt: time(now) }, 201)
    c.header('Location', `/chatroom/${chatroom}/message/${stored?.seq}`)
    return c.json({ ...view, createdAt: time(now), ...fields.message }, 201)
  })
  .get('/chatroom/:name/message', async (c) => {
    const chatroom = c.req.param('name')
    const { results } = await c.var.db.prepare(sql.page).bind(chatroom).all<Message>()
    const more = c.env.ANSWERS ? fields.message : undefined
    const messages = results.reverse().map(({ seq, author_id, name, text, created_at }) => ({
      seq,
      chatroom,
      userId: author_id,
      userName: name,
      message: text,
      createdAt: time(created_at),
      ...more,
    }))
    if (!c.env.ANSWERS) return c.json({ messages })
    const [first] = results
    const last = results.at(-1)
    const path = new URL(c.req.url)
    path.search = `?limit=50&before=${first?.seq}`
    c.header('ETag', `"1.1-${last?.seq}-${last?.created_at}----6"`)
    c.header('Link', `<${path.href}>; rel="next"`)
    c.header('Parlour-Seq', `${last?.seq}`)
    c.header('Vary', 'Authorization')
    return c.json({ messages, quoted: [], next: path.href })
  })
  .put('/chatroom/:name', async (c) => {
    const { userName } = await c.req.json<{ userName: string }>()
    const chatroom = c.req.param('name')
    const { db } = c.var
    const member =
      (await db.prepare(sql.member).bind(userName, chatroom).first<Member>()) ??
      (await db.prepare(sql.join).bind(Date.now(), chatroom, userName).first<Member>())
    const view = { chatroom, userName, role: member?.role, joinedAt: time(member?.joined_at ?? 0) }
    return c.json(c.env.ANSWERS ? { ...view, ...fields.member } : view)
  })
  .get('/api/chatroom', async (c) => {
    const { results } = await c.var.db.prepare(sql.list).all<Room>()
    const more = c.env.ANSWERS ? fields.room : undefined
    const chatrooms = results.map(({ created_at, member_count, ...room }) => ({
      ...room,
      memberCount: member_count,
      createdAt: time(created_at),
      ...more,
    }))
    if (!c.env.ANSWERS) return c.json({ chatrooms })
    const next = `${new URL(c.req.url).origin}/api/chatroom?limit=50&cursor=50`
    c.header('Link', `<${next}>; rel="next"`)
    return c.json({ chatrooms, next })
  })

export default app
