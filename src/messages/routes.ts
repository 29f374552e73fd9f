import { type Context, Hono } from 'hono'
import { actorOf, readerOf } from '../auth/credential'
import { refusedBecause } from '../auth/refusals'
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
import { messageNotFound, Problem } from '../http/problem'
import { valid } from '../http/validate'
import { nameKey } from '../lib/name-key'
import { notify } from '../notify'
import { entryFrameOf } from './entry-frames'
import { listMessages, pageVersion } from './history'
import { messageView, sendMessage } from './send-message'
import { change, findMessage } from './store'

const pathOf = (chatroom: string) => `/chatroom/${encodeURIComponent(chatroom)}/message`

type Wanted = { name: string; userName: string | undefined; seq: number } & (
  | { type: 'edit'; text: string }
  | { type: 'delete' }
)

const changed = async (c: Context<Env>, { name, userName, ...wanted }: Wanted): Promise<Message> => {
  const actor = await actorOf(c, userName)
  const done = await change(c.var.db, { ...wanted, roomKey: nameKey(name), actor, now: Date.now() })
  switch (done.outcome) {
    case 'refused':
      throw refusedBecause(done.refusal, { chatroom: name, user: userName })
    case 'no message':
      throw messageNotFound(wanted.seq)
    case 'not the author':
      throw new Problem('not-the-author', `Message ${wanted.seq} was written by somebody else.`)
    case 'changed': {
      const { chatroom, message, entry } = done
      if (entry) {
        const frame = entryFrameOf({ ...message, ...entry, type: wanted.type, target: message.seq })
        notify(c, nameKey(name), (hub) => hub.publish(entry.roomId, frame))
      }
      return messageView(chatroom, message)
    }
  }
}

/** `/chatroom/:name/message`. */
export const messages = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', historyQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { limit, before, after, userName } = c.req.valid('query')
    const asked = {
      roomKey: nameKey(name),
      actor: await readerOf(c, userName),
      before,
      known: c.req.header('If-None-Match'),
    }
    const found =
      c.req.method === 'HEAD'
        ? await pageVersion(c.var.db, asked)
        : await listMessages(c.var.db, { ...asked, limit, after })
    if (found.outcome === 'refused') throw refusedBecause(found.refusal, { chatroom: name, user: userName })
    setEtag(c, found.version, found.readers)
    if (found.outcome === 'unchanged') return notModified(c)
    if (found.outcome === 'unread') return headOfJson(c)
    const { chatroom, page } = found
    const edge = after === undefined ? page.rows.at(0) : page.rows.at(-1)
    const onward = edge && (after === undefined ? { before: edge.seq } : { after: edge.seq })
    const next = page.more && onward ? nextPage(c, pathOf(chatroom), { limit, ...onward, userName }) : null
    return c.json({ messages: page.rows.map((row) => messageView(chatroom, row)), next }, 200)
  })
  .post(
    '/',
    valid('param', chatroomParams),
    valid('header', sendHeaders),
    valid('json', messageBody, { actor: true }),
    async (c) => {
      const { name } = c.req.valid('param')
      const { 'Idempotency-Key': key } = c.req.valid('header')
      const { userName, message: text } = c.req.valid('json')
      const actor = await actorOf(c, userName)
      const sending = { chatroom: name, actor, userName, text, key }
      const { roomId, message, row, replayed, joined } = await sendMessage(c.var.db, sending)
      if (replayed) c.header('Idempotent-Replayed', 'true')
      else {
        const frame = entryFrameOf({ ...row, type: 'message', target: null })
        notify(c, nameKey(name), (hub) => hub.publish(roomId, frame, joined))
      }
      return c.json(message, 201, { Location: `${pathOf(message.chatroom)}/${message.seq}` })
    },
  )
  .get('/:seq', valid('param', messageParams), valid('query', readerQuery), async (c) => {
    const { name, seq } = c.req.valid('param')
    const { userName } = c.req.valid('query')
    const found = await findMessage(c.var.db, nameKey(name), await readerOf(c, userName), seq)
    switch (found.outcome) {
      case 'refused':
        throw refusedBecause(found.refusal, { chatroom: name, user: userName })
      case 'no message':
        throw messageNotFound(seq)
      case 'found':
        return jsonOrNotModified(c, messageView(found.chatroom, found.message), found.readers)
    }
  })
  .patch('/:seq', valid('param', messageParams), valid('json', messageBody, { actor: true }), async (c) => {
    const { userName, message: text } = c.req.valid('json')
    return c.json(await changed(c, { ...c.req.valid('param'), userName, type: 'edit', text }), 200)
  })
  .delete('/:seq', valid('param', messageParams), valid('query', actorQuery, { actor: true }), async (c) => {
    const { userName } = c.req.valid('query')
    return c.json(await changed(c, { ...c.req.valid('param'), userName, type: 'delete' }), 200)
  })
