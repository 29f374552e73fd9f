import type { HeldMessage } from '../contract'
import type { StoredFile } from '../db/schema'
import { type FileLinks, fileViews } from '../files/links'
import { Problem } from '../http/problem'
import { time } from '../lib/time'
import { MAX_HELD_BY_AUTHOR } from './hold'

export type HeldRow = {
  id: string
  userId: number | null
  userName: string
  avatar: string | null
  text: string | null
  replyTo: number | null
  /** The `seq` of the message that it edits; null for a new message. */
  target: number | null
  createdAt: number
  files: StoredFile[] | null
}

/** Returns a message that waits. `links` are those of the files of its row. */
export const heldView = (chatroom: string, row: HeldRow, links: FileLinks): HeldMessage => ({
  id: row.id,
  chatroom,
  userId: row.userId,
  userName: row.userName,
  avatar: row.avatar,
  message: row.text ?? '',
  files: fileViews(row.files, links),
  replyTo: row.replyTo,
  edits: row.target,
  createdAt: time(row.createdAt),
})

export const tooManyHeld = () =>
  new Problem(
    'too-many-held',
    `Too many messages wait for approval: at most ${MAX_HELD_BY_AUTHOR} of one author in a chatroom, in 30 days. Wait until a moderator has approved some.`,
  )
