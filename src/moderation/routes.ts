import { Hono } from 'hono'
import { credentialOf, roleRequest } from '../auth/credential'
import { type AuditEntry, chatroomParams, listQuery, siteAuditQuery } from '../contract'
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { valid } from '../http/validate'
import { time } from '../lib/time'
import { type AuditRow, listAudit } from './audit'
import { listBlockedWords } from './blocked-words'
import { sanctionView } from './sanction-view'
import { cursorOf, listSanctions } from './sanctions'
import { listSiteAudit, siteCursorOf } from './site-audit'

const auditView = ({ number, action, by, to, detail, createdAt }: AuditRow): AuditEntry => {
  const { until, from, upTo, networkUntil, ...rest } = detail
  return {
    id: number,
    action,
    by,
    to,
    ...rest,
    ...(until !== undefined && { until: until === null ? null : time(until) }),
    ...(networkUntil !== undefined && { networkUntil: time(networkUntil) }),
    ...(from !== undefined && { from: time(from) }),
    ...(upTo !== undefined && { upTo: time(upTo) }),
    createdAt: time(createdAt),
  }
}

const pathOf = (chatroom: string, end: string) => `/chatroom/${encodeURIComponent(chatroom)}/${end}`

/** The routes for moderators of `/chatroom/:name`. */
export const moderation = new Hono<Env>()
  .get('/sanction', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const request = await roleRequest(c, c.req.valid('param').name)
    const { chatroom, page } = await listSanctions(c.var.db, request, { limit, cursor })
    const last = page.rows.at(-1)
    const path = pathOf(chatroom, 'sanction')
    const next = page.more && last ? nextPage(c, path, { limit, cursor: cursorOf(last) }) : null
    return c.json({ sanctions: page.rows.map((row) => sanctionView(c.env, row)), next }, 200)
  })
  .get('/audit', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const request = await roleRequest(c, c.req.valid('param').name)
    const { chatroom, page } = await listAudit(c.var.db, request, { limit, cursor })
    const last = page.rows.at(-1)
    const path = pathOf(chatroom, 'audit')
    const next = page.more && last ? nextPage(c, path, { limit, cursor: last.number }) : null
    return c.json({ entries: page.rows.map(auditView), next }, 200)
  })
  .get('/blocked-word', valid('param', chatroomParams), async (c) => {
    const request = await roleRequest(c, c.req.valid('param').name)
    return c.json({ blockedWords: await listBlockedWords(c.var.db, request) }, 200)
  })

/** `/api/admin/audit`. */
export const siteAudit = new Hono<Env>().get('/', valid('query', siteAuditQuery), async (c) => {
  const { limit, cursor, ...filter } = c.req.valid('query')
  const { chatroom, by } = filter
  const credential = await credentialOf(c)
  const { rows, more } = await listSiteAudit(c.var.db, credential, { chatroom, by }, { cursor, limit })
  const last = rows.at(-1)
  const query = { limit, cursor: last && siteCursorOf(last), chatroom: chatroom?.name, by: by?.name }
  const next = more ? nextPage(c, '/api/admin/audit', query) : null
  return c.json({ entries: rows.map((row) => ({ chatroom: row.chatroom, ...auditView(row) })), next }, 200)
})
