import type { FileToSend } from '../../types.ts'
import type { Attachment } from './attachment.ts'

/** The files of a message as they were when it was written. */
export type Taken = {
  /**
   * Returns the files to send, if there are any. `later`: it calls `again` once their images are scaled down, unless one of them can't be
   * sent.
   */
  toSend(again: () => unknown): readonly FileToSend[] | 'later' | undefined
  /** Removes them from their room, because they are sent. */
  clear(): void
}

/** The files that are added to the message of one room. */
type RoomFiles = {
  files: () => readonly Attachment[]
  set: (files: Attachment[]) => void
  /** Returns true for a file that can't be sent, and shows it to the reader. */
  refuses: (file: Attachment) => boolean
}

/** Takes the files of a room as they are at this moment, with their descriptions. */
export const takeFiles = ({ files, set, refuses }: RoomFiles): Taken => {
  const taken = new Map(files().map((file) => [file, file.description.trim()]))
  return {
    toSend: (again) => {
      // A file that the reader removes meanwhile is not sent.
      const left = files().filter((file) => taken.has(file))
      if (left.length === 0) return undefined
      if (left.some(refuses)) return 'later'
      if (!left.every(({ isReady }) => isReady)) {
        void Promise.all(left.map(({ ready }) => ready)).then(again)
        return 'later'
      }
      return left.map((attachment) => {
        const { file, name } = attachment
        const description = taken.get(attachment)
        return { file, ...(name && { name }), ...(description && { description }) }
      })
    },
    clear: () => set(files().filter((file) => !taken.has(file))),
  }
}
