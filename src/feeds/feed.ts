import { html } from 'hono/html'
import { beginningOf, markdownHtml } from '../archive/markdown-html'
import { pageOf } from '../archive/page'
import type { ChatFile } from '../contract'
import { findMentionOf } from '../contract/mentions'
import { type FileLinks, fileViews } from '../files/links'
import { time } from '../lib/time'
import { mentionsView } from '../messages/entry-frames'
import type { FeedRow } from './store'

/** The most code points of a message in the title of its entry. */
const TITLE_CHARACTERS = 100

/** An entry of a feed. `html` is its content. `author` is undefined once the user is deleted. */
export type FeedEntry = {
  id: string
  url: string
  title: string
  html: string
  author: { name: string; avatar: string | null } | undefined
  publishedAt: string
  updatedAt: string
  original: { id: string; url: string } | undefined
  files: ChatFile[]
}

export type Feed = {
  id: string
  title: string
  description: string | null
  updatedAt: string
  /** The URL of the archive. */
  home: string
  entries: FeedEntry[]
}

/**
 * Returns a UUID of version 8 (RFC 9562) from what a message keeps when it is exported and imported, under another name too: the time of its room, its
 * number and its time. For the room itself, the last two are 0. docs/decisions/0041.
 */
const idOf = (roomAt: number, seq = 0, createdAt = 0): string => {
  const digits = (value: number, count: number) => value.toString(16).padStart(count, '0').slice(-count)
  const [room, message] = [digits(roomAt, 12), digits(createdAt, 12)]
  const high = digits(Math.floor(seq / 2 ** 14), 3)
  const low = digits(0x8000 + (seq % 2 ** 14), 4)
  return `urn:uuid:${room.slice(0, 8)}-${room.slice(8)}-8${high}-${low}-${message}`
}

/** Returns what the feeds of a room hold. `archive` is the URL of its archive. */
export const feedOf = ({ room, entries }: FeedRow, archive: string, links: FileLinks): Feed => {
  const urlOf = (seq: number) => `${archive}?page=${pageOf(seq)}#message-${seq}`
  const found = entries.map(
    ({
      seq,
      text,
      userName,
      bot,
      avatar,
      createdAt,
      editedAt,
      replyTo,
      originalAt,
      mentions,
      files: stored,
    }): FeedEntry => {
      const author = userName ?? bot
      // A signed link would end before most readers come.
      const files = fileViews(stored?.filter((file) => file.room === null) ?? null, links)
      const shown = text || files.map(({ name }) => name).join(', ')
      const content = markdownHtml(text ?? '', findMentionOf(mentionsView(mentions)))
      return {
        id: idOf(room.createdAt, seq, createdAt),
        url: urlOf(seq),
        title: `${author ?? 'Somebody who has left'}: ${beginningOf(shown, TITLE_CHARACTERS)}`,
        html: String(html`${content}`),
        author: author === null ? undefined : { name: author, avatar },
        publishedAt: time(createdAt),
        updatedAt: time(editedAt ?? createdAt),
        original:
          replyTo === null || originalAt === null
            ? undefined
            : { id: idOf(room.createdAt, replyTo, originalAt), url: urlOf(replyTo) },
        files,
      }
    },
  )
  const newest = entries.map(({ createdAt, editedAt }) => editedAt ?? createdAt)
  return {
    id: idOf(room.createdAt),
    title: room.title ?? room.name,
    description: room.topic,
    updatedAt: time(Math.max(room.createdAt, ...newest)),
    home: archive,
    entries: found,
  }
}
