import { type Context, Hono } from 'hono'
import type { RoomRequest } from '../auth/actor'
import { readRequest, writeRequest } from '../auth/credential'
import {
  actorQuery,
  MAX_REACTIONS,
  type Message,
  messageParams,
  type Reaction,
  reactionBody,
  reactionListQuery,
  reactionParams,
} from '../contract'
import type { Env } from '../env'
import { linksFor } from '../files/request-links'
import { nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { messageNotFound } from '../http/problems'
import { valid } from '../http/validate'
import { entryFrameOf } from '../messages/entry-frames'
import { messageView } from '../messages/send-message'
import { publish } from '../notify'
import { listReactions, type ReactionRow, react } from './store'

const reactionView = ({ reaction, userId, userName, isUser }: ReactionRow): Reaction => ({
  reaction,
  userId: isUser ? userId : null,
  userName,
})

/** Adds or takes back a reaction, and tells the room's listeners. */
const change = async (
  c: Context<Env>,
  request: RoomRequest,
  { seq, emoji, kind }: { seq: number; emoji: string; kind: 'add' | 'take back' },
): Promise<Message> => {
  const reacted = await react(c.var.db, { ...request, seq, reaction: emoji, change: { kind } })
  switch (reacted.outcome) {
    case 'no message':
      throw messageNotFound(seq)
    case 'not allowed': {
      const { allowed } = reacted
      const others = allowed.length > 0 ? `Allowed: ${allowed.join(' ')}.` : 'It allows no reactions.'
      throw new Problem('reaction-not-allowed', `This chatroom does not allow ${emoji}. ${others}`)
    }
    case 'too many':
      throw new Problem(
        'too-many-reactions',
        `Message ${seq} has ${MAX_REACTIONS} different emoji already, which is the most. Give it one of those.`,
      )
    case 'stands': {
      const { chatroom, message, entry } = reacted
      const links = await linksFor(c, [message])
      if (entry) {
        const [type, reaction, isAdded] = ['reaction' as const, emoji, kind === 'add']
        const frame = entryFrameOf({ ...message, ...entry, type, reaction, isAdded, target: seq }, links)
        publish(c, request.room.key, entry.roomId, { frame, joined: false })
      }
      return messageView(chatroom, message, links)
    }
  }
}

/** `/chatroom/:name/message/:seq/reaction`. */
export const reactions = new Hono<Env>()
  .get('/', valid('param', messageParams), valid('query', reactionListQuery), async (c) => {
    const { name, seq } = c.req.valid('param')
    const { limit, cursor, reaction, userName } = c.req.valid('query')
    const request = await readRequest(c, name, userName)
    const found = await listReactions(c.var.db, { ...request, seq, reaction, cursor, limit })
    if (!found) throw messageNotFound(seq)
    const { chatroom, page } = found
    const last = page.rows.at(-1)
    const path = `/chatroom/${encodeURIComponent(chatroom)}/message/${seq}/reaction`
    const query = { limit, reaction, userName: userName?.name }
    const next =
      page.more && last ? nextPage(c, path, { ...query, cursor: `${last.userId}-${last.reaction}` }) : null
    return c.json({ reactions: page.rows.map(reactionView), next }, 200)
  })
  .put(
    '/:emoji',
    valid('param', reactionParams),
    valid('query', actorQuery),
    valid('json', reactionBody),
    async (c) => {
      const { name, seq, emoji } = c.req.valid('param')
      const { userName = c.req.valid('query').userName } = c.req.valid('json')
      const request = await writeRequest(c, name, userName)
      return c.json(await change(c, request, { seq, emoji, kind: 'add' }), 200)
    },
  )
  .delete(
    '/:emoji',
    valid('param', reactionParams),
    valid('query', actorQuery, { actor: true }),
    async (c) => {
      const { name, seq, emoji } = c.req.valid('param')
      const request = await writeRequest(c, name, c.req.valid('query').userName)
      return c.json(await change(c, request, { seq, emoji, kind: 'take back' }), 200)
    },
  )
