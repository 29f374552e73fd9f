import { type Context, Hono } from 'hono'
import { readRequest, roleRequest } from '../auth/credential'
import { type Chatroom, chatroomParams, MAX_PINS, messageParams, readerQuery } from '../contract'
import type { Env } from '../env'
import { linksFor } from '../files/request-links'
import { jsonOrNotModified } from '../http/etag'
import { Problem } from '../http/problem'
import { messageNotFound } from '../http/problems'
import { valid } from '../http/validate'
import type { Name } from '../lib/name'
import { messageView } from '../messages/send-message'
import { tellRoom } from '../rooms/tell-room'
import { chatroomView } from '../rooms/view'
import { listPinned, setPin } from './store'

/** Pins or unpins a message, and tells the room's listeners. */
const change = async (
  c: Context<Env>,
  { name, seq, action }: { name: Name; seq: number; action: 'pin' | 'unpin' },
): Promise<Chatroom> => {
  const request = await roleRequest(c, name)
  const pinned = await setPin(c.var.db, request, { seq, action })
  switch (pinned.outcome) {
    case 'no message':
      throw messageNotFound(seq)
    case 'too many':
      throw new Problem(
        'too-many-pins',
        `This chatroom has ${MAX_PINS} pinned messages already, which is the most. Unpin another one first.`,
      )
    case 'stands':
      // Also if nothing had to be changed: the answer to the change may have been lost.
      tellRoom(c, name.key, pinned.room)
      return chatroomView(c.env, pinned.room)
  }
}

/** `/chatroom/:name/pin`. */
export const pins = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', readerQuery), async (c) => {
    const request = await readRequest(c, c.req.valid('param').name, c.req.valid('query').userName)
    const { chatroom, readers, rows } = await listPinned(c.var.db, request)
    const links = await linksFor(c, rows)
    return jsonOrNotModified(c, { messages: rows.map((row) => messageView(chatroom, row, links)) }, readers)
  })
  .put('/:seq', valid('param', messageParams), async (c) =>
    c.json(await change(c, { ...c.req.valid('param'), action: 'pin' }), 200),
  )
  .delete('/:seq', valid('param', messageParams), async (c) =>
    c.json(await change(c, { ...c.req.valid('param'), action: 'unpin' }), 200),
  )
