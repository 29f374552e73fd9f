import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

const PAGE = 100

/** Finds out which reactions are those of the present reader: in the newest messages. In older ones, none is until they are loaded again. */
export const find = async (context: ViewContext): Promise<void> => {
  const { activeClient, conversation } = context
  const { timeline, name } = conversation
  const { userId } = activeClient
  const mark = (entry: Entry, own: Entry['reactions']) => {
    const isOwn = (reaction: string) => own.some((each) => each.mine && each.reaction === reaction)
    const reactions = entry.reactions.map((each) => ({ ...each, mine: isOwn(each.reaction) }))
    timeline.answered({ ...entry, reactions }, entry)
  }
  const withReactions = () =>
    [...new Set([timeline.live, timeline.shown])]
      .flatMap(({ entries }) => entries)
      .filter(({ reactions }) => reactions.length > 0)
  for (const entry of withReactions()) mark(entry, [])
  const entries = withReactions()
  if (entries.length === 0) return
  const { messages } = await activeClient.room(name).page({ limit: PAGE })
  if (activeClient.userId !== userId) return
  for (const entry of entries) {
    const found = messages.find(({ seq }) => seq === entry.seq)
    if (found) mark(entry, found.reactions)
  }
  context.requestUpdate()
}
