import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** Returns whether a message mentions the reader. */
export const mentionsReader = (
  { mentions }: Pick<Entry, 'mentions'>,
  { activeClient }: ViewContext,
): boolean => mentions.some((name) => name === activeClient.userName)
