import { Hono } from 'hono'
import {
  type AuditEntry,
  chatroomParams,
  listQuery,
  messageParams,
  purgeQuery,
  type Report,
  reportBody,
  reportParams,
  resolveBody,
  type Sanction,
} from '../contract'
import type { Env } from '../env'
import { actorOf, authorityOf } from '../identity/credential'
import { nameKey } from '../name'
import { nextPage } from '../paging'
import { messageNotFound, Problem, refusedBecause, userNotFound } from '../problem'
import { valid } from '../validate'
import { purge } from './purge'
import { listReports, type ReportRow, report, resolveReport } from './reports'
import { type AuditRow, listAudit, listSanctions, listWords, placeOf, type SanctionRow } from './store'

const time = (milliseconds: number) => new Date(milliseconds).toISOString()

const reportView = (row: ReportRow): Report => ({
  id: row.number,
  seq: row.target,
  userName: row.userName,
  reason: row.reason,
  createdAt: time(row.createdAt),
  resolvedAt: row.resolvedAt === null ? null : time(row.resolvedAt),
})

const sanctionView = (row: SanctionRow): Sanction => ({
  userName: row.userName,
  kind: row.kind,
  until: row.until === null ? null : time(row.until),
  reason: row.reason,
  createdAt: time(row.createdAt),
})

const auditView = (row: AuditRow): AuditEntry => ({
  id: row.number,
  action: row.action,
  by: row.by,
  to: row.to,
  detail: JSON.parse(row.detail),
  createdAt: time(row.createdAt),
})

const pathOf = (chatroom: string, end: string) => `/chatroom/${encodeURIComponent(chatroom)}/${end}`

/** What the moderators of `/chatroom/:name` see and do, and the door for those who call them. */
export const moderation = new Hono<Env>()
  .post(
    '/message/:seq/report',
    valid('param', messageParams),
    valid('json', reportBody, { actor: true }),
    async (c) => {
      const { name, seq } = c.req.valid('param')
      const { userName, reason } = c.req.valid('json')
      const actor = await actorOf(c, userName)
      const made = await report(c.var.db, { roomKey: nameKey(name), actor, seq, reason })
      switch (made.outcome) {
        case 'refused':
          throw refusedBecause(made.refusal, { chatroom: name, user: userName })
        case 'no message':
          throw messageNotFound(seq)
        case 'reported':
          return c.json(reportView(made.report), 201, {
            Location: pathOf(name, `report/${made.report.number}`),
          })
      }
    },
  )
  .get('/report', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const actor = await authorityOf(c)
    const listed = await listReports(c.var.db, { roomKey: nameKey(name), actor, limit, cursor })
    if (listed.outcome === 'refused') throw refusedBecause(listed.refusal, { chatroom: name })
    const { rows, more } = listed.page
    const last = rows.at(-1)
    const path = pathOf(listed.chatroom, 'report')
    const next = more && last ? nextPage(c, path, { limit, cursor: last.number }) : null
    return c.json({ reports: rows.map(reportView), next }, 200)
  })
  .patch('/report/:id', valid('param', reportParams), valid('json', resolveBody), async (c) => {
    const { name, id } = c.req.valid('param')
    const { resolved } = c.req.valid('json')
    const target = { roomKey: nameKey(name), actor: await authorityOf(c), number: id, resolved }
    const done = await resolveReport(c.var.db, target)
    switch (done.outcome) {
      case 'refused':
        throw refusedBecause(done.refusal, { chatroom: name })
      case 'no report':
        throw new Problem('report-not-found', `There is no report ${id} in this chatroom.`)
      case 'resolved':
        return c.json(reportView(done.report), 200)
    }
  })
  .get('/sanction', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const actor = await authorityOf(c)
    const listed = await listSanctions(c.var.db, { roomKey: nameKey(name), actor, limit, cursor })
    if (listed.outcome === 'refused') throw refusedBecause(listed.refusal, { chatroom: name })
    const { rows, more } = listed.page
    const last = rows.at(-1)
    const path = pathOf(listed.chatroom, 'sanction')
    const next = more && last ? nextPage(c, path, { limit, cursor: placeOf(last) }) : null
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
    const { author, from, to } = c.req.valid('query')
    const aim = { roomKey: nameKey(name), actor: await authorityOf(c), userKey: nameKey(author) }
    const purged = await purge(c.var.db, aim, { from: Date.parse(from), to: Date.parse(to), now: Date.now() })
    switch (purged.outcome) {
      case 'refused':
        throw refusedBecause(purged.refusal, { chatroom: name })
      case 'no user':
        throw userNotFound(author)
      case 'purged':
        return c.json({ userName: purged.userName, deletedCount: purged.count }, 200)
    }
  })
  .get('/blocked-word', valid('param', chatroomParams), async (c) => {
    const { name } = c.req.valid('param')
    const listed = await listWords(c.var.db, nameKey(name), await authorityOf(c))
    if (listed.outcome === 'refused') throw refusedBecause(listed.refusal, { chatroom: name })
    return c.json({ blockedWords: listed.words }, 200)
  })
