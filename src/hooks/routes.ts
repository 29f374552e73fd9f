import { Hono } from 'hono'
import { roleRequest } from '../auth/credential'
import { chatroomParams, type Hook, hookParams, MAX_HOOKS, newHookBody } from '../contract'
import type { Env } from '../env'
import { linksFor } from '../files/request-links'
import { publicUrl } from '../http/pagination'
import { Problem } from '../http/problem'
import { nameTaken } from '../http/problems'
import { valid } from '../http/validate'
import { time } from '../lib/time'
import { createToken, digest } from '../lib/token'
import { entryFrameOf } from '../messages/entry-frames'
import { publish } from '../notify'
import { refuse } from './answers'
import { messageOf, payloadOf } from './payload'
import { postByHook } from './post-message'
import { createHook, deleteHook, type HookRow, listHooks, replaceHookSecret } from './store'

const hookView = ({ id, name, createdAt, lastUsedAt }: HookRow): Hook => ({
  id,
  name,
  createdAt: time(createdAt),
  lastUsedAt: lastUsedAt === null ? null : time(lastUsedAt),
})

const hookNotFound = (id: number) =>
  new Problem('hook-not-found', `There is no incoming webhook ${id} in this chatroom.`)

/** `/chatroom/:name/hook`: the incoming webhooks of a room, for those who may change it. */
export const hooks = new Hono<Env>()
  .get('/', valid('param', chatroomParams), async (c) => {
    const rows = await listHooks(c.var.db, await roleRequest(c, c.req.valid('param').name))
    return c.json({ hooks: rows.map(hookView) }, 200)
  })
  .post('/', valid('param', chatroomParams), valid('json', newHookBody), async (c) => {
    const { name } = c.req.valid('json')
    const request = await roleRequest(c, c.req.valid('param').name)
    const { token, tokenHash: secretHash } = await createToken()
    const created = await createHook(c.var.db, request, { name, secretHash })
    switch (created.outcome) {
      case 'too many':
        throw new Problem(
          'too-many-hooks',
          `This chatroom has ${MAX_HOOKS} incoming webhooks already, which is the most. Delete another one first.`,
        )
      case 'name taken':
        throw nameTaken(name.name, created.holder)
      case 'created': {
        const { chatroom, hook } = created
        const Location = `/chatroom/${encodeURIComponent(chatroom)}/hook/${hook.id}`
        return c.json({ ...hookView(hook), url: publicUrl(c, `/hook/${token}`).href }, 201, { Location })
      }
    }
  })
  .post('/:id/secret', valid('param', hookParams), async (c) => {
    const { name, id } = c.req.valid('param')
    const request = await roleRequest(c, name)
    const { token, tokenHash: secretHash } = await createToken()
    const hook = await replaceHookSecret(c.var.db, request, { id, secretHash })
    if (!hook) throw hookNotFound(id)
    return c.json({ ...hookView(hook), url: publicUrl(c, `/hook/${token}`).href }, 200)
  })
  .delete('/:id', valid('param', hookParams), async (c) => {
    const { name, id } = c.req.valid('param')
    if (!(await deleteHook(c.var.db, await roleRequest(c, name), id))) throw hookNotFound(id)
    return c.json({ id, deleted: true as const }, 200)
  })

/** `/hook/:secret`: takes a message as Slack's incoming webhooks do, and answers as they do. */
export const hookPosts = new Hono<Env>().post('/:secret', async (c) => {
  const secretHash = await digest(c.req.param('secret'))
  await c.var.limits.countWriteByHook(secretHash)
  const payload = payloadOf(await c.req.text())
  if (!payload) return refuse(c, 'invalid_payload')
  const text = messageOf(payload)
  if (text === undefined) return refuse(c, 'no_text')
  const posted = await postByHook(c.var.db, { secretHash, text, now: Date.now() })
  switch (posted.outcome) {
    case 'no hook':
      return refuse(c, 'no_service')
    case 'no room':
    case 'archived':
      return refuse(c, 'channel_is_archived')
    case 'blocked word':
      return refuse(c, 'action_prohibited')
    case 'posted': {
      const { roomId, roomKey, entry } = posted
      publish(c, roomKey, roomId, { frame: entryFrameOf(entry, await linksFor(c, [entry])), joined: false })
      return c.text('ok', 200)
    }
  }
})
