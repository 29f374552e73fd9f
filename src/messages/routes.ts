import { type Context, Hono } from 'hono'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'
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
import { actorOf, readerOf } from '../identity/credential'
import { digest } from '../identity/token'
import { announce } from '../live/announce'
import { frameOf } from '../live/frames'
import { careful } from '../middleware'
import { nameKey } from '../name'
import { nextPage } from '../paging'
import { messageNotFound, Problem, refusedBecause } from '../problem'
import { valid } from '../validate'
import { messageView, sendMessage } from './sending'
import { change, findMessage, history } from './store'

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
        const frame = frameOf({ ...message, ...entry, type: wanted.type, target: message.seq })
        announce(c, nameKey(name), (hub) => hub.publish(entry.roomId, frame))
      }
      return messageView(chatroom, message)
    }
  }
}

// What a 304 keeps beside the standard's own: what a page of another origin needs to read it, and what a browser is to heed.
const retainedHeaders = [
  ...RETAINED_304_HEADERS,
  ...careful.map(([name]) => name),
  'access-control-allow-origin',
  'access-control-expose-headers',
  'link',
  'x-request-id',
]

/** `/chatroom/:name/message`. */
export const messages = new Hono<Env>()
  .get(
    '/',
    valid('param', chatroomParams),
    valid('query', historyQuery),
    etag({ retainedHeaders }),
    async (c) => {
      const { name } = c.req.valid('param')
      const { limit, before, after, userName } = c.req.valid('query')
      const actor = await readerOf(c, userName)
      const listed = await history(c.var.db, { roomKey: nameKey(name), actor, limit, before, after })
      if (listed.outcome === 'refused')
        throw refusedBecause(listed.refusal, { chatroom: name, user: userName })
      const { rows, more } = listed.page
      const edge = after === undefined ? rows.at(0) : rows.at(-1)
      const onward = edge && (after === undefined ? { before: edge.seq } : { after: edge.seq })
      const next =
        more && onward ? nextPage(c, pathOf(listed.chatroom), { limit, ...onward, userName }) : null
      const page = { messages: rows.map((row) => messageView(listed.chatroom, row)), next }
      // From the text, which is much less work than what Hono does without: it reads the answer it has made through a copy.
      c.header('ETag', `"${await digest(JSON.stringify(page))}"`)
      return c.json(page, 200)
    },
  )
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
        const frame = frameOf({ ...row, type: 'message', target: null })
        announce(c, nameKey(name), (hub) => hub.publish(roomId, frame, joined))
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
        return c.json(messageView(found.chatroom, found.message), 200)
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
