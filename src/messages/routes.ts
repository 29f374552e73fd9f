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
import { slowMode } from '../limits/refusal'
import { nameKey } from '../name'
import { nextPage } from '../paging'
import { messageNotFound, Problem, refusedBecause } from '../problem'
import { valid } from '../validate'
import { change, findMessage, history, type MessageRow, send } from './store'

const time = (milliseconds: number) => new Date(milliseconds).toISOString()

const view = (chatroom: string, row: MessageRow): Message => ({
  seq: row.seq,
  chatroom,
  userName: row.userName,
  message: row.text,
  createdAt: time(row.createdAt),
  ...(row.editedAt !== null && { editedAt: time(row.editedAt) }),
  ...(row.deletedAt !== null && { deletedAt: time(row.deletedAt) }),
})

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
    case 'changed':
      return view(done.chatroom, done.message)
  }
}

// What a 304 keeps beside the standard's own: without its CORS headers a page of another origin can't read it.
const retainedHeaders = [
  ...RETAINED_304_HEADERS,
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
      return c.json({ messages: rows.map((row) => view(listed.chatroom, row)), next }, 200)
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
      const idempotency = key === undefined ? undefined : { key, fingerprint: await digest(`${key} ${text}`) }
      const sent = await send(c.var.db, {
        roomKey: nameKey(name),
        actor: await actorOf(c, userName),
        text,
        now: Date.now(),
        idempotency,
      })
      switch (sent.outcome) {
        case 'refused':
          throw refusedBecause(sent.refusal, { chatroom: name, user: userName })
        case 'too soon':
          throw slowMode(sent.waitMilliseconds)
        case 'key reused':
          throw new Problem('idempotency-key-reused', 'This Idempotency-Key stood for another message.')
        case 'replayed':
          c.header('Idempotent-Replayed', 'true')
      }
      const Location = `${pathOf(sent.chatroom)}/${sent.message.seq}`
      return c.json(view(sent.chatroom, sent.message), 201, { Location })
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
        return c.json(view(found.chatroom, found.message), 200)
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
