import type { EntryFrame } from '../contract'
import type { Mentioned, ReactionCounts, StoredFile } from '../db/schema'
import { type FileLinks, fileViews } from '../files/links'
import { time } from '../lib/time'

/** The fields of a message that link it to others, as its row holds them. */
export type MessageLinks = {
  replyTo: number | null
  mentions: Mentioned[] | null
  reactions: ReactionCounts | null
  files: StoredFile[] | null
}
/** The links of a message that nobody has replied or reacted to yet, that mentions nobody, and that has no files. */
export const noLinks: MessageLinks = { replyTo: null, mentions: null, reactions: null, files: null }

/** An entry of a room's log, with its message as it stands now. */
export type EntryRow = MessageLinks & {
  type: 'message' | 'edit' | 'delete' | 'reaction'
  seq: number
  /** The message that another entry changes; null for a message. */
  target: number | null
  /** The emoji of a reaction, and whether it was added or taken back. */
  reaction?: string | null
  isAdded?: boolean | null
  userId: number | null
  userName: string | null
  /** The name of the incoming webhook, of a message that one posted. */
  bot?: string | null
  /** The author's, of a message. */
  avatar?: string | null
  text: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

/** Returns the names that a message mentions, as they were then. */
export const mentionsView = (mentions: Mentioned[] | null): string[] =>
  mentions === null ? [] : mentions.map(({ name }) => name)

/** Returns the emoji of a message with their counts, the oldest first. */
export const countsView = (counts: ReactionCounts | null) =>
  counts === null ? [] : Object.entries(counts).map(([reaction, count]) => ({ reaction, count }))

/** Returns an entry as listeners see it. `type` and `seq` come first, because the event stream reads them from the text. */
export const entryFrameOf = (row: EntryRow, links: FileLinks): EntryFrame => {
  const { type, seq, userId, userName, text } = row
  const createdAt = time(row.createdAt)
  switch (type) {
    case 'message':
      return {
        type,
        seq,
        userId,
        userName: userName ?? row.bot ?? null,
        ...(row.bot && { bot: true as const }),
        avatar: row.avatar ?? null,
        message: text,
        createdAt,
        ...(row.editedAt !== null && { editedAt: time(row.editedAt) }),
        ...(row.deletedAt !== null && { deletedAt: time(row.deletedAt) }),
        replyTo: row.replyTo,
        mentions: mentionsView(row.mentions),
        reactions: countsView(row.reactions),
        files: fileViews(row.files, links),
      }
    case 'edit':
      return { type, seq, target: row.target ?? 0, userName, message: text, createdAt }
    case 'delete':
      return { type, seq, target: row.target ?? 0, userName, createdAt }
    case 'reaction': {
      const reaction = row.reaction ?? ''
      return {
        type,
        seq,
        target: row.target ?? 0,
        userName,
        reaction,
        added: row.isAdded ?? false,
        count: row.reactions?.[reaction] ?? 0,
        reactions: countsView(row.reactions),
        createdAt,
      }
    }
  }
}
