import { html, raw } from 'hono/html'
import type { Feed, FeedEntry } from './feed'

/** Matches characters that no XML document can hold, also not as a reference (XML 1.0, section 2.2). */
const notXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/** Returns a text as XML can hold it. `html` escapes it afterwards. */
const xml = (text: string): string => text.replace(notXml, '')

const enclosureXml = ({ url, type, name, bytes }: FeedEntry['files'][number]) =>
  html`<link rel="enclosure" type="${type}" length="${bytes}" title="${xml(name)}" href="${url}"/>\n`

const entryXml = ({
  id,
  url,
  title,
  html: content,
  author,
  publishedAt,
  updatedAt,
  original,
  files,
}: FeedEntry) =>
  html`<entry>
<id>${id}</id>
<title>${xml(title)}</title>
<author><name>${xml(author?.name ?? 'Somebody who has left')}</name></author>
<published>${publishedAt}</published>
<updated>${updatedAt}</updated>
<link rel="alternate" type="text/html" href="${url}"/>
${files.map(enclosureXml)}${original ? html`<thr:in-reply-to ref="${original.id}" href="${original.url}" type="text/html"/>\n` : ''}<content type="html">${xml(content)}</content>
</entry>
`

/** Returns a feed as Atom (RFC 4287), with replies as RFC 4685 has them. `self` is its own URL. */
export const atomOf = ({ id, title, description, updatedAt, home, entries }: Feed, self: string): string =>
  String(html`${raw('<?xml version="1.0" encoding="utf-8"?>')}
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<id>${id}</id>
<title>${xml(title)}</title>
${description === null ? '' : html`<subtitle>${xml(description)}</subtitle>\n`}<updated>${updatedAt}</updated>
<link rel="self" type="application/atom+xml" href="${self}"/>
<link rel="alternate" type="text/html" href="${home}"/>
<generator>Parlour</generator>
${entries.map(entryXml)}</feed>
`)
