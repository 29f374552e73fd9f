import type { EntryFrame } from '../contract'
import { time } from '../lib/time'

/** An entry of a room's log, with the text of its message as it stands now. */
export type EntryRow = {
  type: 'message' | 'edit' | 'delete'
  seq: number
  /** The message that an edit or deletion changes; null for a message. */
  target: number | null
  userId: number | null
  userName: string | null
  text: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

/** Returns an entry as listeners see it. `type` and `seq` come first, because the event stream reads them from the text. */
export const entryFrameOf = (row: EntryRow): EntryFrame => {
  const { type, seq, userId, userName, text } = row
  const createdAt = time(row.createdAt)
  switch (type) {
    case 'message':
      return {
        type,
        seq,
        userId,
        userName,
        message: text,
        createdAt,
        ...(row.editedAt !== null && { editedAt: time(row.editedAt) }),
        ...(row.deletedAt !== null && { deletedAt: time(row.deletedAt) }),
      }
    case 'edit':
      return { type, seq, target: row.target ?? 0, userName, message: text, createdAt }
    case 'delete':
      return { type, seq, target: row.target ?? 0, userName, createdAt }
  }
}
