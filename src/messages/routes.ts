import { type Context, Hono } from 'hono'
import type { RoomRequest } from '../auth/actor'
import { isAdmin, readRequest, roleRequest, writeRequest } from '../auth/credential'
import {
  actorQuery,
  chatroomParams,
  historyQuery,
  type Message,
  messageBody,
  messageParams,
  readerQuery,
  sendHeaders,
} from '../contract'
import type { Env } from '../env'
import { headOfJson, jsonOrNotModified, notModified, setEtag } from '../http/etag'
import { nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { messageNotFound } from '../http/problems'
import { valid } from '../http/validate'
import type { Name } from '../lib/name'
import { publish } from '../notify'
import { type Change, changeMessage } from './change-message'
import { entryFrameOf } from './entry-frames'
import { listMessages, pageVersion } from './history'
import { messageView, sendMessage } from './send-message'
import { findMessage } from './store'

const pathOf = (chatroom: string) => `/chatroom/${encodeURIComponent(chatroom)}/message`

/** Returns the request of a deletion. The admin needs no name for it, and acts for nobody whom it names. */
const deleteRequest = async (c: Context<Env>, room: Name, user: Name | undefined): Promise<RoomRequest> =>
  (await isAdmin(c)) ? roleRequest(c, room) : writeRequest(c, room, user)

/** Changes a message, and tells the room's listeners. */
const change = async (c: Context<Env>, request: RoomRequest, wanted: Change): Promise<Message> => {
  const changed = await changeMessage(c.var.db, request, wanted)
  switch (changed.outcome) {
    case 'no message':
      throw messageNotFound(wanted.seq)
    case 'not the author':
      throw new Problem(
        'not-the-author',
        `Message ${wanted.seq} was written by somebody else. Only its author may change it.`,
      )
    case 'changed': {
      const { chatroom, message, entry } = changed
      if (entry) {
        const frame = entryFrameOf({ ...message, ...entry, type: wanted.type, target: message.seq })
        publish(c, request.room.key, entry.roomId, { frame, joined: false })
      }
      return messageView(chatroom, message)
    }
  }
}

/** `/chatroom/:name/message`. */
export const messages = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', historyQuery), async (c) => {
    const { limit, before, after, userName } = c.req.valid('query')
    const ifNoneMatch = c.req.header('If-None-Match')
    const request = { ...(await readRequest(c, c.req.valid('param').name, userName)), before, ifNoneMatch }
    if (c.req.method === 'HEAD') {
      const { version, readers, isKnown } = await pageVersion(c.var.db, request)
      setEtag(c, version, readers)
      return isKnown ? notModified(c) : headOfJson(c)
    }
    const { version, readers, chatroom, page } = await listMessages(c.var.db, { ...request, limit, after })
    setEtag(c, version, readers)
    if (!page) return notModified(c)
    const edge = after === undefined ? page.rows.at(0) : page.rows.at(-1)
    const onward = after === undefined ? { before: edge?.seq } : { after: edge?.seq }
    const query = { limit, ...onward, userName: userName?.name }
    const next = page.more ? nextPage(c, pathOf(chatroom), query) : null
    return c.json({ messages: page.rows.map((row) => messageView(chatroom, row)), next }, 200)
  })
  .post(
    '/',
    valid('param', chatroomParams),
    valid('header', sendHeaders),
    valid('json', messageBody, { actor: true }),
    async (c) => {
      const { 'Idempotency-Key': idempotencyKey } = c.req.valid('header')
      const { userName, message: text } = c.req.valid('json')
      const request = await writeRequest(c, c.req.valid('param').name, userName)
      const sent = await sendMessage(c.var.db, request, { text, idempotencyKey })
      const { roomId, message, row, replayed, joined } = sent
      if (replayed) c.header('Idempotent-Replayed', 'true')
      else {
        const frame = entryFrameOf({ ...row, type: 'message', target: null })
        publish(c, request.room.key, roomId, { frame, joined })
      }
      return c.json(message, 201, { Location: `${pathOf(message.chatroom)}/${message.seq}` })
    },
  )
  .get('/:seq', valid('param', messageParams), valid('query', readerQuery), async (c) => {
    const { name, seq } = c.req.valid('param')
    const request = await readRequest(c, name, c.req.valid('query').userName)
    const { chatroom, readers, message } = await findMessage(c.var.db, request, seq)
    if (!message) throw messageNotFound(seq)
    return jsonOrNotModified(c, messageView(chatroom, message), readers)
  })
  .patch('/:seq', valid('param', messageParams), valid('json', messageBody, { actor: true }), async (c) => {
    const { name, seq } = c.req.valid('param')
    const { userName, message: text } = c.req.valid('json')
    return c.json(await change(c, await writeRequest(c, name, userName), { type: 'edit', seq, text }), 200)
  })
  .delete('/:seq', valid('param', messageParams), valid('query', actorQuery, { actor: true }), async (c) => {
    const { name, seq } = c.req.valid('param')
    const request = await deleteRequest(c, name, c.req.valid('query').userName)
    return c.json(await change(c, request, { type: 'delete', seq }), 200)
  })
