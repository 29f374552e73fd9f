import type { Conversation } from './conversation.ts'
import type { ParlourIdentityDetail, ParlourRoomEvents, ParlourUnreadDetail } from './element-events.ts'
import { recount } from './unread-counters.ts'
import type { ViewContext } from './view-context.ts'

/** Sends an event to the page's scripts. */
export const fire = <Type extends keyof ParlourRoomEvents>(
  context: ViewContext,
  type: Type,
  detail: ParlourRoomEvents[Type]['detail'],
): void => {
  context.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
}

/** The values that a page's scripts were told last by an element. */
class Told {
  isQueued = false
  identity: ParlourIdentityDetail = null
  /** Empty for nothing unread. */
  unread = ''
}

const told = new WeakMap<ViewContext, Told>()

const toldOf = (context: ViewContext): Told => {
  const found = told.get(context) ?? new Told()
  told.set(context, found)
  return found
}

const toldProblems = new WeakSet<object>()

/** Fires once for each error, however often it is rendered. */
export const failed = (context: ViewContext, problem: unknown): void => {
  const error = problem as Error
  if (toldProblems.has(error)) return
  toldProblems.add(error)
  fire(context, 'parlour-error', { chatroom: context.conversation.name, problem: error })
}

/** The conversations of which a failed start was told. The element tries again every few seconds. */
const failedStarts = new WeakSet<Conversation>()

/** Fires if the number of unread messages has changed. */
export const tellUnread = (context: ViewContext, detail: ParlourUnreadDetail): void => {
  const last = toldOf(context)
  const key = detail.unread + detail.mentioned > 0 ? Object.values(detail).join() : ''
  if (last.unread === key) return
  last.unread = key
  fire(context, 'parlour-unread', detail)
}

const look = (context: ViewContext): void => {
  const { conversation, activeClient } = context
  const { userId, userName } = activeClient
  const last = toldOf(context)
  if (last.identity?.userName !== userName || last.identity?.userId !== userId) {
    last.identity = userName === undefined ? null : { userId, userName }
    fire(context, 'parlour-identity', last.identity)
  }
  const { connection, startProblem } = conversation
  if (connection.state === 'closed' && connection.problem) failed(context, connection.problem)
  else if (startProblem && !failedStarts.has(conversation)) {
    failedStarts.add(conversation)
    failed(context, startProblem)
  }
  // A hidden page renders nothing, which would count them.
  if (document.hidden) recount(conversation)
}

/** Looks for changes that a page's scripts are told of, once for all that happens at once. */
export const follow = (context: ViewContext): void => {
  const last = toldOf(context)
  if (last.isQueued || !context.conversation) return
  last.isQueued = true
  queueMicrotask(() => {
    last.isQueued = false
    look(context)
  })
}
