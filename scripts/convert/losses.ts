import { sizeOf } from './text.ts'

/** The kinds of things that a conversion can't take, in the order in which they are listed. */
export const lossKinds = {
  attachment: 'attachments',
  emoji: 'custom emoji as reactions',
  textEmoji: 'custom emoji in texts, which stay as words',
  sticker: 'stickers',
  private: 'private channels and conversations',
  system: 'messages of the system, such as joins',
  deleted: 'deleted or spam comments that nobody answered',
  empty: 'messages without a text',
  encoding: 'lines that are not UTF-8, which were read as Windows-1252',
  reply: 'replies to messages that are not in the export',
  anonymousReaction: 'reactions without the names of those who gave them',
  manyReactions: 'emoji of messages that have more than 20 different ones',
  duplicate: 'messages that are in the files twice',
  thread: 'comments of pages that are not in the export',
  pin: 'pins beyond the 50 of a room',
} as const
export type LossKind = keyof typeof lossKinds

/** Counts what can't be taken, each kind by its details. */
export const createLosses = () => {
  const counts = new Map<LossKind, Map<string, number>>()
  let bytes = 0

  const add = (kind: LossKind, detail = '', count = 1): void => {
    if (count <= 0) return
    const details = counts.get(kind) ?? new Map<string, number>()
    details.set(detail, (details.get(detail) ?? 0) + count)
    counts.set(kind, details)
  }

  return {
    add,
    addAttachment(name: string, size: number | undefined): void {
      bytes += size ?? 0
      add('attachment', size === undefined ? name : `${name} (${sizeOf(size)})`)
    },
    count: (kind: LossKind): number =>
      [...(counts.get(kind)?.values() ?? [])].reduce((sum, count) => sum + count, 0),
    details: (kind: LossKind): [string, number][] =>
      [...(counts.get(kind) ?? [])].filter(([detail]) => detail !== ''),
    get attachmentBytes() {
      return bytes
    },
  }
}
