import { Hono } from 'hono'
import { roleRequest, writeRequest } from '../auth/credential'
import { chatroomParams, listQuery, messageParams, reportBody, reportParams, resolveBody } from '../contract'
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { messageNotFound } from '../http/problems'
import { valid } from '../http/validate'
import { notify } from '../notify'
import { createReport, findReport, listReports, resolveReport } from './store'
import { reportView } from './view'

const reportNotFound = (id: number) =>
  new Problem('report-not-found', `There is no report ${id} in this chatroom.`)

const pathOf = (chatroom: string) => `/chatroom/${encodeURIComponent(chatroom)}/report`

/** `/chatroom/:name/message/:seq/report` for everybody who reads, `/chatroom/:name/report` for moderators. */
export const reports = new Hono<Env>()
  .post(
    '/message/:seq/report',
    valid('param', messageParams),
    valid('json', reportBody, { actor: true }),
    async (c) => {
      const { name, seq } = c.req.valid('param')
      const { userName, reason } = c.req.valid('json')
      const request = await writeRequest(c, name, userName)
      const { roomId, chatroom, report } = await createReport(c.var.db, request, { seq, reason })
      if (!report) throw messageNotFound(seq)
      notify(c, request.room.key, (hub) => hub.tellWebhooks({ stream: 'report', roomId }))
      return c.json(reportView(report), 201, { Location: `${pathOf(chatroom)}/${report.number}` })
    },
  )
  .get('/report', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const request = await roleRequest(c, c.req.valid('param').name)
    const { chatroom, page } = await listReports(c.var.db, request, { limit, cursor })
    const last = page.rows.at(-1)
    const next = page.more && last ? nextPage(c, pathOf(chatroom), { limit, cursor: last.number }) : null
    return c.json({ reports: page.rows.map(reportView), next }, 200)
  })
  .get('/report/:id', valid('param', reportParams), async (c) => {
    const { name, id } = c.req.valid('param')
    const report = await findReport(c.var.db, await roleRequest(c, name), id)
    if (!report) throw reportNotFound(id)
    return c.json(reportView(report), 200)
  })
  .patch('/report/:id', valid('param', reportParams), valid('json', resolveBody), async (c) => {
    const { name, id } = c.req.valid('param')
    const { resolved } = c.req.valid('json')
    const report = await resolveReport(c.var.db, await roleRequest(c, name), { number: id, resolved })
    if (!report) throw reportNotFound(id)
    return c.json(reportView(report), 200)
  })
