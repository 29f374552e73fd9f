import type { EntryFrame } from '../contract'
import { time } from '../lib/time'

/** An entry of a room's log, with the text of its message as it stands now. */
export type EntryRow = {
  type: 'message' | 'edit' | 'delete'
  seq: number
  /** The message that is changed; a message changes none. */
  target: number | null
  userName: string | null
  text: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

/** An entry as listeners see it. `type` and `seq` come first: the event stream reads them off the text. */
export const entryFrameOf = (row: EntryRow): EntryFrame => {
  const { type, seq, userName, text } = row
  const createdAt = time(row.createdAt)
  switch (type) {
    case 'message':
      return {
        type,
        seq,
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
