import { Hono } from 'hono'
import { authorityOf } from '../auth/credential'
import { refusedBecause } from '../auth/refusals'
import { type AuditEntry, chatroomParams, listQuery, purgeQuery, type Sanction } from '../contract'
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { userNotFound } from '../http/problem'
import { valid } from '../http/validate'
import { nameKey } from '../lib/name-key'
import { time } from '../lib/time'
import { notify } from '../notify'
import { type AuditRow, listAudit } from './audit'
import { listBlockedWords } from './blocked-words'
import { purge } from './purge'
import { cursorOf, listSanctions, type SanctionRow } from './sanctions'

const sanctionView = (row: SanctionRow): Sanction => ({
  userName: row.userName,
  kind: row.kind,
  until: row.until === null ? null : time(row.until),
  reason: row.reason,
  createdAt: time(row.createdAt),
})

const auditView = ({ number, action, by, to, detail, createdAt }: AuditRow): AuditEntry => {
  const { until, from, upTo, ...rest } = detail
  return {
    id: number,
    action,
    by,
    to,
    ...rest,
    ...(until !== undefined && { until: until === null ? null : time(until) }),
    ...(from !== undefined && { from: time(from) }),
    ...(upTo !== undefined && { upTo: time(upTo) }),
    createdAt: time(createdAt),
  }
}

const pathOf = (chatroom: string, end: string) => `/chatroom/${encodeURIComponent(chatroom)}/${end}`

/** What the moderators of `/chatroom/:name` see and do. */
export const moderation = new Hono<Env>()
  .get('/sanction', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const actor = await authorityOf(c)
    const listed = await listSanctions(c.var.db, { roomKey: nameKey(name), actor, limit, cursor })
    if (listed.outcome === 'refused') throw refusedBecause(listed.refusal, { chatroom: name })
    const { rows, more } = listed.page
    const last = rows.at(-1)
    const path = pathOf(listed.chatroom, 'sanction')
    const next = more && last ? nextPage(c, path, { limit, cursor: cursorOf(last) }) : null
    return c.json({ sanctions: rows.map(sanctionView), next }, 200)
  })
  .get('/audit', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const actor = await authorityOf(c)
    const listed = await listAudit(c.var.db, { roomKey: nameKey(name), actor, limit, cursor })
    if (listed.outcome === 'refused') throw refusedBecause(listed.refusal, { chatroom: name })
    const { rows, more } = listed.page
    const last = rows.at(-1)
    const path = pathOf(listed.chatroom, 'audit')
    const next = more && last ? nextPage(c, path, { limit, cursor: last.number }) : null
    return c.json({ entries: rows.map(auditView), next }, 200)
  })
  .delete('/message', valid('param', chatroomParams), valid('query', purgeQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { author, from, upTo } = c.req.valid('query')
    const aim = { roomKey: nameKey(name), actor: await authorityOf(c), userKey: nameKey(author) }
    const span = { from: Date.parse(from), upTo: Date.parse(upTo), now: Date.now() }
    const purged = await purge(c.var.db, aim, span)
    switch (purged.outcome) {
      case 'refused':
        throw refusedBecause(purged.refusal, { chatroom: name })
      case 'no user':
        throw userNotFound(author)
      case 'purged': {
        const { userName, count, roomId, last } = purged
        if (last !== undefined) notify(c, aim.roomKey, (hub) => hub.expect(roomId, last))
        return c.json({ userName, deletedCount: count }, 200)
      }
    }
  })
  .get('/blocked-word', valid('param', chatroomParams), async (c) => {
    const { name } = c.req.valid('param')
    const listed = await listBlockedWords(c.var.db, nameKey(name), await authorityOf(c))
    if (listed.outcome === 'refused') throw refusedBecause(listed.refusal, { chatroom: name })
    return c.json({ blockedWords: listed.words }, 200)
  })
