import type { Conversation } from './conversation.ts'

/** Counts the unread messages of each room anew. */
const counters = new WeakMap<Conversation, () => void>()

/** Sets the function that counts the unread messages of a room. */
export const countBy = (conversation: Conversation, count: () => void): void => {
  counters.set(conversation, count)
}

/** Counts the unread messages of a room anew, once it is known how far the reader has read. */
export const recount = (conversation: Conversation): void => counters.get(conversation)?.()
