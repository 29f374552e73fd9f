import { DurableObject } from 'cloudflare:workers'
import { type Context, Hono } from 'hono'
import type { Route } from '../routes.ts'
import type { Statement, Values } from '../statements.ts'
import { GroupCommit, type Row, type Statements } from './group-commit.ts'

/**
 * `NOTIFIES`: the room's object is told of each message, as Parlour's hub is. `GROUPS_BY`: concurrent sends share a round
 * trip to D1, either all in one isolate, or all to one room through its object.
 */
type Bindings = {
  DB: D1Database
  HUB: DurableObjectNamespace<Hub>
  STATEMENTS: Record<Route, Statement[]>
  NOTIFIES: boolean
  GROUPS_BY?: 'isolate' | 'object'
}

/** Returns Parlour's statements for a route, with the values of this request. */
const statementsOf = (env: Bindings, route: Route, values: Values): Statements =>
  env.STATEMENTS[route].map(({ sql, params }) =>
    env.DB.prepare(sql).bind(...params.map((param) => ('value' in param ? param.value : values[param.of]))),
  )

const query = async (env: Bindings, route: Route, values: Values): Promise<Row[][]> => {
  const answers = await env.DB.batch<Row>(statementsOf(env, route, values))
  return answers.map(({ results }) => results)
}

/** A room's object without listeners. It is told of messages, or stores them itself. */
export class Hub extends DurableObject<Bindings> {
  readonly #groupCommit = new GroupCommit()

  publish(_seq: unknown): void {}

  async send(values: Values): Promise<Row[][]> {
    const statements = statementsOf(this.env, 'send', values)
    const answers = await this.#groupCommit.run(this.env.DB, statements, (work) => this.ctx.waitUntil(work))
    return answers.map(({ results }) => results)
  }
}

const groupCommit = new GroupCommit()

const send = async (c: Context<{ Bindings: Bindings }>, values: Values): Promise<Row[][]> => {
  const { env, executionCtx } = c
  if (env.GROUPS_BY === undefined) return query(env, 'send', values)
  if (env.GROUPS_BY === 'object') return env.HUB.getByName(values.room ?? '').send(values)
  const statements = statementsOf(env, 'send', values)
  const answers = await groupCommit.run(env.DB, statements, (work) => executionCtx.waitUntil(work))
  return answers.map(({ results }) => results)
}

const time = (milliseconds: unknown): string => new Date(Number(milliseconds)).toISOString()

/**
 * The least work that gives Parlour's answers on this platform: the same statements, run directly on D1. It does not
 * validate, authenticate or count requests, and sets no further headers.
 */
const app = new Hono<{ Bindings: Bindings }>()
  .post('/chatroom/:name/message', async (c) => {
    const { userName, message } = await c.req.json<{ userName: string; message: string }>()
    const chatroom = c.req.param('name')
    const values = { room: chatroom, user: userName, text: message, now: Date.now() }
    const rows = (await send(c, values)).flat()
    const stored = rows.find(({ seq }) => seq !== undefined)
    if (c.env.NOTIFIES) c.executionCtx.waitUntil(c.env.HUB.getByName(chatroom).publish(stored?.seq))
    const createdAt = time(stored?.created_at)
    return c.json({ seq: stored?.seq, chatroom, userName, message, createdAt }, 201)
  })
  .get('/chatroom/:name/message', async (c) => {
    const chatroom = c.req.param('name')
    const [, rows = []] = await query(c.env, 'page', { room: chatroom })
    const more = rows.length > 50
    const messages = rows
      .slice(0, 50)
      .reverse()
      .map(({ seq, name, text, created_at }) => ({
        seq,
        chatroom,
        userName: name,
        message: text,
        createdAt: time(created_at),
      }))
    const next = more ? `/chatroom/${chatroom}/message?limit=50&before=${messages[0]?.seq}` : null
    return c.json({ messages, next })
  })
  .put('/chatroom/:name', async (c) => {
    const { userName } = await c.req.json<{ userName: string }>()
    const chatroom = c.req.param('name')
    const rows = (await query(c.env, 'join', { room: chatroom, user: userName, now: Date.now() })).flat()
    const member = rows.find(({ shown_role }) => shown_role !== undefined)
    return c.json({ chatroom, userName, role: member?.shown_role, joinedAt: time(member?.joined_at) })
  })
  .get('/api/chatroom', async (c) => {
    const [rows = []] = await query(c.env, 'list', {})
    const shown = rows.slice(0, 50)
    const chatrooms = shown.map((row) => ({
      name: row.room_name,
      title: row.title,
      topic: row.topic,
      owner: row.owner,
      memberCount: row.member_count,
      readers: row.readers,
      posters: row.posters,
      slowModeSeconds: row.slow_mode_seconds,
      archived: row.archived !== 0,
      newcomerLinkSeconds: row.newcomer_link_seconds,
      createdAt: time(row.created_at),
    }))
    const next = rows.length > 50 ? `/api/chatroom?limit=50&cursor=${shown.at(-1)?.id}` : null
    return c.json({ chatrooms, next })
  })

export default app
