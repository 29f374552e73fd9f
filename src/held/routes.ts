import { type Context, Hono } from 'hono'
import type { RoomRequest } from '../auth/actor'
import { readRequest, roleRequest, writerOf } from '../auth/credential'
import { actorQuery, chatroomParams, heldAuthorQuery, heldParams, listQuery, readerQuery } from '../contract'
import type { Env } from '../env'
import { removeObjects } from '../files/remove-objects'
import { linksFor } from '../files/request-links'
import { nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { valid } from '../http/validate'
import { entryFrameOf } from '../messages/entry-frames'
import { messageView } from '../messages/send-message'
import { notify, publish } from '../notify'
import { type Approval, approveHeld } from './approve'
import { findHeld, listHeld, type Refusal, refuseHeld, type Which } from './store'
import { heldView } from './view'

const heldNotFound = (id: string) =>
  new Problem(
    'held-not-found',
    `No message "${id}" waits for approval here. It was approved, refused or taken back, or has waited for 30 days.`,
  )

const obstacleProblem = ({ why, userName, edits }: NonNullable<Approval['obstacle']>): Problem => {
  switch (why) {
    case 'banned from site':
      return new Problem(
        'not-approvable',
        `"${userName}" is banned from this site. Lift that first, or refuse the message.`,
      )
    case 'banned':
    case 'muted':
      return new Problem(
        'not-approvable',
        `"${userName}" is ${why} in this chatroom. Lift that first, or refuse the message.`,
      )
    case 'no member':
      return new Problem(
        'not-approvable',
        `Only members may post in this chatroom, and "${userName}" is none. Invite the user first, or refuse the message.`,
      )
    case 'no message':
      return new Problem(
        'message-not-found',
        `Message ${edits} is deleted, so this edit of it can't be approved. Refuse the edit.`,
      )
  }
}

/** Approves held messages, and tells the room's listeners. Throws the problem if none could be approved. */
const approve = async (c: Context<Env>, request: RoomRequest, which: Which): Promise<Approval> => {
  const approval = await approveHeld(c.var.db, request, which)
  const { roomId, approved, joined, obstacle } = approval
  if (approved.length === 0 && obstacle) throw obstacleProblem(obstacle)
  const links = await linksFor(
    c,
    approved.map(({ message }) => message),
  )
  for (const [index, { id, message, edit }] of approved.entries()) {
    const { userId, seq } = message
    const frame = edit
      ? entryFrameOf({ ...message, ...edit, type: 'edit', target: seq }, links)
      : entryFrameOf({ ...message, type: 'message', target: null }, links)
    publish(c, request.room.key, roomId, { frame, joined: joined && index === 0 })
    notify(c, request.room.key, (hub) =>
      hub.tellHeld(roomId, userId ?? 0, { type: 'held', state: 'approved', id, messageSeq: seq }),
    )
  }
  return approval
}

const refuse = async (c: Context<Env>, request: RoomRequest, which: Which): Promise<Refusal[]> => {
  const { roomId, refused, files } = await refuseHeld(c.var.db, request, which)
  removeObjects(c, files)
  for (const { id, authorId } of refused)
    notify(c, request.room.key, (hub) =>
      hub.tellHeld(roomId, authorId, { type: 'held', state: 'refused', id }),
    )
  return refused
}

const pathOf = (chatroom: string) => `/chatroom/${encodeURIComponent(chatroom)}/held`

/** `/chatroom/:name/held`. An open name sees a held message only by its id, which a stranger under the name can't know. */
export const held = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const request = await roleRequest(c, c.req.valid('param').name)
    const { chatroom, page } = await listHeld(c.var.db, request, { limit, cursor })
    const last = page.rows.at(-1)
    const next = page.more && last ? nextPage(c, pathOf(chatroom), { limit, cursor: last.createdAt }) : null
    const links = await linksFor(c, page.rows)
    return c.json({ held: page.rows.map((row) => heldView(chatroom, row, links)), next }, 200)
  })
  .put('/', valid('param', chatroomParams), valid('query', heldAuthorQuery), async (c) => {
    const { author } = c.req.valid('query')
    const request = await roleRequest(c, c.req.valid('param').name)
    const { approved } = await approve(c, request, { author })
    return c.json({ approvedCount: approved.length }, 200)
  })
  .delete('/', valid('param', chatroomParams), valid('query', heldAuthorQuery), async (c) => {
    const { author } = c.req.valid('query')
    const request = await roleRequest(c, c.req.valid('param').name)
    return c.json({ refusedCount: (await refuse(c, request, { author })).length }, 200)
  })
  .get('/:id', valid('param', heldParams), valid('query', readerQuery), async (c) => {
    const { name, id } = c.req.valid('param')
    const request = await readRequest(c, name, c.req.valid('query').userName)
    const { chatroom, row } = await findHeld(c.var.db, request, id)
    if (!row) throw heldNotFound(id)
    return c.json(heldView(chatroom, row, await linksFor(c, [row])), 200)
  })
  .put('/:id', valid('param', heldParams), async (c) => {
    const { name, id } = c.req.valid('param')
    const { chatroom, approved } = await approve(c, await roleRequest(c, name), { id })
    const [first] = approved
    if (!first) throw heldNotFound(id)
    return c.json(messageView(chatroom, first.message, await linksFor(c, [first.message])), 200)
  })
  .delete('/:id', valid('param', heldParams), valid('query', actorQuery), async (c) => {
    const { name, id } = c.req.valid('param')
    await writerOf(c)
    const request = await readRequest(c, name, c.req.valid('query').userName)
    const [refused] = await refuse(c, request, { id })
    if (!refused) throw heldNotFound(id)
    return c.json({ id, refused: true as const }, 200)
  })
