import { announce } from './announcer.ts'
import { mentionsReader } from './mentions.ts'
import type { Entry, ReactionEvent } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

const read = (context: ViewContext, text: string) => announce(context.query('[aria-live=polite]'), text)

/** Has screen readers read out a new message. */
export const announceMessage = (
  context: ViewContext,
  entry: Pick<Entry, 'userName' | 'message' | 'mentions'>,
): void => {
  const { strings } = context.localizer
  const mark = mentionsReader(entry, context) ? ` (${strings.mentionsYou})` : ''
  if (entry.message !== null) read(context, `${entry.userName ?? strings.nobody}${mark}: ${entry.message}`)
}

/** Has screen readers read out a reaction to a message of the reader. */
export const announceReaction = (context: ViewContext, { userName, reaction }: ReactionEvent): void => {
  const { strings, insert } = context.localizer
  read(context, insert(strings.reacted, `${reaction} ${userName ?? strings.nobody}`).join(''))
}
