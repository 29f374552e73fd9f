import { html } from 'hono/html'
import { type ChatFile, type Chatroom, type Message, shownTypes } from '../contract'
import { findMentionOf } from '../contract/mentions'
import { beginningOf, markdownHtml } from './markdown-html'

/** A page has the messages of so many numbers, so that a message is always on the same page. */
export const PAGE_NUMBERS = 100
/** The most code points that are quoted of a message that another one answers. */
const QUOTE_CHARACTERS = 100

type Html = ReturnType<typeof html>

/** `number`, `previous` and `next` are numbers of pages; the latter are undefined at the ends. `hrefOf` returns the URL of a page. */
export type ArchivePage = {
  chatroom: Chatroom
  number: number
  hrefOf: (page: number) => string
  messages: Message[]
  quoted: Message[]
  previous: number | undefined
  next: number | undefined
  isIndexed: boolean
}

/** Returns the number of the page on which a message stands. */
export const pageOf = (seq: number): number => Math.ceil(seq / PAGE_NUMBERS)

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' })

const authorOf = ({ userName, bot }: Message): Html =>
  html`<b><bdi>${userName ?? 'somebody who has left'}</bdi></b>${bot ? ' (bot)' : ''}`

const quoteOf = (original: Message | undefined, { hrefOf }: ArchivePage): Html =>
  original?.message == null
    ? html`<p class="reply">Reply to a message that is deleted</p>`
    : html`<p class="reply">Reply to <a href="${hrefOf(pageOf(original.seq))}#message-${original.seq}">${authorOf(original)}: <span dir="auto">${beginningOf(original.message || original.files.map(({ name }) => name).join(', '), QUOTE_CHARACTERS)}</span></a></p>`

/** Renders a picture, or the link of any other file. */
const fileHtml = ({ name, type, width, height, description, url }: ChatFile): Html =>
  type.startsWith('image/') && shownTypes.includes(type)
    ? html`<a href="${url}"><img src="${url}" alt="${description ?? name}" loading="lazy"${width === null || height === null ? '' : html` width="${width}" height="${height}"`}></a>`
    : html`<a href="${url}"><bdi>${name}</bdi></a>${description ? html` <span dir="auto">${description}</span>` : ''}`

const messageHtml = (message: Message, page: ArchivePage): Html => {
  const find = ({ seq }: Message) => seq === message.replyTo
  const original = page.messages.find(find) ?? page.quoted.find(find)
  const { seq, message: text, createdAt, editedAt, replyTo, mentions, reactions, files } = message
  return html`<article id="message-${seq}">
<header>${authorOf(message)} <a href="#message-${seq}"><time datetime="${createdAt}">${createdAt.slice(11, 16)}</time></a>${editedAt ? ' (edited)' : ''}</header>
${replyTo === null ? '' : quoteOf(original, page)}
${text === null ? html`<p class="deleted">This message is deleted.</p>` : markdownHtml(text, findMentionOf(mentions))}
${files.map(
  (file) => html`<p class="file">${fileHtml(file)}</p>
`,
)}${reactions.length > 0 ? html`<p class="reactions">${reactions.map(({ reaction, count }) => html`<span>${reaction} ${count}</span> `)}</p>` : ''}
</article>
`
}

/** Renders a section for each day, in UTC. */
const days = (page: ArchivePage): Html[] =>
  [...Map.groupBy(page.messages, ({ createdAt }) => createdAt.slice(0, 10))].map(
    ([day, ofDay]) => html`<section>
<h2><time datetime="${day}">${dayFormat.format(new Date(day))}</time></h2>
${ofDay.map((message) => messageHtml(message, page))}</section>
`,
  )

const navigation = ({ hrefOf, previous, next }: ArchivePage): Html | string =>
  previous === undefined && next === undefined
    ? ''
    : html`<nav>${previous === undefined ? '' : html`<a rel="prev" href="${hrefOf(previous)}">Older messages</a> `}${
        next === undefined ? '' : html`<a rel="next" href="${hrefOf(next)}">Newer messages</a>`
      }</nav>
`

/** Renders a page of a room's archive, which needs no JavaScript. */
export const archiveHtml = (page: ArchivePage): Html => {
  const { chatroom, number, hrefOf, messages, previous, next, isIndexed } = page
  const title = chatroom.title ?? chatroom.name
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="${isIndexed ? 'index, follow' : 'noindex'}">
<title>${title}${previous === undefined && next === undefined ? '' : `, page ${number}`}</title>
<link rel="stylesheet" href="../../style.css">
<link rel="stylesheet" href="../../archive.css">
<link rel="canonical" href="${hrefOf(number)}">
${
  chatroom.readers === 'anyone'
    ? html`<link rel="alternate" type="application/atom+xml" href="feed" title="${title}">
<link rel="alternate" type="application/feed+json" href="feed.json" title="${title}">`
    : ''
}
${previous === undefined ? '' : html`<link rel="prev" href="${hrefOf(previous)}">`}
${next === undefined ? '' : html`<link rel="next" href="${hrefOf(next)}">`}
</head>
<body>
<main>
<h1 dir="auto">${title}</h1>
${chatroom.topic ? html`<p class="topic" dir="auto">${chatroom.topic}</p>` : ''}
${navigation(page)}
${messages.length > 0 ? days(page) : html`<p>There are no messages here.</p>`}
${navigation(page)}
<footer>Times are in UTC.</footer>
</main>
</body>
</html>
`
}
