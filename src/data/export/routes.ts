import { type Context, Hono } from 'hono'
import { credentialOf, roleRequest } from '../../auth/credential'
import { chatroomParams, exportQuery, userParams } from '../../contract'
import type { Env } from '../../env'
import { nextPage } from '../../http/pagination'
import { valid } from '../../http/validate'
import { decodeCursor, encodeCursor, roomCursor, siteCursor, userCursor } from './cursor'
import type { Piece } from './piece'
import { exportRoom } from './room-export'
import { exportSite } from './site-export'
import { exportUser } from './user-export'

const ndjson = { 'Content-Type': 'application/x-ndjson; charset=utf-8' }

/** Answers with a piece of an export, and links to the next one. */
const answer = (c: Context<Env>, path: string, { text, isEnd, cursor }: Piece<{ lines: number }>) => {
  if (!isEnd) nextPage(c, path, { cursor: encodeCursor(cursor) })
  return c.body(text, 200, ndjson)
}

/** `/api/export`: the whole instance. */
export const siteExport = new Hono<Env>().get('/', valid('query', exportQuery), async (c) => {
  const { cursor } = c.req.valid('query')
  const from = cursor === undefined ? undefined : decodeCursor(siteCursor, cursor)
  return answer(c, '/api/export', await exportSite(c.var.db, await credentialOf(c), from, Date.now()))
})

/** `/chatroom/:name/export`: a room. */
export const roomExport = new Hono<Env>().get(
  '/export',
  valid('param', chatroomParams),
  valid('query', exportQuery),
  async (c) => {
    const { name } = c.req.valid('param')
    const { cursor } = c.req.valid('query')
    const from = cursor === undefined ? undefined : decodeCursor(roomCursor, cursor)
    const piece = await exportRoom(c.var.db, await roleRequest(c, name), from)
    return answer(c, `/chatroom/${encodeURIComponent(name.name)}/export`, piece)
  },
)

/** `/api/users/:id/export`: what belongs to a user. */
export const userExport = new Hono<Env>().get(
  '/:id/export',
  valid('param', userParams),
  valid('query', exportQuery),
  async (c) => {
    const { id } = c.req.valid('param')
    const { cursor } = c.req.valid('query')
    const from = cursor === undefined ? undefined : decodeCursor(userCursor, cursor)
    const piece = await exportUser(c.var.db, { id, credential: await credentialOf(c) }, from)
    return answer(c, `/api/users/${id}/export`, piece)
  },
)
