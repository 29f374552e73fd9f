import { Hono } from 'hono'
import { type Chatroom, chatroomBody, chatroomParams, joinBody, listQuery } from '../contract'
import type { Env } from '../env'
import { actorOf, writerOf } from '../identity/credential'
import { memberView } from '../members/routes'
import { join } from '../members/store'
import { nameKey } from '../name'
import { nextPage } from '../paging'
import { chatroomNotFound, nameTaken, refusedBecause } from '../problem'
import { valid } from '../validate'
import { createRoom, findRoom, listRooms, type RoomRow } from './store'

const view = ({ name, title, owner, memberCount, createdAt }: RoomRow): Chatroom => ({
  name,
  title,
  owner,
  memberCount,
  createdAt: new Date(createdAt).toISOString(),
})

/** `/api/chatroom`, also mounted as `/api/chatrooms`. */
export const rooms = new Hono<Env>()
  .get('/', valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { rows, more } = await listRooms(c.var.db, { limit, cursor })
    const last = rows.at(-1)
    const next = more && last ? nextPage(c, '/api/chatroom', { limit, cursor: last.id }) : null
    return c.json({ chatrooms: rows.map(view), next }, 200)
  })
  .post('/', valid('json', chatroomBody), async (c) => {
    const { name, title } = c.req.valid('json')
    const credential = await writerOf(c)
    const created = await createRoom(
      c.var.db,
      { name, nameKey: nameKey(name), title, createdAt: Date.now() },
      credential,
    )
    if (created.outcome === 'refused') throw refusedBecause(created.refusal, {})
    if (created.outcome === 'taken') throw nameTaken(name)
    return c.json(view(created.room), 201, { Location: `/chatroom/${encodeURIComponent(created.room.name)}` })
  })

/** `/chatroom/:name`. */
export const room = new Hono<Env>()
  .get('/:name', valid('param', chatroomParams), async (c) => {
    const { name } = c.req.valid('param')
    const found = await findRoom(c.var.db, nameKey(name))
    if (!found) throw chatroomNotFound(name)
    return c.json(view(found), 200)
  })
  .put('/:name', valid('param', chatroomParams), valid('json', joinBody, { actor: true }), async (c) => {
    const { name } = c.req.valid('param')
    const { userName } = c.req.valid('json')
    const joined = await join(c.var.db, nameKey(name), await actorOf(c, userName), Date.now())
    if (joined.outcome === 'refused') throw refusedBecause(joined.refusal, { chatroom: name, user: userName })
    return c.json(memberView(joined.member), 200)
  })
