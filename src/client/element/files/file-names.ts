import type { Message } from '../../../contract/index.ts'

export type ChatFile = Message['files'][number]

type Labelled = { description?: string | null | undefined; name?: string | undefined }

/** Returns what stands for a file in a text: its description, or else its name. */
export const labelOf = ({ description, name = '' }: Labelled): string => description || name

/** Returns the text of a message, or what stands for its files if it has none. */
export const textOrFiles = ({
  message,
  files = [],
}: {
  message: string | null
  files?: readonly Labelled[]
}): string => message || files.map(labelOf).join(', ')
