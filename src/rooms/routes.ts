import { Hono } from 'hono'
import { authorityOf, writerOf } from '../auth/credential'
import { refusedBecause } from '../auth/refusals'
import { type Chatroom, chatroomBody, chatroomListQuery, chatroomParams, settingsBody } from '../contract'
import type { Env } from '../env'
import { jsonOrNotModified } from '../http/etag'
import { nextPage } from '../http/pagination'
import { chatroomNotFound, nameTaken, userNotFound } from '../http/problem'
import { valid } from '../http/validate'
import { nameKey } from '../lib/name-key'
import { time } from '../lib/time'
import { blockedWordKey } from '../lib/word-key'
import { notify } from '../notify'
import { changeRoom, createRoom, deleteRoom, findRoom, listRooms, type RoomRow } from './store'

const view = (room: RoomRow): Chatroom => ({
  name: room.name,
  title: room.title,
  topic: room.topic,
  owner: room.owner,
  memberCount: room.memberCount,
  readers: room.readers,
  posters: room.posters,
  slowModeSeconds: room.slowModeSeconds,
  archived: room.archived,
  newcomerLinkSeconds: room.newcomerLinkSeconds,
  createdAt: time(room.createdAt),
})

/** `/api/chatroom`, also mounted as `/api/chatrooms`. */
export const rooms = new Hono<Env>()
  .get('/', valid('query', chatroomListQuery), async (c) => {
    const { limit, cursor, name } = c.req.valid('query')
    if (name !== undefined) {
      const found = await findRoom(c.var.db, nameKey(name))
      return c.json({ chatrooms: found ? [view(found)] : [], next: null }, 200)
    }
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
    return jsonOrNotModified(c, view(found), found.readers)
  })
  .patch('/:name', valid('param', chatroomParams), valid('json', settingsBody), async (c) => {
    const { name } = c.req.valid('param')
    const { owner, blockedWords, ...settings } = c.req.valid('json')
    const words =
      blockedWords && JSON.stringify(blockedWords.map((word) => ({ word, key: blockedWordKey(word) })))
    const ownerKey = owner === undefined ? undefined : nameKey(owner)
    const target = { roomKey: nameKey(name), actor: await authorityOf(c), ownerKey }
    const changed = await changeRoom(c.var.db, target, { ...settings, blockedWords: words })
    switch (changed.outcome) {
      case 'refused':
        throw refusedBecause(changed.refusal, { chatroom: name })
      case 'no owner':
        throw userNotFound(owner ?? '')
      case 'changed': {
        const chatroom = view(changed.room)
        notify(c, nameKey(name), async (hub) => {
          await hub.tell({ type: 'room', chatroom })
          // Who listens may have to be a member now.
          if (settings.readers === 'members') await hub.close('again')
        })
        return c.json(chatroom, 200)
      }
    }
  })
  .delete('/:name', valid('param', chatroomParams), async (c) => {
    const { name } = c.req.valid('param')
    const deleted = await deleteRoom(c.var.db, nameKey(name), await authorityOf(c))
    if (deleted.outcome === 'refused') throw refusedBecause(deleted.refusal, { chatroom: name })
    notify(c, nameKey(name), async (hub) => {
      await hub.tell({ type: 'room', chatroom: null })
      await hub.close('gone')
    })
    return c.json({ name: deleted.name, deleted: true as const }, 200)
  })
