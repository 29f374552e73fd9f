import { Hono } from 'hono'
import { actorOf, authorityOf } from '../auth/credential'
import { refusedBecause } from '../auth/refusals'
import {
  chatroomParams,
  listQuery,
  messageParams,
  type Report,
  reportBody,
  reportParams,
  resolveBody,
} from '../contract'
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { messageNotFound, Problem } from '../http/problem'
import { valid } from '../http/validate'
import { nameKey } from '../lib/name-key'
import { time } from '../lib/time'
import { findReport, listReports, type ReportRow, report, resolveReport } from './store'

const view = (row: ReportRow): Report => ({
  id: row.number,
  seq: row.target,
  userName: row.userName,
  reason: row.reason,
  createdAt: time(row.createdAt),
  resolvedAt: row.resolvedAt === null ? null : time(row.resolvedAt),
})

const reportNotFound = (id: number) =>
  new Problem('report-not-found', `There is no report ${id} in this chatroom.`)

const pathOf = (chatroom: string) => `/chatroom/${encodeURIComponent(chatroom)}/report`

/** `/chatroom/:name/message/:seq/report` for anybody, `/chatroom/:name/report` for those who moderate. */
export const reports = new Hono<Env>()
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
          return c.json(view(made.report), 201, {
            Location: `${pathOf(made.chatroom)}/${made.report.number}`,
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
    const next = more && last ? nextPage(c, pathOf(listed.chatroom), { limit, cursor: last.number }) : null
    return c.json({ reports: rows.map(view), next }, 200)
  })
  .get('/report/:id', valid('param', reportParams), async (c) => {
    const { name, id } = c.req.valid('param')
    const actor = await authorityOf(c)
    const found = await findReport(c.var.db, { roomKey: nameKey(name), actor, number: id })
    switch (found.outcome) {
      case 'refused':
        throw refusedBecause(found.refusal, { chatroom: name })
      case 'no report':
        throw reportNotFound(id)
      case 'found':
        return c.json(view(found.report), 200)
    }
  })
  .patch('/report/:id', valid('param', reportParams), valid('json', resolveBody), async (c) => {
    const { name, id } = c.req.valid('param')
    const { resolved } = c.req.valid('json')
    const target = { roomKey: nameKey(name), actor: await authorityOf(c), number: id }
    const done = await resolveReport(c.var.db, target, resolved)
    switch (done.outcome) {
      case 'refused':
        throw refusedBecause(done.refusal, { chatroom: name })
      case 'no report':
        throw reportNotFound(id)
      case 'found':
        return c.json(view(done.report), 200)
    }
  })
