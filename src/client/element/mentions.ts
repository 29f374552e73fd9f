import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** Returns whether a message mentions the reader. */
export const mentionsReader = (
  { mentions }: Pick<Entry, 'mentions'>,
  { activeClient: { userName } }: ViewContext,
): boolean => userName !== undefined && mentions.includes(userName)
