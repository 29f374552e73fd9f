import { type Context, Hono } from 'hono'
import { credentialOf } from '../auth/credential'
import {
  blockedFileBody,
  blockedFileParams,
  DATABASE_BYTES,
  listQuery,
  nameSearchQuery,
  type SiteOverview,
  type SiteReport,
  saidListQuery,
  siteFileListQuery,
  siteReportListQuery,
  userParams,
} from '../contract'
import type { Env } from '../env'
import { fileViews } from '../files/links'
import { linksFor } from '../files/request-links'
import { heldView } from '../held/view'
import { jsonOrNotModified } from '../http/etag'
import { nextPage } from '../http/pagination'
import { userNotFound } from '../http/problems'
import { valid } from '../http/validate'
import { time } from '../lib/time'
import { writesToday } from '../limits/request-limits'
import { sweptToday } from '../limits/sweep-budget'
import { messageView } from '../messages/send-message'
import { sanctionView } from '../moderation/sanction-view'
import { reportView } from '../reports/view'
import { siteRetention } from '../rooms/policy'
import { chatroomView } from '../rooms/view'
import { settingsView } from '../site/routes'
import { countLeft } from '../sweep/left'
import { listSiteBans } from '../users/site-ban'
import { userView } from '../users/view'
import { blockFile, listBlockedFiles, unblockFile } from './blocked-files'
import { checklistOf } from './checklist'
import { type FilePlace, listSiteFiles, measureFiles } from './files'
import { listSiteHeld } from './held'
import { findOverview } from './overview'
import { listSiteReports } from './reports'
import { listSaid } from './said'
import { searchRooms, searchUsers } from './search'
import { countListening } from './usage'

type Place = string | number | undefined

/** Returns the URL of the page from a place on, or null where there is none. */
const pageFrom = (c: Context<Env>, path: string, next: Place, query: Record<string, Place>): string | null =>
  next === undefined ? null : nextPage(c, path, { ...query, cursor: next })

const placeOf = (cursor: string): FilePlace => {
  const at = cursor.indexOf('_')
  return { createdAt: Number(cursor.slice(0, at)), id: cursor.slice(at + 1) }
}

/** `/api/admin`: the site's admins and moderators look after all rooms and people. */
export const admin = new Hono<Env>()
  .get('/', async (c) => {
    const { isAdmin, settings, version, ...waiting } = await findOverview(
      c.var.db,
      await credentialOf(c),
      Date.now(),
    )
    const overview: SiteOverview = {
      role: isAdmin ? 'admin' : 'moderator',
      ...waiting,
      ...settingsView(c.env, settings),
      checklist: isAdmin ? checklistOf(c.env) : null,
    }
    return jsonOrNotModified(c, overview, 'members', version)
  })
  .get('/usage', async (c) => {
    const credential = await credentialOf(c)
    const listening = await countListening(c.var.db, credential)
    const { ranAt, ...left } = await countLeft(c.var.db, credential, {
      now: Date.now(),
      retentionDays: siteRetention(c.env),
    })
    const [counted, swept] = await Promise.all([writesToday(c.env), sweptToday(c.env)])
    return c.json(
      {
        writesToday: counted?.writes ?? null,
        dailyWrites: counted?.limit ?? null,
        databaseBytes: c.get('cost')?.databaseBytes ?? 0,
        databaseLimit: DATABASE_BYTES,
        listening,
        sweep: {
          ranAt: ranAt === null ? null : time(ranAt),
          writesToday: swept.writes,
          dailyWrites: swept.limit,
          left,
        },
      },
      200,
    )
  })
  .get('/report', valid('query', siteReportListQuery), async (c) => {
    const { limit, cursor, resolved } = c.req.valid('query')
    const credential = await credentialOf(c)
    const asked = { credential, limit, cursor, resolved: resolved === 'true' }
    const { rows, next } = await listSiteReports(c.var.db, asked)
    const links = await linksFor(
      c,
      rows.map(({ message }) => message),
    )
    const reports = rows.map(
      ({ chatroom, report, message }): SiteReport => ({
        ...reportView(report),
        chatroom,
        message: messageView(chatroom, message, links),
      }),
    )
    return c.json({ reports, next: pageFrom(c, '/api/admin/report', next, { limit, resolved }) }, 200)
  })
  .get('/held', valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const asked = { credential: await credentialOf(c), limit, cursor, now: Date.now() }
    const { rows, next } = await listSiteHeld(c.var.db, asked)
    const links = await linksFor(
      c,
      rows.map(({ held }) => held),
    )
    const held = rows.map(({ chatroom, held }) => heldView(chatroom, held, links))
    return c.json({ held, next: pageFrom(c, '/api/admin/held', next, { limit }) }, 200)
  })
  .get('/ban', valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const asked = { cursor, limit, now: Date.now() }
    const { rows, more } = await listSiteBans(c.var.db, await credentialOf(c), asked)
    const bans = rows.map((row) => ({ userId: row.userId, ...sanctionView(c.env, row) }))
    const next = more ? rows.at(-1)?.userId : undefined
    return c.json({ bans, next: pageFrom(c, '/api/admin/ban', next, { limit }) }, 200)
  })
  .get('/user', valid('query', nameSearchQuery), async (c) => {
    const { limit, cursor, q } = c.req.valid('query')
    const asked = { credential: await credentialOf(c), limit, cursor, q }
    const { rows, next } = await searchUsers(c.var.db, asked)
    return c.json(
      { users: rows.map(userView), next: pageFrom(c, '/api/admin/user', next, { limit, q }) },
      200,
    )
  })
  .get('/user/:id/message', valid('param', userParams), valid('query', saidListQuery), async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const said = await listSaid(c.var.db, { credential: await credentialOf(c), userId: id, limit, cursor })
    if (!said) throw userNotFound(id)
    const links = await linksFor(
      c,
      said.rows.map(({ message }) => message),
    )
    const messages = said.rows.map(({ chatroom, message }) => messageView(chatroom, message, links))
    return c.json({ messages, next: pageFrom(c, `/api/admin/user/${id}/message`, said.next, { limit }) }, 200)
  })
  .get('/chatroom', valid('query', nameSearchQuery), async (c) => {
    const { limit, cursor, q } = c.req.valid('query')
    const asked = { credential: await credentialOf(c), limit, cursor, q }
    const { rows, next } = await searchRooms(c.var.db, asked)
    return c.json(
      {
        chatrooms: rows.map((row) => chatroomView(c.env, row)),
        next: pageFrom(c, '/api/admin/chatroom', next, { limit, q }),
      },
      200,
    )
  })
  .get('/file', valid('query', siteFileListQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const from = cursor === undefined ? undefined : placeOf(cursor)
    const { rows, last } = await listSiteFiles(c.var.db, await credentialOf(c), { from, limit })
    const views = fileViews(rows, await linksFor(c, [{ files: rows }]))
    const files = rows.flatMap(({ chatroom, seq, userId, userName, hash, isBlocked, createdAt }, index) => {
      const view = views[index]
      return view
        ? [{ ...view, chatroom, seq, userId, userName, hash, isBlocked, createdAt: time(createdAt) }]
        : []
    })
    const next = last
      ? nextPage(c, '/api/admin/file', { limit, cursor: `${last.createdAt}_${last.id}` })
      : null
    return c.json({ files, next }, 200)
  })
  .get('/file/usage', async (c) => c.json(await measureFiles(c.var.db, await credentialOf(c)), 200))
  .get('/blocked-file', valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { rows, more } = await listBlockedFiles(c.var.db, await credentialOf(c), { limit, cursor })
    const next = more ? nextPage(c, '/api/admin/blocked-file', { limit, cursor: rows.at(-1)?.id }) : null
    const blocked = rows.map(({ hash, name, createdAt }) => ({ hash, name, createdAt: time(createdAt) }))
    return c.json({ blockedFiles: blocked, next }, 200)
  })
  .put(
    '/blocked-file/:hash',
    valid('param', blockedFileParams),
    valid('json', blockedFileBody),
    async (c) => {
      const { hash } = c.req.valid('param')
      const { name } = c.req.valid('json').name
      const acting = { credential: await credentialOf(c), now: Date.now() }
      const { createdAt } = await blockFile(c.var.db, acting, { hash, name })
      return c.json({ hash, name, createdAt: time(createdAt) }, 200)
    },
  )
  .delete('/blocked-file/:hash', valid('param', blockedFileParams), async (c) => {
    const { hash } = c.req.valid('param')
    await unblockFile(c.var.db, { credential: await credentialOf(c), now: Date.now() }, hash)
    return c.json({ hash, blocked: false as const }, 200)
  })
