import { Hono } from 'hono'
import { credentialOf, readRequest, roleRequest, writerOf } from '../auth/credential'
import { Refused } from '../auth/refusals'
import { chatroomBody, chatroomListQuery, chatroomParams, readerQuery, settingsBody } from '../contract'
import { ownSeconds } from '../db/site-settings'
import type { Env } from '../env'
import { jsonOrNotModified } from '../http/etag'
import { nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { chatroomNotFound, nameTaken, userNotFound } from '../http/problems'
import { valid } from '../http/validate'
import { ownWords } from '../moderation/blocked-words'
import { notify } from '../notify'
import { findCountedRooms } from './counts'
import { roomPolicy, siteRetention } from './policy'
import { changeRoom, createRoom, deleteRoom, findRoom, listRooms, mayRead } from './store'
import { chatroomView, countedChatroomView, publicChatroomView } from './view'

/** Throws a 400 problem for more days than the site keeps messages. */
const checkRetention = (
  vars: { RETENTION_DAYS?: number | string },
  days: number | null | undefined,
): void => {
  const ofSite = siteRetention(vars)
  if (!ofSite || !days || days <= ofSite) return
  const message = `must be ${ofSite} or less, because this site removes messages after ${ofSite} days (RETENTION_DAYS)`
  throw new Problem('invalid-request', `retentionDays ${message}`, {
    errors: [{ path: 'retentionDays', message }],
  })
}

/** `/api/chatroom`, also mounted as `/api/chatrooms`. */
export const rooms = new Hono<Env>()
  .get('/', valid('query', chatroomListQuery), async (c) => {
    const { limit, cursor, name } = c.req.valid('query')
    if (name !== undefined) {
      const found = await findCountedRooms(c.var.db, name)
      return c.json({ chatrooms: found.map((row) => countedChatroomView(c.env, row)), next: null }, 200)
    }
    const { rows, more } = await listRooms(c.var.db, { limit, cursor })
    const last = rows.at(-1)
    const next = more && last ? nextPage(c, '/api/chatroom', { limit, cursor: last.id }) : null
    return c.json({ chatrooms: rows.map((row) => publicChatroomView(c.env, row)), next }, 200)
  })
  .post('/', valid('json', chatroomBody), async (c) => {
    const { name, title, owner } = c.req.valid('json')
    const policy = roomPolicy(c.env)
    // Nobody owns a room of the site, so that a visit without a name may make it, also where writes need a token.
    const credential = policy === 'site' ? await credentialOf(c) : await writerOf(c)
    // Only admins make rooms then, and nothing limits them.
    const giveBack = policy === 'admin' ? undefined : await c.var.limits.countRoom()
    const room = await createRoom(c.var.db, {
      name,
      title,
      isOwn: owner !== null,
      policy,
      credential,
      network: await c.var.limits.network(),
      now: Date.now(),
    }).catch((error: unknown) => {
      // After any other error the room may be there.
      if (error instanceof Refused) giveBack?.()
      throw error
    })
    if (!room) giveBack?.()
    if (!room) throw nameTaken(name.name, (await findRoom(c.var.db, name))?.name)
    return c.json(chatroomView(c.env, room), 201, { Location: `/chatroom/${encodeURIComponent(room.name)}` })
  })

/** `/chatroom/:name`. */
export const room = new Hono<Env>()
  .get('/:name', valid('param', chatroomParams), valid('query', readerQuery), async (c) => {
    const { name } = c.req.valid('param')
    const room = await findRoom(c.var.db, name)
    if (!room) throw chatroomNotFound(name.name)
    const isAsked = room.readers === 'members' && room.pinned.length > 0
    const isReader =
      isAsked && (await mayRead(c.var.db, await readRequest(c, name, c.req.valid('query').userName)))
    c.set('isDenied', isAsked && !isReader)
    const view = isReader ? chatroomView : publicChatroomView
    return jsonOrNotModified(c, view(c.env, room), room.readers)
  })
  .patch('/:name', valid('param', chatroomParams), valid('json', settingsBody), async (c) => {
    const { name } = c.req.valid('param')
    const given = c.req.valid('json')
    const { owner, blockedWords, reactions } = given
    const changes = {
      ...given,
      owner,
      slowModeSeconds: ownSeconds(given.slowModeSeconds),
      newcomerLinkSeconds: ownSeconds(given.newcomerLinkSeconds),
      newcomerMentionSeconds: ownSeconds(given.newcomerMentionSeconds),
      newcomerReactionSeconds: ownSeconds(given.newcomerReactionSeconds),
      blockedWords: ownWords(blockedWords),
      reactions: reactions && [...new Set(reactions)],
    }
    checkRetention(c.env, given.retentionDays)
    const request = await roleRequest(c, name)
    const room = await changeRoom(c.var.db, request, changes)
    if (!room) throw userNotFound(owner?.name ?? '')
    const chatroom = chatroomView(c.env, room)
    notify(c, name.key, async (hub) => {
      await hub.broadcast(room.id, { type: 'room', chatroom })
      // Listeners may have to be members now, or the room was handed on by an owner who is none.
      await hub.checkAccess()
    })
    return c.json(chatroom, 200)
  })
  .delete('/:name', valid('param', chatroomParams), async (c) => {
    const request = await roleRequest(c, c.req.valid('param').name)
    const { roomId, name } = await deleteRoom(c.var.db, request)
    notify(c, request.room.key, (hub) => hub.endRoom(roomId))
    return c.json({ name, deleted: true as const }, 200)
  })
