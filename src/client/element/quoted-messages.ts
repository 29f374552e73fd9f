import type { Conversation } from './conversation.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** A message that could not be loaded is asked for again after this time at the earliest. */
const RETRY_MILLISECONDS = 5000

/** The numbers of the messages that were just asked for. */
const asked = new WeakMap<Conversation, Set<number>>()

/** Returns what stands for a message that isn't there any more. */
const gone = (seq: number): Entry => ({
  seq,
  userId: null,
  userName: null,
  avatar: null,
  message: null,
  createdAt: '',
  replyTo: null,
  mentions: [],
  reactions: [],
})

/** Loads a message that is quoted and isn't known. */
export const loadQuoted = async (context: ViewContext, seq: number): Promise<void> => {
  const { conversation, activeClient } = context
  const { timeline, name } = conversation
  const numbers = asked.get(conversation) ?? new Set()
  if (numbers.has(seq) || timeline.find(seq)) return
  asked.set(conversation, numbers.add(seq))
  setTimeout(() => numbers.delete(seq), RETRY_MILLISECONDS)
  // Not `around`, which is answered with 404 for a message that isn't there: browsers print that as an error.
  const page = await activeClient.room(name).page({ before: seq + 1, limit: 1 })
  const found = page.messages.find((message) => message.seq === seq)
  timeline.addPage([], timeline.shown.hasMore, page.seq, [found ?? gone(seq)])
  context.requestUpdate()
}
