import { type Context, Hono } from 'hono'
import type * as z from 'zod/mini'
import type { RoomRequest } from '../auth/actor'
import { isAdmin, readRequest, roleRequest, writeRequest } from '../auth/credential'
import { Refused } from '../auth/refusals'
import {
  type Audience,
  actorQuery,
  chatroomParams,
  historyQuery,
  type Message,
  type MessageList,
  messageBody,
  messageParams,
  newMessageBody,
  purgeQuery,
  readerQuery,
  sendHeaders,
} from '../contract'
import type { Env } from '../env'
import { taggedVersion, versionsIn } from '../files/page-tags'
import { removeObjects } from '../files/remove-objects'
import { linksFor } from '../files/request-links'
import { type HeldRow, heldView, tooManyHeld } from '../held/view'
import { jsonOrNotModified, notModified, setEtag } from '../http/etag'
import { linkedPage, nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { messageNotFound, userNotFound } from '../http/problems'
import { valid } from '../http/validate'
import type { WithKeys } from '../http/with-keys'
import type { Name } from '../lib/name'
import { queryWords } from '../lib/search-text'
import { notify, publish } from '../notify'
import { defaultApproval } from '../rooms/policy'
import { tellRoom } from '../rooms/tell-room'
import { type Change, changeMessage } from './change-message'
import { entryFrameOf } from './entry-frames'
import { listMessages } from './history'
import { purge } from './purge'
import { searchMessages } from './search'
import { messageView, sendMessage } from './send-message'
import { findMessage } from './store'

const pathOf = (chatroom: string) => `/chatroom/${encodeURIComponent(chatroom)}/message`

/** Returns the request of a deletion. An admin needs no name for it, and acts as itself if it gives one. */
const deleteRequest = async (c: Context<Env>, room: Name, user: Name | undefined): Promise<RoomRequest> =>
  (await isAdmin(c)) ? roleRequest(c, room) : writeRequest(c, room, user)

/** Tells those who moderate a room that a message waits. */
const tellHeld = async (
  c: Context<Env>,
  roomKey: string,
  { roomId, chatroom, row }: { roomId: number; chatroom: string; row: HeldRow },
): Promise<void> => {
  const held = heldView(chatroom, row, await linksFor(c, [row]))
  notify(c, roomKey, (hub) =>
    hub.tellHeld(roomId, held.userId ?? 0, { type: 'held', state: 'waiting', id: held.id, held }),
  )
}

/** Tells those who moderate a room, and the author, that edits wait no longer. */
const tellReplaced = (
  c: Context<Env>,
  roomKey: string,
  roomId: number,
  { authorId, ids }: { authorId: number | null; ids: string[] },
): void => {
  for (const id of ids)
    notify(c, roomKey, (hub) => hub.tellHeld(roomId, authorId ?? 0, { type: 'held', state: 'refused', id }))
}

/** Changes a message, and tells the room's listeners. */
const change = async (
  c: Context<Env>,
  request: RoomRequest,
  wanted: Change,
): Promise<{ held: true; id: string } | Message> => {
  const changed = await changeMessage(c.var.db, request, wanted, defaultApproval(c.env))
  switch (changed.outcome) {
    case 'no message':
      throw messageNotFound(wanted.seq)
    case 'not the author':
      throw new Problem(
        'not-the-author',
        `Message ${wanted.seq} was written by somebody else. Only its author may change it.`,
      )
    case 'no text': {
      const message = 'message must not be empty, because the message has no files'
      throw new Problem('invalid-request', message, { errors: [{ path: 'message', message }] })
    }
    case 'too many wait':
      throw tooManyHeld()
    case 'held': {
      const { chatroom, roomId, row, replaced } = changed
      tellReplaced(c, request.room.key, roomId, { authorId: row.userId, ids: replaced })
      await tellHeld(c, request.room.key, { roomId, chatroom, row })
      return { held: true, id: row.id }
    }
    case 'changed': {
      const { roomId, chatroom, message, entry, unpinned, replaced, files } = changed
      removeObjects(c, files)
      tellReplaced(c, request.room.key, roomId, { authorId: message.userId, ids: replaced })
      const links = await linksFor(c, [message])
      if (entry) {
        const frame = entryFrameOf({ ...message, ...entry, type: wanted.type, target: message.seq }, links)
        publish(c, request.room.key, entry.roomId, { frame, joined: false })
      }
      if (unpinned) tellRoom(c, request.room.key, unpinned)
      return messageView(chatroom, message, links)
    }
  }
}

type HistoryQuery = WithKeys<z.output<typeof historyQuery>>

/** Returns the words to search for. Throws a 400 problem if there are none. */
const searchedWords = (query: string): string[] => {
  const words = queryWords(query)
  if (words.length > 0) return words
  const message = 'q must hold a letter, a digit or another character to search for'
  throw new Problem('invalid-request', message, { errors: [{ path: 'q', message }] })
}

/** Returns the answer to a search for words or for the messages of an author. */
const search = async (c: Context<Env>, room: Name, query: HistoryQuery): Promise<[MessageList, Audience]> => {
  const { limit, before, after, author, replyTo, q, userName } = query
  const words = q === undefined ? undefined : searchedWords(q)
  const request = await readRequest(c, room, userName)
  const found = await searchMessages(c.var.db, { ...request, limit, before, after, author, replyTo, words })
  const { chatroom, readers, rows } = found
  const onward = after === undefined ? { before: found.next } : { after: found.next }
  const asked = { q, author: author?.name, replyTo, limit, ...onward, userName: userName?.name }
  const next = found.next === undefined ? null : nextPage(c, pathOf(chatroom), asked)
  const links = await linksFor(c, [...rows, ...found.quoted])
  const messages = rows.map((row) => ({
    ...messageView(chatroom, row, links),
    ...(row.found && { found: row.found }),
  }))
  return [{ messages, quoted: found.quoted.map((row) => messageView(chatroom, row, links)), next }, readers]
}

/** Answers with a page of messages, or those that are found. */
const answerPage = async (c: Context<Env>, name: Name, asked: HistoryQuery) => {
  const { limit, before, after, around, userName } = asked
  if (asked.q !== undefined || asked.author || asked.replyTo !== undefined)
    return jsonOrNotModified(c, ...(await search(c, name, asked)))
  const header = c.req.header('If-None-Match')
  const reader = await readRequest(c, name, userName)
  const { now } = reader
  const request = { ...reader, before, after, around, limit, ifNoneMatch: versionsIn(header, now) }
  const { version, lastSeq, readers, chatroom, isKnown, page } = await listMessages(c.var.db, request)
  if (page.isMissing) throw messageNotFound(around ?? 0)
  const rows = [...page.rows, ...page.quoted]
  setEtag(c, taggedVersion(version, { now, header, rows }), readers)
  c.header('Parlour-Seq', String(lastSeq))
  if (isKnown) return notModified(c)
  const older = { before: page.rows.at(0)?.seq ?? around }
  const newer = { after: page.rows.at(-1)?.seq }
  const link = (rel: 'next' | 'prev', onward: object) =>
    linkedPage(c, rel, pathOf(chatroom), { limit, ...onward, userName: userName?.name })
  const isForwards = after !== undefined || around !== undefined
  const links = await linksFor(c, rows)
  const body: MessageList = {
    messages: page.rows.map((row) => messageView(chatroom, row, links)),
    quoted: page.quoted.map((row) => messageView(chatroom, row, links)),
    ...(around !== undefined && { previous: page.older ? link('prev', older) : null }),
    next: page.more ? link('next', isForwards ? newer : older) : null,
  }
  return c.json(body, 200)
}

/** `/chatroom/:name/message`. */
export const messages = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', historyQuery), async (c) => {
    const asked = c.req.valid('query')
    try {
      return await answerPage(c, c.req.valid('param').name, asked)
    } catch (error) {
      const isMissing = error instanceof Refused && error.refusal === 'no chatroom'
      if (!isMissing || asked.ifMissing !== 'empty') throw error
      c.set('isDenied', true)
      // The room may exist a moment later.
      c.header('Cache-Control', 'no-store')
      c.header('Parlour-Seq', '0')
      return c.json({ messages: [], quoted: [], next: null } satisfies MessageList, 200)
    }
  })
  .post(
    '/',
    valid('param', chatroomParams),
    valid('header', sendHeaders),
    valid('json', newMessageBody, { actor: true }),
    async (c) => {
      const { 'Idempotency-Key': idempotencyKey, 'Parlour-After': after } = c.req.valid('header')
      const { userName, message: text, replyTo, files } = c.req.valid('json')
      const request = await writeRequest(c, c.req.valid('param').name, userName)
      const approval = defaultApproval(c.env)
      const message = { text, replyTo: replyTo ?? undefined, files, idempotencyKey, after, approval }
      const sent = await sendMessage(c.var.db, request, message)
      if (sent.outcome === 'held') {
        const { id, row } = sent
        if (sent.replayed) c.header('Idempotent-Replayed', 'true')
        if (row) await tellHeld(c, request.room.key, { ...sent, row })
        return c.json({ held: true as const, id }, 202)
      }
      const { roomId, chatroom, row, replayed, joined } = sent
      const links = await linksFor(c, [row])
      if (replayed) {
        c.header('Idempotent-Replayed', 'true')
        // The first request may have ended before it told the hub.
        notify(c, request.room.key, (hub) => hub.readUpTo(roomId, row.seq))
      } else {
        const frame = entryFrameOf({ ...row, type: 'message', target: null }, links)
        publish(c, request.room.key, roomId, { frame, joined })
      }
      return c.json(messageView(chatroom, row, links), 201, { Location: `${pathOf(chatroom)}/${row.seq}` })
    },
  )
  .delete('/', valid('param', chatroomParams), valid('query', purgeQuery), async (c) => {
    const { author, authorOf = 0, from, upTo } = c.req.valid('query')
    const request = await roleRequest(c, c.req.valid('param').name)
    const span = {
      from: from === undefined ? 0 : Date.parse(from),
      upTo: upTo === undefined ? request.now : Date.parse(upTo),
    }
    const purged = await purge(c.var.db, request, author ?? { authorOf }, span)
    if (!purged) throw author ? userNotFound(author.name) : messageNotFound(authorOf)
    const { userName, count, roomId, lastSeq, unpinned, files } = purged
    removeObjects(c, files)
    if (lastSeq !== undefined) notify(c, request.room.key, (hub) => hub.readUpTo(roomId, lastSeq))
    if (unpinned) tellRoom(c, request.room.key, unpinned)
    return c.json({ userName, deletedCount: count }, 200)
  })
  .get('/:seq', valid('param', messageParams), valid('query', readerQuery), async (c) => {
    const { name, seq } = c.req.valid('param')
    const request = await readRequest(c, name, c.req.valid('query').userName)
    const { chatroom, readers, message } = await findMessage(c.var.db, request, seq)
    if (!message) throw messageNotFound(seq)
    return jsonOrNotModified(c, messageView(chatroom, message, await linksFor(c, [message])), readers)
  })
  .patch('/:seq', valid('param', messageParams), valid('json', messageBody, { actor: true }), async (c) => {
    const { name, seq } = c.req.valid('param')
    const { userName, message: text } = c.req.valid('json')
    const changed = await change(c, await writeRequest(c, name, userName), { type: 'edit', seq, text })
    return 'held' in changed ? c.json(changed, 202) : c.json(changed, 200)
  })
  .delete('/:seq', valid('param', messageParams), valid('query', actorQuery, { actor: true }), async (c) => {
    const { name, seq } = c.req.valid('param')
    const request = await deleteRequest(c, name, c.req.valid('query').userName)
    const changed = await change(c, request, { type: 'delete', seq })
    return c.json(changed as Message, 200)
  })
