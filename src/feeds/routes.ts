import { type Context, Hono } from 'hono'
import { chatroomParams } from '../contract'
import type { Env } from '../env'
import { linksFor } from '../files/request-links'
import { isKnown, notModified, setEtag } from '../http/etag'
import { publicUrl } from '../http/pagination'
import { chatroomNotFound } from '../http/problems'
import { valid } from '../http/validate'
import type { Name } from '../lib/name'
import { digest } from '../lib/token'
import { atomOf } from './atom'
import { type Feed, feedOf } from './feed'
import { jsonFeedOf } from './json-feed'
import { findFeed } from './store'

type Form = { file: string; type: string; write: (feed: Feed, self: string) => string }
const atom: Form = { file: 'feed', type: 'application/atom+xml; charset=utf-8', write: atomOf }
const json: Form = { file: 'feed.json', type: 'application/feed+json; charset=utf-8', write: jsonFeedOf }

/** Answers with the feed of a room. Nothing in it depends on the reader. */
const answer = async (c: Context<Env>, name: Name, { file, type, write }: Form) => {
  const found = await findFeed(c.var.db, name)
  if (!found) throw chatroomNotFound(name.name)
  const links = await linksFor(c, found.entries)
  const text = write(feedOf(found, publicUrl(c, 'archive').href, links), publicUrl(c, file).href)
  const version = await digest(text)
  setEtag(c, version, 'anyone')
  if (c.env.ARCHIVE_INDEX !== 'on') c.header('X-Robots-Tag', 'noindex')
  if (isKnown(c.req.header('If-None-Match'), version)) return notModified(c)
  return c.body(text, 200, { 'Content-Type': type })
}

/** `/chatroom/:name/feed` and `/chatroom/:name/feed.json`. */
export const feeds = new Hono<Env>()
  .get('/feed', valid('param', chatroomParams), (c) => answer(c, c.req.valid('param').name, atom))
  .get('/feed.json', valid('param', chatroomParams), (c) => answer(c, c.req.valid('param').name, json))
