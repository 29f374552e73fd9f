import type { EntryFrame } from '../contract'
import { time } from '../lib/time'
import type { EntryRow } from './store'

/** An entry as listeners see it. `type` and `seq` come first: the event stream reads them off the text. */
export const frameOf = (row: EntryRow): EntryFrame => {
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
