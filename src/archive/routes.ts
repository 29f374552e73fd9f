import { Hono } from 'hono'
import { readRequest } from '../auth/credential'
import { archiveQuery, chatroomParams } from '../contract'
import type { Env } from '../env'
import { linksFor } from '../files/request-links'
import { isKnown, notModified, setEtag } from '../http/etag'
import { Problem } from '../http/problem'
import { chatroomNotFound } from '../http/problems'
import { valid } from '../http/validate'
import { digest } from '../lib/token'
import { listMessages } from '../messages/history'
import { quotedBy } from '../messages/quoted'
import { messageView } from '../messages/send-message'
import { findRoom } from '../rooms/store'
import { chatroomView } from '../rooms/view'
import { archiveHtml, PAGE_NUMBERS, pageOf } from './page'

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** `/chatroom/:name/archive`. */
export const archive = new Hono<Env>().get(
  '/archive',
  valid('param', chatroomParams),
  valid('query', archiveQuery),
  async (c) => {
    const { name } = c.req.valid('param')
    const { page: asked, userName } = c.req.valid('query')
    const request = await readRequest(c, name, userName)
    const read = async (range: { before?: number; after?: number; limit: number }) => {
      const { before, after, limit } = range
      const { page } = await listMessages(c.var.db, {
        ...request,
        before,
        after,
        limit,
        around: undefined,
        ifNoneMatch: undefined,
      })
      return page
    }
    // One more than a page, which tells where the next page with a message is.
    const range =
      asked === undefined
        ? { limit: PAGE_NUMBERS }
        : { after: (asked - 1) * PAGE_NUMBERS, limit: PAGE_NUMBERS + 1 }
    const [found, room] = await Promise.all([read(range), findRoom(c.var.db, name)])
    if (!room) throw chatroomNotFound(name.name)
    const number = asked ?? pageOf(found.rows.at(-1)?.seq ?? 1)
    const rows = found.rows.filter(({ seq }) => pageOf(seq) === number)
    // The newest messages may begin on the page before, and a reply may answer one of those.
    const quoted = quotedBy(rows, [...found.rows, ...found.quoted])
    const newer = found.rows.find(({ seq }) => pageOf(seq) > number)
    const hrefOf = (page: number) =>
      `?${new URLSearchParams({ page: String(page), ...(userName && { userName: userName.name }) })}`
    if (rows.length === 0 && number > 1 && !newer)
      throw new Problem('not-found', `The archive of ${room.name} has no page ${number}.`)
    // Numbers may belong to other entries, so the page before is the one with the message before.
    const start = (number - 1) * PAGE_NUMBERS + 1
    const [older] = start > room.firstSeq ? (await read({ before: start, limit: 1 })).rows : []
    const isIndexed = c.env.ARCHIVE_INDEX === 'on' && room.readers === 'anyone'
    const links = await linksFor(c, [...rows, ...quoted])
    const text = String(
      await archiveHtml({
        chatroom: chatroomView(c.env, room),
        number,
        hrefOf,
        messages: rows.map((row) => messageView(room.name, row, links)),
        quoted: quoted.map((row) => messageView(room.name, row, links)),
        previous: older && pageOf(older.seq),
        next: newer && pageOf(newer.seq),
        isIndexed,
      }),
    )
    const version = await digest(text)
    setEtag(c, version, room.readers)
    c.header('Content-Security-Policy', POLICY)
    if (!isIndexed) c.header('X-Robots-Tag', 'noindex')
    return isKnown(c.req.header('If-None-Match'), version) ? notModified(c) : c.html(text, 200)
  },
)
