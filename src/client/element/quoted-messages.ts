import type { Conversation } from './conversation.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** A message that could not be loaded is asked for again after this time at the earliest. */
const RETRY_MILLISECONDS = 5000

/** The requests for messages that were just asked for, by the messages' numbers. */
const asked = new WeakMap<Conversation, Map<number, Promise<void>>>()

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
  files: [],
  reactions: [],
})

const load = async (context: ViewContext, seq: number): Promise<void> => {
  const { conversation, activeClient } = context
  const { timeline, name } = conversation
  // Not `around`, which is answered with 404 for a message that isn't there: browsers print that as an error.
  const page = await activeClient.room(name).page({ before: seq + 1, limit: 1 })
  const found = page.messages.find((message) => message.seq === seq)
  timeline.addPage([], timeline.shown.hasMore, page.seq, [found ?? gone(seq)])
  context.requestUpdate()
}

/** Loads a message that isn't known. Resolves once it is in the timeline. */
export const loadQuoted = (context: ViewContext, seq: number): Promise<void> => {
  const requests = asked.get(context.conversation) ?? new Map<number, Promise<void>>()
  asked.set(context.conversation, requests)
  const request = requests.get(seq) ?? load(context, seq)
  if (!requests.has(seq)) {
    requests.set(seq, request)
    setTimeout(() => requests.delete(seq), RETRY_MILLISECONDS)
  }
  return request
}
